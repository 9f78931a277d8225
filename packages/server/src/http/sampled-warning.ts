import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../telemetry/logger.ts'

/** At most one line in this time. */
const INTERVAL_MS = 60_000

/**
 * A warning about something that may happen thousands of times a second. The first one goes to the log
 * at once. After that there is at most one line a minute, which says how many there were since the line
 * before.
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
