/**
 * The headers of a request by lower-case name. Repeats are joined by `,` in the order received
 * (aws-wire §7.1; RFC 9110 §5.3), so a second `Host` or `X-Amz-Date` changes the value instead of
 * hiding behind the first.
 */
export interface HeaderIndex {
  readonly values: ReadonlyMap<string, string>
  /** The names that came more than once. */
  readonly repeated: ReadonlySet<string>
}

const TIDY = /^[!-~]+(?: [!-~]+)*$/
const WHITE_SPACE = /[\t\n\v\f\r ]+/g

/** One pass over `rawHeaders`: names and values alternate. */
export function indexHeaders(rawHeaders: readonly string[]): HeaderIndex {
  const values = new Map<string, string>()
  const repeated = new Set<string>()
  let name: string | null = null
  for (const text of rawHeaders) {
    if (name === null) {
      name = text.toLowerCase()
      continue
    }
    const first = values.get(name)
    if (first === undefined) values.set(name, text)
    else {
      // What was joined before is tidy already. To look at it again each time would take quadratic
      // time.
      values.set(name, `${repeated.has(name) ? first : tidy(first)},${tidy(text)}`)
      repeated.add(name)
    }
    name = null
  }
  return { values, repeated }
}

/** A header's value without white space around it; null when the header is absent. */
export function findHeader(headers: HeaderIndex, lowerCaseName: string): string | null {
  const value = headers.values.get(lowerCaseName)
  return value === undefined ? null : tidy(value)
}

/** What HTTP/2 and HTTP/3 have in the place of `Host` (RFC 9113 §8.3.1). */
export const AUTHORITY = ':authority'

/**
 * One `name:value` line for each name, in the order given. A header that the request lacks gets the
 * empty value, as in the canonical strings that some of AWS's services show. So the signature fails
 * unless the client signed the header as empty. `:authority` gets the value of `Host`, where the proxy
 * that translated the request to HTTP/1.1 has put it.
 */
export function formatCanonicalHeaders(headers: HeaderIndex, names: readonly string[]): string {
  let lines = ''
  for (const name of names) {
    lines += `${name}:${findHeader(headers, name === AUTHORITY ? 'host' : name) ?? ''}\n`
  }
  return lines
}

/**
 * Trims, and makes one space of inner white space. AWS's text speaks of spaces; the SDKs' signers
 * take tabs and folded lines (RFC 9112 §5.2) the same way.
 */
function tidy(value: string): string {
  if (TIDY.test(value)) return value
  return value.replace(WHITE_SPACE, ' ').replace(/^ | $/g, '')
}
