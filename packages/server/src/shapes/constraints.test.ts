import { describe, expect, test } from 'vitest'
import {
  findBrokenIntegerRules,
  findBrokenListRules,
  findBrokenStringRules,
  listRules,
  memberRule,
} from './constraints.ts'
import { boolean, integer, list, string } from './shape.ts'

const TAG_KEY = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+'
const tagKey = string({ minLength: 1, maxLength: 128, pattern: TAG_KEY })

describe('strings', () => {
  const tooShort = 'Member must have length greater than or equal to 1'
  const tooLong = 'Member must have length less than or equal to 128'
  const noMatch = `Member must satisfy regular expression pattern: ${TAG_KEY}`
  test.each([
    ['the shortest', 'k', []],
    ['one too short', '', [tooShort, noMatch]],
    ['the longest', 'k'.repeat(128), []],
    ['one too long', 'k'.repeat(129), [tooLong]],
    ['64 characters of two UTF-16 units', '\u{20000}'.repeat(64), []],
    ['65 characters of two UTF-16 units', '\u{20000}'.repeat(65), [tooLong]],
    ['a wrong character', '<team>', [noMatch]],
    ['a wrong character after a right one', 'team\n', [noMatch]],
    ['letters of any script, spaces, digits and marks', 'Ключ 日本 ٣_.:/=+-@', []],
    ['too long and wrong: length first', '<'.repeat(129), [tooLong, noMatch]],
  ])('%s', (_name, value, rules) => {
    expect(findBrokenStringRules(tagKey, value)).toEqual(rules)
  })

  test.each([
    ['RS256', []],
    ['rs256', ['Member must satisfy enum value set: [RS256, ES384]']],
    ['', ['Member must satisfy enum value set: [RS256, ES384]']],
  ])('one of a set: %j', (value, rules) => {
    expect(findBrokenStringRules(string({ values: ['RS256', 'ES384'] }), value)).toEqual(rules)
  })

  test('without constraints every text is valid', () => {
    expect(findBrokenStringRules(string(), '\0'.repeat(10_000))).toEqual([])
  })
})

describe('integers', () => {
  const duration = integer({ min: 60, max: 3600 })
  test.each([
    [60, []],
    [59, ['Member must have value greater than or equal to 60']],
    [3600, []],
    [3601, ['Member must have value less than or equal to 3600']],
  ])('%i', (value, rules) => {
    expect(findBrokenIntegerRules(duration, value)).toEqual(rules)
  })

  test('without bounds every value is valid', () => {
    expect(findBrokenIntegerRules(integer(), -2_147_483_648)).toEqual([])
  })
})

describe('lists', () => {
  const audience = list(string(), { minItems: 1, maxItems: 10 })
  test.each([
    [1, []],
    [0, ['Member must have length greater than or equal to 1']],
    [10, []],
    [11, ['Member must have length less than or equal to 10']],
  ])('%i members', (count, rules) => {
    expect(findBrokenListRules(audience, count)).toEqual(rules)
  })

  test('without bounds every value is valid', () => {
    expect(findBrokenListRules(list(string()), 0)).toEqual([])
  })
})

test.each([
  [
    string({ minLength: 1, maxLength: 1000 }),
    'Member must satisfy constraint: [Member must have length less than or equal to 1000, Member must have length greater than or equal to 1]',
  ],
  [
    string({ maxLength: 6, pattern: '.*', values: ['a'] }),
    'Member must satisfy constraint: [Member must have length less than or equal to 6, Member must satisfy regular expression pattern: .*, Member must satisfy enum value set: [a]]',
  ],
  [
    integer({ min: 512, max: 10_240 }),
    'Member must satisfy constraint: [Member must have value less than or equal to 10240, Member must have value greater than or equal to 512]',
  ],
  [boolean(), 'Member must satisfy constraint: []'],
])('all rules of a member of a list, case %#', (shape, rule) => {
  expect(memberRule(listRules(shape))).toBe(rule)
})
