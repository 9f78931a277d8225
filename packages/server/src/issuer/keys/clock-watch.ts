import type { Clock } from '../../runtime/clock.ts'

/** A clock that is set by no more than this is tolerated. NTP makes such corrections in one step. */
const TOLERATED_JUMP_MS = 30_000

/**
 * Notices that the clock was set, or that the machine slept: it compares the clock with the time that
 * has really passed since the last look. It also knows for how long nothing may be done that relies on
 * the clock.
 */
export class ClockWatch {
  readonly #clock: Clock
  readonly #elapsedMs: () => number
  #offsetMs: number
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, elapsedMs: () => number) {
    this.#clock = clock
    this.#elapsedMs = elapsedMs
    this.#offsetMs = clock.nowMs() - elapsedMs()
  }

  /**
   * By how many milliseconds the clock was set since the last look. Null when it was not set, or by
   * little.
   */
  look(): number | null {
    const offsetMs = this.#clock.nowMs() - this.#elapsedMs()
    const jumpMs = offsetMs - this.#offsetMs
    this.#offsetMs = offsetMs
    return Math.abs(jumpMs) > TOLERATED_JUMP_MS ? jumpMs : null
  }

  /**
   * Pauses from now on, for this much real time. A pause that ends later than that is not cut short.
   */
  pause(durationMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#elapsedMs() + durationMs)
  }

  isPaused(): boolean {
    return this.#elapsedMs() < this.#pausedUntilMs
  }
}
