import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { TARGET_KINDS } from './table.ts'

describe('the table of targets', () => {
  it('has each kind once', () => {
    const names = TARGET_KINDS.map(({ kind }) => kind)
    expect(names).toEqual([...new Set(names)])
  })

  it.each(TARGET_KINDS)('$kind runs the conformance suite', ({ kind }) => {
    const test = readFileSync(new URL(`./${kind}-target.test.ts`, import.meta.url), 'utf8')
    expect(test).toContain(`describeTarget('${kind}'`)
  })

  it.each(TARGET_KINDS)('$kind has its section in the documentation', ({ kind }) => {
    const document = new URL('../../../../../docs/publishing.md', import.meta.url)
    expect(readFileSync(document, 'utf8')).toContain(`\n### \`${kind}\`\n`)
  })

  it.each(TARGET_KINDS)('$kind says what each of its settings means', ({ summary, settings }) => {
    expect(summary).toMatch(/\.$/)
    for (const [name, schema] of Object.entries(settings.shape)) {
      expect(schema, name).toMatchObject({ description: expect.stringMatching(/\.$/) })
    }
  })

  it.each(TARGET_KINDS)('$kind knows no settings beyond its own', ({ settings }) => {
    const { error } = settings.safeParse({ surprise: 1 })
    expect(error?.issues.map(({ code }) => code)).toContain('unrecognized_keys')
  })
})
