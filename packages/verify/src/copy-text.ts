/**
 * The same text in memory of its own. What an engine cuts out of a longer text may keep all of it: what is
 * kept of a token, or of something that holds one, is copied, so that no token lies in memory with it.
 */
export function copyText(text: string): string {
  const copy: string = JSON.parse(JSON.stringify(text))
  return copy
}
