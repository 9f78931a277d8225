import { SIGNING_ALGORITHM_NAMES } from '../../principals/algorithms.ts'
import { PUBLISHED_STATES } from '../../store/key-ports.ts'
import type { IssuerKey } from '../../store/ports.ts'
import { findSchedule } from './schedule.ts'
import { findEarlinessMs, type KeyRules } from './slot.ts'

/** A time that is longer than any bundle lives. */
const HORIZON_MS = 3 * 365 * 86_400_000

/**
 * The instant from which an account signs with a key that it does not publish yet. From then on, the
 * keys published today no longer suffice to verify all of its tokens. Null when that never happens by
 * itself.
 *
 * @param keys all keys of one account
 */
export function findBundleEndMs(
  keys: readonly IssuerKey[],
  rules: KeyRules,
  nowMs: number,
): number | null {
  const ends = SIGNING_ALGORITHM_NAMES.flatMap(algorithm => {
    const slot = keys.filter(key => key.algorithm === algorithm)
    const [first] = slot
    if (first === undefined) return []
    const isPublished = (generation: number): boolean =>
      slot.some(key => key.generation === generation && PUBLISHED_STATES.includes(key.state))
    const earlinessMs = findEarlinessMs(first.accountId, rules)
    const period = { fromMs: nowMs, untilMs: nowMs + HORIZON_MS }
    const foreign = findSchedule(slot, rules, earlinessMs, period).find(
      ({ kind, generation }) => kind === 'activate' && !isPublished(generation),
    )
    return foreign === undefined ? [] : [foreign.dueAtMs]
  })
  return ends.length === 0 ? null : Math.min(...ends)
}
