import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../telemetry/logger.ts'

/** At most one line in this time. */
const INTERVAL_MS = 60_000

/**
 * A warning about what may happen thousands of times a second: the first goes to the log at once, and
 * then one a minute at most, with how many there were since the line before.
 */
export class SampledWarning {
  readonly #logger: Logger
  readonly #clock: Clock
  #count = 0
  #warnedAtMs = Number.NEGATIVE_INFINITY

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger
    this.#clock = clock
  }

  /** Counts one more; `toLine` makes the line's fields and text from the count. */
  note(toLine: (count: number) => readonly [fields: object, message: string]): void {
    this.#count += 1
    const nowMs = this.#clock.nowMs()
    // A clock that was set back must not silence it until it has caught up.
    if (Math.abs(nowMs - this.#warnedAtMs) < INTERVAL_MS) return
    this.#logger.warn(...toLine(this.#count))
    this.#count = 0
    this.#warnedAtMs = nowMs
  }
}
