import type { Clock } from '../../src/runtime/clock.ts'

/** 2026-11-22T20:12:19.507Z */
export const START_MS = 1_795_378_339_507

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  /** Moves on, or back when negative. */
  moveBy(ms: number): void
}

/** A clock that shows an instant of 2026. */
export function createTestClock(startMs = START_MS): TestClock {
  let nowMs = startMs
  return {
    nowMs: () => nowMs,
    moveBy(ms) {
      nowMs += ms
    },
  }
}
