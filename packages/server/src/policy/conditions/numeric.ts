import { joinPieces } from '../variables.ts'
import { createOperator, type OperatorFamily } from './operator.ts'

/** A decimal number of any precision: `0.digits × 10^magnitude`, digits without zeros at either end. */
export interface Decimal {
  /** −1, 0 or 1. */
  readonly sign: number
  readonly digits: string
  readonly magnitude: number
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/** Exponents beyond this cannot be read; AWS's own limit is that of a 32-bit number. */
const MAX_EXPONENT = 2_147_483_647

/** Reads a decimal number: sign, leading zeros, fraction and exponent are all allowed. Null otherwise. */
export function parseDecimal(text: string): Decimal | null {
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? []
  if (sign === undefined || whole + fraction === '') return null
  if (Math.abs(Number(exponent)) > MAX_EXPONENT) return null
  const significant = (whole + fraction).replace(/^0+/, '')
  if (significant === '') return { sign: 0, digits: '', magnitude: 0 }
  return {
    sign: sign === '-' ? -1 : 1,
    digits: trimZerosAtEnd(significant),
    magnitude: significant.length - fraction.length + Number(exponent),
  }
}

/** By hand: a regular expression would try every run of zeros, in quadratic time. */
function trimZerosAtEnd(digits: string): string {
  let end = digits.length
  while (digits.charAt(end - 1) === '0') end -= 1
  return digits.slice(0, end)
}

/** Negative when `a` is less than `b`, 0 when equal, positive when greater. Exact. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.sign !== b.sign) return a.sign - b.sign
  if (a.magnitude !== b.magnitude) return a.sign * (a.magnitude - b.magnitude)
  if (a.digits === b.digits) return 0
  return a.digits < b.digits ? -a.sign : a.sign
}

const numeric: OperatorFamily<Decimal, Decimal> = {
  acceptsVariables: false,
  sessionKeepsMalformed: true,
  expects: 'a decimal number',
  parseValue: parseDecimal,
  unreadableValue: 'unequal',
  parseOperand: pieces => parseDecimal(joinPieces(pieces)),
  malformedOperand: 'unequal',
}

/** Numeric operators: exact decimals; a request value that is no number differs from all (aws-wire §5.3). */
export const NUMERIC_OPERATORS = {
  NumericEquals: createOperator(numeric, (a, b) => compareDecimals(a, b) === 0),
  NumericNotEquals: createOperator(numeric, (a, b) => compareDecimals(a, b) === 0, true),
  NumericLessThan: createOperator(numeric, (a, b) => compareDecimals(a, b) < 0),
  NumericLessThanEquals: createOperator(numeric, (a, b) => compareDecimals(a, b) <= 0),
  NumericGreaterThan: createOperator(numeric, (a, b) => compareDecimals(a, b) > 0),
  NumericGreaterThanEquals: createOperator(numeric, (a, b) => compareDecimals(a, b) >= 0),
} as const
