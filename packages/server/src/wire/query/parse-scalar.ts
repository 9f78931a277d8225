import { malformedInput } from './group-parameters.ts'

const INTEGER = /^[+-]?\d+$/
const MIN_INTEGER = -2_147_483_648
const MAX_INTEGER = 2_147_483_647

/**
 * Reads a 32-bit signed integer: an optional sign and decimal digits, leading zeros allowed, nothing
 * around them (aws-wire §1.3, last paragraph).
 *
 * @throws ServiceError `MalformedInput`. AWS sends a text only for the empty value; here every such
 * error has one, because users need it
 */
export function parseInteger(text: string): number {
  if (text === '') throw malformedInput('missing value for decimal type')
  const value = INTEGER.test(text) ? Number(text) : Number.NaN
  if (!(value >= MIN_INTEGER && value <= MAX_INTEGER)) {
    throw malformedInput('An integer must be decimal digits and fit into 32 bits')
  }
  // Turns `-0` into 0: it would be printed as 0, but some comparisons tell it apart from 0.
  return value === 0 ? 0 : value
}

/**
 * Reads a boolean of XML Schema: `true`, `false`, `1`, `0`.
 *
 * @throws ServiceError `MalformedInput`, with the texts of AWS's Query services (UNVERIFIED for STS)
 */
export function parseBoolean(text: string): boolean {
  if (text === 'true' || text === '1') return true
  if (text === 'false' || text === '0') return false
  throw malformedInput(
    text === '' ? 'missing value for boolean type' : 'boolean must follow xsd1.1 definition',
  )
}
