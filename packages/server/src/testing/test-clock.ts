import { SYSTEM_CLOCK } from '../composition/environment.ts'
import type { Clock } from '../runtime/clock.ts'

/** A span of time; its parts are added up. Each may be negative or have a fraction. */
export interface Duration {
  readonly days?: number
  readonly hours?: number
  readonly minutes?: number
  readonly seconds?: number
  readonly ms?: number
}

/** A clock that the test moves. Everything that a server does with time follows it. */
export interface TestClock extends Clock {
  /** Moves on, or back. No timer fires: what waits for a time sees it at the next request. */
  advance(duration: Duration): void
  /** Moves to an instant: a date, or milliseconds since the Unix epoch. */
  setTo(instant: Date | number): void
}

/**
 * Makes a clock. Given an instant, it stands still there until it is moved; without one it goes with
 * the machine's clock, so that clients that sign with the time of the machine need no care.
 */
export function createTestClock(startAt?: Date | number): TestClock {
  const isRunning = startAt === undefined
  const baseMs = () => (isRunning ? SYSTEM_CLOCK.nowMs() : 0)
  let offsetMs = isRunning ? 0 : toMs(startAt)
  return {
    nowMs: () => baseMs() + offsetMs,
    advance(duration) {
      offsetMs += countMs(duration)
    },
    setTo(instant) {
      offsetMs = toMs(instant) - baseMs()
    },
  }
}

function countMs({ days = 0, hours = 0, minutes = 0, seconds = 0, ms = 0 }: Duration): number {
  return requireFinite((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + ms)
}

function toMs(instant: Date | number): number {
  return requireFinite(typeof instant === 'number' ? instant : instant.getTime())
}

function requireFinite(ms: number): number {
  if (Number.isFinite(ms)) return ms
  throw new TypeError('a clock needs a date or a number of milliseconds')
}
