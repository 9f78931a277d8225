import { describe, expect, test } from 'vitest'
import { integer, list, optional, required, string, structure } from '../../shapes/shape.ts'
import {
  formatValue,
  formatViolations,
  MAX_MESSAGE_LENGTH,
  MAX_PRINTED_LENGTH,
  MAX_VIOLATIONS,
} from './format-violations.ts'

const tag = structure('Tag', { key: required(string()), value: optional(integer()) })

describe('formatValue', () => {
  test.each([
    ['a text', string(), 'a, b', 'a, b'],
    ['a number', integer(), -1, '-1'],
    ['no members', list(string()), [], '[]'],
    ['one empty member', list(string()), [''], '[]'],
    ['members', list(string()), ['a', '', 'b'], '[a, , b]'],
    [
      'structures',
      list(tag),
      [{ key: 'k', value: 1 }, {}],
      '[Tag(key=k, value=1), Tag(key=null, value=null)]',
    ],
    ['lists in a list', list(list(integer())), [[1], []], '[[1], []]'],
  ])('%s', (_name, shape, value, printed) => {
    expect(formatValue(shape, value)).toBe(printed)
  })

  test('51 of the longest tags are printed whole', () => {
    const longest = { key: 'k'.repeat(128), value: 'v'.repeat(256) }
    const printed = formatValue(
      list(structure('Tag', { key: required(string()), value: required(string()) })),
      Array.from({ length: 51 }, () => longest),
    )
    expect(printed).toMatch(/^\[Tag\(.*\)\]$/)
    expect(printed.length * 3).toBeLessThan(MAX_PRINTED_LENGTH)
  })

  test.each([
    [
      'the longest text is whole',
      string(),
      'a'.repeat(MAX_PRINTED_LENGTH),
      'a'.repeat(MAX_PRINTED_LENGTH),
    ],
    [
      'one more is cut',
      string(),
      'a'.repeat(MAX_PRINTED_LENGTH + 1),
      `${'a'.repeat(MAX_PRINTED_LENGTH)}...`,
    ],
    [
      'the longest list is whole',
      list(string()),
      ['a'.repeat(MAX_PRINTED_LENGTH - 2)],
      `[${'a'.repeat(MAX_PRINTED_LENGTH - 2)}]`,
    ],
    [
      'one more is cut',
      list(string()),
      ['a'.repeat(MAX_PRINTED_LENGTH - 1)],
      `[${'a'.repeat(MAX_PRINTED_LENGTH - 1)}...`,
    ],
    [
      'no pair of UTF-16 units is halved',
      string(),
      `${'a'.repeat(MAX_PRINTED_LENGTH - 1)}😀`,
      `${'a'.repeat(MAX_PRINTED_LENGTH - 1)}\uFFFD...`,
    ],
  ])('%s', (_name, shape, value, printed) => {
    expect(formatValue(shape, value) === printed).toBe(true)
  })

  test('a list is not printed further than it is shown', () => {
    let printed = 0
    const counting = {
      toString() {
        printed += 1
        return 'a'.repeat(1000)
      },
    }
    formatValue(
      list(string()),
      Array.from({ length: 10_000 }, () => counting),
    )
    expect(printed).toBeLessThan(100)
  })
})

describe('formatViolations', () => {
  const violation = (value: string | null) => ({ value, path: 'p', rule: 'r' })
  const text = (printed: string) => `Value ${printed} at 'p' failed to satisfy constraint: r`

  test.each([
    [[null], `1 validation error detected: ${text('null')}`],
    [['null'], `1 validation error detected: ${text(`'null'`)}`],
    [['a', ''], `2 validation errors detected: ${text(`'a'`)}; ${text(`''`)}`],
  ])('%j', (values, message) => {
    expect(formatViolations(values.map(violation), true)).toBe(message)
  })

  test('values are left out where they are not quoted', () => {
    const message = formatViolations([violation(null), violation('a')], false)
    const each = "Value at 'p' failed to satisfy constraint: r"
    expect(message).toBe(`2 validation errors detected: ${each}; ${each}`)
  })

  test.each([
    [MAX_VIOLATIONS, 10],
    [MAX_VIOLATIONS + 1, 10],
    [30_000, 10],
  ])('of %i violations %i are told and counted', (count, told) => {
    const message = formatViolations(
      Array.from({ length: count }, () => violation('a')),
      true,
    )
    expect(message).toMatch(/^10 validation errors detected: /)
    expect(message.split('; ')).toHaveLength(told)
  })

  test('only as many as fit are printed', () => {
    const long = 'a'.repeat(MAX_PRINTED_LENGTH)
    const message = formatViolations(
      Array.from({ length: 5 }, () => violation(long)),
      true,
    )
    expect(message).toMatch(/^5 validation errors detected: Value 'a+' .* r; \.\.\.$/)
    expect(message.length).toBeLessThanOrEqual(MAX_MESSAGE_LENGTH + '...'.length)
  })

  test('the first violation always fits', () => {
    const message = formatViolations(
      [violation(formatValue(string(), 'a'.repeat(1_000_000)))],
      true,
    )
    expect(message).toMatch(/^1 validation error detected: Value 'a+\.\.\.' at 'p' .* r$/)
  })
})
