import { describe, expect, test } from 'vitest'
import { ServiceError } from '../../errors.ts'
import { parseBoolean, parseInteger } from './parse-scalar.ts'

describe('integers', () => {
  test.each([
    ['900', 900],
    ['0900', 900],
    ['+900', 900],
    ['+0900', 900],
    ['0', 0],
    ['-0', 0],
    ['+0', 0],
    ['-1', -1],
    ['2147483647', 2_147_483_647],
    ['-2147483648', -2_147_483_648],
    ['00000000002147483647', 2_147_483_647],
  ])('%j is read', (text, value) => {
    expect(Object.is(parseInteger(text), value)).toBe(true)
  })

  test.each([
    '2147483648',
    '-2147483649',
    '9'.repeat(400),
    ' 900 ',
    ' 900',
    '900 ',
    '\t900\n',
    '900\n',
    '900.0',
    '900.',
    '.9',
    '9e2',
    '0x10',
    '1_000',
    '1,000',
    '++1',
    '+-1',
    '+',
    '-',
    'abc',
    'NaN',
    'Infinity',
    '٣٠٠',
    '−1',
    '\0',
  ])('%j is refused', text => {
    expect(() => parseInteger(text)).toThrow(
      new ServiceError('MalformedInput', 'An integer must be decimal digits and fit into 32 bits'),
    )
  })

  test('nothing is refused with a text of its own', () => {
    expect(() => parseInteger('')).toThrow(
      new ServiceError('MalformedInput', 'missing value for decimal type'),
    )
  })
})

describe('booleans', () => {
  test.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('%j is read', (text, value) => {
    expect(parseBoolean(text)).toBe(value)
  })

  test.each(['True', 'FALSE', 'yes', ' true', 'true ', '01', 'null'])('%j is refused', text => {
    expect(() => parseBoolean(text)).toThrow(
      new ServiceError('MalformedInput', 'boolean must follow xsd1.1 definition'),
    )
  })

  test('nothing is refused with a text of its own', () => {
    expect(() => parseBoolean('')).toThrow(
      new ServiceError('MalformedInput', 'missing value for boolean type'),
    )
  })
})
