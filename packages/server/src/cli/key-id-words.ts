/** The SHA-256 of a public key in base64url (RFC 7638): one in 64 begins as an option does. */
const DASHED_KEY_ID = /^-[\w-]{42}$/

/**
 * The words of a command line in which a `kid` is never taken for an option: such a word goes behind
 * `--`. No option of Credence is as long with one dash, and in an incident nobody looks for the reason.
 */
export function keepKeyIdsFromOptions(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--')
  const before = end < 0 ? words : words.slice(0, end)
  const keyIds = before.filter(word => DASHED_KEY_ID.test(word))
  if (keyIds.length === 0) return words
  const others = before.filter(word => !DASHED_KEY_ID.test(word))
  return [...others, '--', ...keyIds, ...words.slice(before.length + 1)]
}
