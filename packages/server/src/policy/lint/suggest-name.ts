import { findNearestName, measureNameDistance } from '../../runtime/nearest-name.ts'

/** Names that differ in more places are hardly a slip of the same one. */
const MAX_DISTANCE = 3

/** The known name that was probably meant, as half a sentence; empty when none is near. */
export function suggestName(name: string, known: readonly string[]): string {
  const nearest = findNearestName(name, known)
  const distance = measureNameDistance(name, nearest)
  const limit = Math.min(MAX_DISTANCE, Math.floor(name.length / 3))
  return distance <= limit ? `; did you mean ${nearest}?` : ''
}

/** Other services of AWS whose prefixes are as near to `aws`, `iam` or `sts` as a slip would be. */
const NEIGHBOURS: ReadonlySet<string> = new Set([
  'aps',
  'oam',
  'ram',
  'ses',
  'sms',
  'sns',
  'sqs',
  'ts',
  'wam',
])

/** The prefix that a slip of it stands for, among `aws`, `iam` and `sts`; null for any other service's. */
export function findSlippedPrefix(prefix: string): string | null {
  if (NEIGHBOURS.has(prefix)) return null
  return (
    ['aws', 'iam', 'sts'].find(
      known =>
        measureNameDistance(prefix, known) === 1 || (prefix !== known && isSwapped(prefix, known)),
    ) ?? null
  )
}

/** The same letters in another order. */
function isSwapped(prefix: string, known: string): boolean {
  return [...prefix].sort().join('') === [...known].sort().join('')
}
