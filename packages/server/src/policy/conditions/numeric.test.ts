import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareDecimals, type Decimal, parseDecimal } from './numeric.ts'

function parse(text: string): Decimal {
  const decimal = parseDecimal(text)
  if (decimal === null) throw new Error(`${text} is a number`)
  return decimal
}

/** Digits with a point `scale` places from their end. */
function formatScaled(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  const split = digits.length - scale
  return `${value < 0n ? '-' : ''}${digits.slice(0, split)}.${digits.slice(split)}`
}

describe('decimals', () => {
  test('are ordered like the integers they scale', () => {
    const integers = fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n })
    fc.assert(
      fc.property(integers, integers, fc.nat(30), (a, b, scale) => {
        const order = compareDecimals(parse(formatScaled(a, scale)), parse(formatScaled(b, scale)))
        expect(Math.sign(order)).toBe(a < b ? -1 : Number(a > b))
      }),
    )
  })

  test('do not depend on how they are written', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(20), fc.nat(20), (value, scale, exponent) => {
        const plain = parse(formatScaled(value, scale))
        const zeros = '0'.repeat(exponent)
        const text = formatScaled(value, scale).replace('-', `-${zeros}`)
        expect(parse(`${text}${zeros}`)).toEqual(plain)
        expect(parse(`${value}e-${scale}`)).toEqual(plain)
        expect(parse(`${value}${zeros}E-${scale + exponent}`)).toEqual(plain)
      }),
    )
  })

  test('are ordered by their exponents without being written out', () => {
    expect(compareDecimals(parse('1e2147483647'), parse('9e2147483646'))).toBeGreaterThan(0)
    expect(compareDecimals(parse('1e-2147483647'), parse('0'))).toBeGreaterThan(0)
    expect(compareDecimals(parse('-1e2147483647'), parse('-1'))).toBeLessThan(0)
  })
})
