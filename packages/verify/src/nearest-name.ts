import { quote } from './errors.ts'

/** Names that differ in more places are hardly misspellings of each other. */
const MAX_DISTANCE = 3

/**
 * What a message says about an unknown name: the name that was probably meant, or all names.
 *
 * @param kind what it would be the name of: `option`, `condition`
 */
export function formatUnknownName(kind: string, name: string, known: readonly string[]): string {
  const nearest = findNearestName(name, known)
  const hint = nearest === null ? `there are ${known.join(', ')}` : `did you mean ${nearest}?`
  return `there is no ${kind} ${quote(name)}; ${hint}`
}

/** The known name that differs least, whatever the case; null when none is near. */
function findNearestName(name: string, known: readonly string[]): string | null {
  let nearest: string | null = null
  let least = Math.min(MAX_DISTANCE, Math.floor(name.length / 2)) + 1
  for (const candidate of known) {
    const distance = measureDistance(name.toLowerCase(), candidate.toLowerCase(), least)
    if (distance < least) {
      nearest = candidate
      least = distance
    }
  }
  return nearest
}

/** How many letters must be added, left out or changed (Levenshtein); `limit` when that many or more. */
function measureDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  let distance = to.length
  for (const letter of from) {
    const next: number[] = []
    let [left, diagonal] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (const [position, above] of row.entries()) {
      const changed = diagonal + (letter === to[position - 1] ? 0 : 1)
      left = Math.min(changed, left + 1, above + 1)
      diagonal = above
      next.push(left)
    }
    row = next
    distance = left
  }
  return distance
}
