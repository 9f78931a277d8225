import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compileArnPattern,
  compileResource,
  matchArn,
  matchResource,
  splitArn,
} from './match-arn.ts'

const pieces = (text: string) => [{ text, literal: false }]

/** The rule for `Resource` as AWS states it, written as a regular expression. */
function toRegExp(pattern: string): RegExp {
  const [head = '', ...rest] = pattern.split(':')
  const segments = [head, ...rest.slice(0, 4), rest.slice(4).join(':')]
  const sources = segments.map((segment, index) => {
    const isResource = index === 5
    const characters = [...segment].map((character, position) => {
      const runsOn = isResource || /^\*+$/.test(segment.slice(position))
      if (character === '*') return runsOn ? '.*' : '[^:]*'
      if (character === '?') return isResource ? '.' : '[^:]'
      return character
    })
    return characters.join('')
  })
  return new RegExp(`^${sources.join(':')}$`, 's')
}

const part = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 3 })
const arnPattern = fc.tuple(part, part, part, part, part).map(parts => ['arn', ...parts].join(':'))
const arn = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 2 }), {
    minLength: 5,
    maxLength: 8,
  })
  .map(parts => ['arn', ...parts].join(':'))

describe('matchResource', () => {
  test('equals the rule as a regular expression', () => {
    fc.assert(
      fc.property(arnPattern, arn, (pattern, resource) => {
        const matches = matchResource(compileResource(pieces(pattern)), resource)
        expect(matches).toBe(toRegExp(pattern).test(resource))
      }),
      { numRuns: 5_000 },
    )
  })

  test('needs as many colons as the pattern, unless a star covers them', () => {
    expect(matchResource(compileResource(pieces('arn:?:b:c:d:e')), 'arn:a:b')).toBe(false)
    expect(matchResource(compileResource(pieces('arn:?*:b:c:d:e')), 'arn')).toBe(false)
  })
})

describe('matchArn', () => {
  test('compares part by part', () => {
    fc.assert(
      fc.property(arnPattern, arn, (pattern, text) => {
        const compiled = compileArnPattern(pieces(pattern))
        const value = splitArn(text)
        if (compiled === null || value === null) throw new Error('both are ARNs')
        const parts = pattern.split(':').slice(0, 6)
        const expected = value.every((valuePart, index) => {
          const source = (parts[index] ?? '').replaceAll('*', '.*').replaceAll('?', '.')
          return new RegExp(`^${source}$`, 's').test(valuePart)
        })
        expect(matchArn(compiled, value)).toBe(expected)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['arn:aws:iam::1:user/x', ['arn', 'aws', 'iam', '', '1', 'user/x']],
    ['arn:aws:sns:r:1:t:a:b', ['arn', 'aws', 'sns', 'r', '1', 't:a:b']],
    ['arn:::::', ['arn', '', '', '', '', '']],
    ['arn::::', null],
    ['ARN:aws:iam::1:x', null],
    ['arnaws:iam::1:x:y', null],
    ['', null],
  ])('splits %s', (text, parts) => {
    expect(splitArn(text)).toEqual(parts)
  })
})
