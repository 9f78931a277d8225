const SPECIAL = /[^\t\n\x20-%'-;=?-\uD7FF\uE000-\uFFFD]/
const EACH_SPECIAL = /[&<>\r]|[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

/**
 * Text for the content of an XML element. `&`, `<` and `>` are escaped and quotes are not, as in AWS's
 * answers. A carriage return is escaped too, because a parser would read a plain one as a line feed
 * (XML 1.0 §2.11). Some characters can't be in XML 1.0 at all, not even escaped (§2.2: most control
 * characters, U+FFFE, U+FFFF, halves of surrogate pairs). They become U+FFFD, so that every answer can
 * be parsed. UNVERIFIED: what AWS does with them.
 */
export function escapeXml(text: string): string {
  return SPECIAL.test(text) ? text.replace(EACH_SPECIAL, escapeCharacter) : text
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '&':
      return '&amp;'
    case '<':
      return '&lt;'
    case '>':
      return '&gt;'
    case '\r':
      return '&#xD;'
    default:
      return '\uFFFD'
  }
}
