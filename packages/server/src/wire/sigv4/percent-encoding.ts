const BROKEN_ESCAPE = /%(?![\dA-Fa-f]{2})/
const ESCAPED_OR_RESERVED = /%([\dA-Fa-f]{2})|[^\w.~-]/g
const UNRESERVED_ONLY = /^[\w.~-]*$/
const UNRESERVED = /[\w.~-]/
const RESERVED_BUT_SLASH = /[^\w.~/-]/g
const ESCAPE = /%([\dA-F]{2})/g

/** `%00%01…%FF`: three characters a byte. */
const ESCAPES = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
).join('')

/**
 * The two characters after the first `%` that does not begin an escape, or fewer at the end of the
 * text. Null when all escapes are whole.
 */
export function findBrokenEscape(text: string): string | null {
  const broken = BROKEN_ESCAPE.exec(text)
  return broken === null ? null : text.slice(broken.index + 1, broken.index + 3)
}

/**
 * Encodes a path that is already encoded, so that the `%` of its escapes becomes `%25`: the double
 * encoding of aws-wire §7.1. Slashes stay.
 */
export function encodePathAgain(path: string): string {
  return path.replace(RESERVED_BUT_SLASH, escapeCharacter)
}

/**
 * Gives a name or value of a query the one encoding that both sides sign (aws-wire §7.1): letters,
 * digits and `-_.~` plain, every other byte as `%XX` in upper case, `+` as the space it stands for.
 * The escapes of `text` must be whole.
 */
export function encodeQueryPart(text: string): string {
  if (UNRESERVED_ONLY.test(text)) return text
  return text.replace(ESCAPED_OR_RESERVED, (found: string, hex: string | undefined) => {
    if (hex !== undefined) {
      const character = String.fromCharCode(Number.parseInt(hex, 16))
      return UNRESERVED.test(character) ? character : found.toUpperCase()
    }
    return found === '+' ? '%20' : escapeCharacter(found)
  })
}

/** The bytes behind what {@link encodeQueryPart} made, one character a byte. */
export function decodeQueryPart(encoded: string): string {
  if (!encoded.includes('%')) return encoded
  return encoded.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function escapeCharacter(character: string): string {
  const byte = character.charCodeAt(0)
  return ESCAPES.slice(3 * byte, 3 * byte + 3)
}
