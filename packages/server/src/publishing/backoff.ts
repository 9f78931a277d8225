import type { RandomSource } from '../runtime/random.ts'

const FIRST_MS = 1000
const LONGEST_MS = 60_000

/**
 * How long to wait before the next attempt, in ms: from one second up to a minute, each time twice as
 * long, and up to a half more or less, so that many who wait do not come back together.
 *
 * @param failures how many attempts have failed, at least one
 */
export function findWaitMs(failures: number, random: RandomSource): number {
  const waitMs = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS)
  const [high = 0, low = 0] = random.bytes(2)
  return Math.min(LONGEST_MS, Math.round(waitMs * (0.5 + (high * 256 + low) / 65_536)))
}
