import type { Clock } from '../../runtime/clock.ts'

/** How far a clock may be set without anybody minding: what NTP corrects in a step. */
const TOLERATED_JUMP_MS = 30_000

/**
 * Notices that the clock was set, or that the machine slept, by what has really passed since the last
 * look; and knows for how long nothing may be done that rests on it.
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

  /** By how much the clock was set since the last look, in milliseconds; null when it was not, or by little. */
  look(): number | null {
    const offsetMs = this.#clock.nowMs() - this.#elapsedMs()
    const jumpMs = offsetMs - this.#offsetMs
    this.#offsetMs = offsetMs
    return Math.abs(jumpMs) > TOLERATED_JUMP_MS ? jumpMs : null
  }

  /** From now on, for what is really so long. A longer pause goes on. */
  pause(durationMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#elapsedMs() + durationMs)
  }

  isPaused(): boolean {
    return this.#elapsedMs() < this.#pausedUntilMs
  }
}
