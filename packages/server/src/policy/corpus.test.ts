import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parsePolicy } from './parse-policy.ts'
import type { PolicyKind } from './policy-document.ts'

interface Accepted {
  readonly name: string
  readonly kinds: readonly PolicyKind[]
  /** The document, or `text` when it is not JSON. */
  readonly document?: object
  readonly text?: string
  /** Refused when it is written today, and read when it is stored already. */
  readonly isStored?: boolean
}

interface Refused extends Accepted {
  readonly reason: string
  readonly path: string
}

function loadCorpus<T extends Accepted>(file: string) {
  const url = new URL(`./testdata/corpus/${file}`, import.meta.url)
  const { documents }: { readonly documents: readonly T[] } = JSON.parse(readFileSync(url, 'utf8'))
  return documents.flatMap(entry =>
    entry.kinds.map(kind => ({
      ...entry,
      title: `${entry.name} (${kind})`,
      kind,
      text: entry.text ?? JSON.stringify(entry.document),
    })),
  )
}

describe('accepted', () => {
  test.each(loadCorpus<Accepted>('accepted.json'))('$title', ({ text, kind, isStored }) => {
    const policy = parsePolicy(text, kind, { isStored: true })
    expect(policy.kind).toBe(kind)
    expect(policy.statements.length).toBeGreaterThan(0)
    if (isStored === true) expect(() => parsePolicy(text, kind)).toThrow(/\(at \$\.Statement/)
    else expect(JSON.stringify(parsePolicy(text, kind))).toBe(JSON.stringify(policy))
  })
})

describe('refused', () => {
  test.each(loadCorpus<Refused>('refused.json'))('$title', ({ text, kind, reason, path }) => {
    let error: unknown = null
    try {
      parsePolicy(text, kind)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({
      name: 'ServiceError',
      code: 'MalformedPolicyDocument',
      message: expect.stringMatching(/, line \d+, column \d+\)$/),
    })
    expect(String(error)).toContain(`ServiceError: ${reason} (at ${path}, line `)
  })
})
