import { ServiceError } from '../../errors.ts'

/**
 * Decoded parameters by name, in the order in which they first appeared. A `Map`, so a name such as
 * `__proto__` is a name like any other.
 */
export type QueryParameters = ReadonlyMap<string, string>

/**
 * How many parameters with a wanted name a request may carry. AWS has no such bound: a body of five
 * million parameters passes there. The bound keeps the memory for a hostile 10 MB body small. It is far
 * above the length of every list that an operation accepts. Repeated and unknown names do not count.
 */
export const MAX_PARAMETERS = 10_000

/**
 * No operation has a parameter whose name is longer as sent, so longer names are unknown parameters.
 * Engines may hash long strings by their length alone; the bound keeps names shorter than that.
 */
export const MAX_NAME_LENGTH = 256

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const BROKEN_ESCAPE = /%(?![\dA-Fa-f]{2})/
const NON_ASCII_ESCAPE = /%[89A-Fa-f]/
const ESCAPED = /[%+]/

/** Parameters as they were sent, in UTF-8 and with whole escapes. Only {@link readParameterText} makes it. */
export type ParameterText = string & { readonly [isChecked]: true }
declare const isChecked: unique symbol

/**
 * Takes a form body (bytes) or the query of a request-target (text, without `?`) for what
 * {@link parseParameters} reads. All of it is checked, including what will be ignored.
 *
 * @throws ServiceError `MalformedQueryString` for a broken escape or invalid UTF-8 (aws-wire §7.3 row 4)
 */
export function readParameterText(source: Uint8Array | string): ParameterText {
  const text = typeof source === 'string' ? source : decodeUtf8(source)
  checkEscapes(text)
  return text as ParameterText
}

/**
 * Reads parameters in `application/x-www-form-urlencoded`: `+` and `%20` are spaces, the first of
 * several equal names wins, a name without `=` has the empty value. Only parameters whose name up to
 * the first dot is in `wanted` are kept; others are unknown and ignored. Time is linear in the size;
 * memory is at most `MAX_PARAMETERS` entries (aws-wire §1.5).
 *
 * @throws ServiceError `MalformedInput` for more than `MAX_PARAMETERS` wanted parameters
 */
export function parseParameters(text: ParameterText, wanted: ReadonlySet<string>): QueryParameters {
  const parameters = new Map<string, string>()
  let equals = -1
  for (let start = 0; start < text.length; ) {
    const ampersand = text.indexOf('&', start)
    const end = ampersand === -1 ? text.length : ampersand
    // It is searched again only after it has been passed. Otherwise every piece without `=` would scan
    // all that follows.
    if (equals < start) equals = indexOfOrEnd(text, '=', start)
    const nameEnd = Math.min(equals, end)
    if (nameEnd > start && nameEnd - start <= MAX_NAME_LENGTH) {
      const name = decode(text.slice(start, nameEnd))
      if (wanted.has(firstSegment(name)) && !parameters.has(name)) {
        if (parameters.size === MAX_PARAMETERS) throw tooManyParameters()
        parameters.set(name, nameEnd === end ? '' : decode(text.slice(nameEnd + 1, end)))
      }
    }
    start = end + 1
  }
  return parameters
}

function indexOfOrEnd(text: string, character: string, start: number): number {
  const index = text.indexOf(character, start)
  return index === -1 ? text.length : index
}

function firstSegment(name: string): string {
  const dot = name.indexOf('.')
  return dot === -1 ? name : name.slice(0, dot)
}

function decode(text: string): string {
  if (!ESCAPED.test(text)) return text
  // Splitting is several times as fast as replacing when a hostile value is nothing but pluses.
  const spaced = text.includes('+') ? text.split('+').join(' ') : text
  return spaced.includes('%') ? decodeURIComponent(spaced) : spaced
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch (cause) {
    throw invalidUtf8(cause)
  }
}

/** One pass over the whole text, so that what is ignored later is checked too. */
function checkEscapes(text: string): void {
  const broken = BROKEN_ESCAPE.exec(text)
  if (broken !== null) throw brokenEscape(text, broken.index)
  if (!NON_ASCII_ESCAPE.test(text)) return
  try {
    decodeURIComponent(text)
  } catch (cause) {
    throw invalidUtf8(cause)
  }
}

/**
 * An escape is incomplete when its name or value ends within it. Any other broken escape has a wrong
 * digit.
 */
function brokenEscape(text: string, index: number): ServiceError {
  const pieceStart = text.lastIndexOf('&', index) + 1
  const isInValue = text.slice(pieceStart, index).includes('=')
  const digits = text.slice(index + 1, index + 3).split(isInValue ? '&' : /[&=]/)[0] ?? ''
  return new ServiceError(
    'MalformedQueryString',
    digits.length < 2
      ? 'Incomplete trailing escape % sequence'
      : `Illegal hex character in escape % pattern: %${digits}`,
  )
}

/** UNVERIFIED: how AWS answers bytes that are not UTF-8 is not known. Refused like a broken escape. */
function invalidUtf8(cause: unknown): ServiceError {
  return new ServiceError('MalformedQueryString', 'Parameters must be encoded in UTF-8', { cause })
}

function tooManyParameters(): ServiceError {
  return new ServiceError('MalformedInput', `A request has at most ${MAX_PARAMETERS} parameters`)
}
