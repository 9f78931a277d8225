import { decodeQueryPart, encodeQueryPart, findBrokenEscape } from './percent-encoding.ts'
import { illegalEscape, incompleteEscape } from './refusals.ts'

/** One parameter of a query, name and value in the encoding that is signed. */
export interface EncodedParameter {
  readonly name: string
  readonly value: string
}

/** The parameter that carries the signature of a presigned URL, and so can't be part of it. */
export const SIGNATURE_PARAMETER = 'X-Amz-Signature'

/**
 * Reads a query as received, repeats kept, in the order received. A parameter without `=` has the
 * empty value; empty ones (`a&&b`) are none.
 *
 * @throws ServiceError `MalformedQueryString` for a broken escape (aws-wire §7.3 row 4)
 */
export function parseQuery(rawQuery: string): readonly EncodedParameter[] {
  if (rawQuery === '') return []
  const parameters: EncodedParameter[] = []
  for (const part of rawQuery.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : part.slice(0, equals)
    const value = equals === -1 ? '' : part.slice(equals + 1)
    parameters.push({ name: encodeChecked(name), value: encodeChecked(value) })
  }
  return parameters
}

/** The first value of a name, decoded to one character a byte; null when it is absent. */
export function findQueryValue(
  parameters: readonly EncodedParameter[],
  name: string,
): string | null {
  const found = parameters.find(parameter => parameter.name === name)
  return found === undefined ? null : decodeQueryPart(found.value)
}

/**
 * The query as it is signed (aws-wire §7.1): sorted by name, then by value, both encoded. The
 * caller leaves out the signature of a presigned URL.
 */
export function formatCanonicalQuery(parameters: readonly EncodedParameter[]): string {
  return parameters
    .toSorted((a, b) => compare(a.name, b.name) || compare(a.value, b.value))
    .map(({ name, value }) => `${name}=${value}`)
    .join('&')
}

function encodeChecked(part: string): string {
  const digits = findBrokenEscape(part)
  if (digits === null) return encodeQueryPart(part)
  throw digits.length < 2 ? incompleteEscape() : illegalEscape(digits)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
