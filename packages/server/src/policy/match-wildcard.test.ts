import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileWildcard, matchWildcard, type UnitSequence } from './match-wildcard.ts'

const compile = (text: string) => compileWildcard([{ text, literal: false }])

/** The definition of `*` and `?`, as slow as it is plain. */
function matchNaively(pattern: string, value: string): boolean {
  if (pattern === '') return value === ''
  if (pattern.startsWith('*')) {
    return (
      matchNaively(pattern.slice(1), value) ||
      (value !== '' && matchNaively(pattern, value.slice(1)))
    )
  }
  const isFirst = value !== '' && (pattern.startsWith('?') || pattern.charAt(0) === value.charAt(0))
  return isFirst && matchNaively(pattern.slice(1), value.slice(1))
}

/** A value that counts how often it is read. */
function countReads(text: string): UnitSequence & { reads: number } {
  return {
    reads: 0,
    length: text.length,
    charCodeAt(index) {
      this.reads += 1
      return text.charCodeAt(index)
    },
  }
}

const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', ':'), maxLength: 8 })
const values = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 10 })

describe('matchWildcard', () => {
  test('equals the naive matcher', () => {
    fc.assert(
      fc.property(patterns, values, (pattern, value) => {
        expect(matchWildcard(compile(pattern), value)).toBe(matchNaively(pattern, value))
      }),
      { numRuns: 3_000 },
    )
  })

  test('takes a literal piece as it stands', () => {
    fc.assert(
      fc.property(fc.string(), values, (text, rest) => {
        const pattern = compileWildcard([
          { text, literal: true },
          { text: '*', literal: false },
        ])
        expect(matchWildcard(pattern, text + rest)).toBe(true)
        expect(matchWildcard(compileWildcard([{ text, literal: true }]), text)).toBe(true)
        expect(matchWildcard(compileWildcard([{ text: '*', literal: true }]), rest)).toBe(false)
      }),
    )
  })

  test.each([
    ['the classic', '*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(1_000)],
    ['more stars than characters', `${'*a'.repeat(3_000)}*`, 'a'.repeat(1_000)],
    ['many stars and no end', `${'*a'.repeat(900)}*b*`, 'a'.repeat(1_000)],
    ['a long run', `*${'a'.repeat(500)}b*`, 'a'.repeat(1_000)],
    ['a long run of question marks', `*${'?'.repeat(500)}b*`, 'a'.repeat(1_000)],
    ['question marks between stars', `${'*?'.repeat(2_000)}*`, 'a'.repeat(1_000)],
    ['runs that nearly match', `${'*aaab'.repeat(200)}*`, 'aaaa'.repeat(250)],
    ['nothing but stars', '*'.repeat(5_000), 'a'.repeat(1_000)],
    ['stars and a wrong end', `${'*'.repeat(5_000)}b`, 'a'.repeat(1_000)],
  ])('reads a value at most n²/4 + n times: %s', (_, pattern, text) => {
    const value = countReads(text)
    matchWildcard(compile(pattern), value)
    expect(value.reads).toBeLessThanOrEqual(text.length ** 2 / 4 + text.length)
  })

  test('never reads a value more than n²/4 + n times', () => {
    const longer = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 60 })
    const long = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(longer, long, (pattern, text) => {
        const value = countReads(text)
        matchWildcard(compile(pattern), value)
        expect(value.reads).toBeLessThanOrEqual(text.length ** 2 / 4 + text.length)
      }),
      { numRuns: 1_000 },
    )
  })
})
