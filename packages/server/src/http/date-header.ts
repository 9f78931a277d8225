import type { Clock } from '../runtime/clock.ts'

/**
 * The value of `Date` (RFC 9110 §6.6.1) by the clock that judges signatures. SDKs correct their own
 * clock by this header, so the two must never differ. Formats once per second.
 */
export function createDateHeader(clock: Clock): () => string {
  let second = Number.NaN
  let text = ''
  return () => {
    const nowMs = clock.nowMs()
    const now = Math.floor(nowMs / 1000)
    if (now !== second) {
      second = now
      text = new Date(nowMs).toUTCString()
    }
    return text
  }
}
