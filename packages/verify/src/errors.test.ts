import { describe, expect, it } from 'vitest'
import { formatLine, quote, VERIFY_ERRORS, VerifyError } from './errors.ts'

describe('VerifyError', () => {
  it('carries its code, message and cause, and knows its kind', () => {
    const cause = new Error('below')
    const error = new VerifyError('keys_unavailable', 'no keys', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'VerifyError',
      code: 'keys_unavailable',
      message: 'no keys',
      cause,
      kind: 'unavailable',
    })
  })

  it('has no cause unless it was given one', () => {
    expect(Object.hasOwn(new VerifyError('token_expired', 'late'), 'cause')).toBe(false)
  })
})

describe('VERIFY_ERRORS', () => {
  it.each([
    ['credentials_missing', 'request'],
    ['token_expired', 'token'],
    ['trust_refused', 'trust'],
    ['replay_unavailable', 'unavailable'],
    ['options_invalid', 'usage'],
  ] as const)('%s is of kind %s', (code, kind) => {
    expect(VERIFY_ERRORS[code].kind).toBe(kind)
  })

  it('says what each code means in one sentence', () => {
    for (const { meaning } of Object.values(VERIFY_ERRORS)) expect(meaning).toMatch(/^\S.+\.$/)
  })
})

describe('quote', () => {
  it.each([
    ['plain', '"plain"'],
    ['two\nlines', '"two\\nlines"'],
    ['x'.repeat(200), `"${'x'.repeat(200)}"`],
    ['x'.repeat(201), `"${'x'.repeat(200)}…"`],
    [undefined, 'undefined'],
    [17, 'number'],
    [{ secret: 1 }, 'object'],
  ])('%j as %s', (value, quoted) => {
    expect(quote(value)).toBe(quoted)
  })
})

describe('formatLine', () => {
  it.each([
    ['plain', 'plain'],
    ['ab\r\ncd', 'ab cd'],
    ['a\u2028b\u2029c\u0000\u202ed', 'a b c d'],
    ['0123456789', '0123456789'],
    ['01234567890', '0123456789…'],
    ['012345678\u{1f600}', '012345678 …'],
  ])('%j as %j', (text, line) => {
    expect(formatLine(text, 10)).toBe(line)
  })
})
