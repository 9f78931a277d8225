/** Longer names are compared by their beginning: the work grows with the product of the lengths. */
const MAX_COMPARED_LENGTH = 80

/**
 * The candidate that is most like the name, without regard to case. A name with the right last part
 * in the wrong section is near too: `port` and `server.port` find `listen.port`. The first of equals
 * wins. `candidates` must not be empty.
 */
export function findNearestName(name: string, candidates: readonly string[]): string {
  const distances = candidates.map(candidate =>
    Math.min(
      measureNameDistance(name, candidate),
      measureNameDistance(lastPart(name), lastPart(candidate)) + 1,
    ),
  )
  return candidates[distances.indexOf(Math.min(...distances))] ?? ''
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

/** How many letters must be added, left out or changed, whatever their case: Levenshtein's distance. */
export function measureNameDistance(first: string, second: string): number {
  const a = first.slice(0, MAX_COMPARED_LENGTH).toLowerCase()
  const b = second.slice(0, MAX_COMPARED_LENGTH).toLowerCase()
  // One row of the table at a time.
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
