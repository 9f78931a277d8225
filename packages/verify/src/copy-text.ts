/**
 * The same text in memory of its own. A text that an engine cuts out of a longer one may keep all of
 * that in memory. So every text that is kept from a token, or from something that holds one, is copied.
 * Then no token stays in memory with it.
 */
export function copyText(text: string): string {
  const copy: string = JSON.parse(JSON.stringify(text))
  return copy
}
