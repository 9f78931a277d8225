import { describe, expect, it } from 'vitest'
import { parseDecision } from './decision-index.ts'

const RECORD = `# 0001: A thumbprint

- Date: 2026-11-22
- Question: What is \`kid\`?
- State: in force

**Decision.** …
`

describe('the first lines of a decision record', () => {
  it('say what was asked and what was decided', () => {
    expect(parseDecision('0001-key-ids.md', RECORD)).toEqual({
      file: '0001-key-ids.md',
      number: '0001',
      answer: 'A thumbprint',
      date: '2026-11-22',
      question: 'What is `kid`?',
      state: 'in force',
    })
  })

  it.each([
    ['another number than its file has', '0002-key-ids.md', RECORD],
    ['no date', '0001-key-ids.md', RECORD.replace(/- Date.*\n/, '')],
    ['a question without a mark', '0001-key-ids.md', RECORD.replace('?', '.')],
    ['another state', '0001-key-ids.md', RECORD.replace('in force', 'perhaps')],
  ])('are refused with %s', (_what, file, text) => {
    expect(() => parseDecision(file, text)).toThrow(`${file} must begin with`)
  })
})
