import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../tools/generate-docs.ts'
import { BAD_TOKEN_PARTS, BAD_TOKENS } from '../../test-tokens/src/bad-tokens.ts'
import { GOOD_TOKENS } from '../../test-tokens/src/good-tokens.ts'
import { readTables } from './markdown.ts'
import { isAccepted, VERIFIERS } from './peers.ts'
import { createOrigin } from './token-origin.ts'

describe('who accepts what', () => {
  it.each(Object.entries(VERIFIERS))('%s accepts good tokens', async (_, verify) => {
    const origin = createOrigin(Date.now())
    for (const { make } of Object.values(GOOD_TOKENS)) {
      expect(await isAccepted(verify, make(origin))).toBe(true)
    }
  })

  it('says of us that we refuse every bad token', () => {
    const rows = readTables(readDocument('docs/relying-parties/who-accepts-what.md')).flat()
    const ours = rows.map(([, cell]) => cell)
    expect(new Set(ours)).toEqual(new Set(['@credence/verify', 'refuses']))
    // That the rest is true as well is seen where all generated documents are: generate-docs.test.ts.
    expect(rows).toHaveLength(BAD_TOKEN_PARTS.length + Object.keys(BAD_TOKENS).length)
  })
})
