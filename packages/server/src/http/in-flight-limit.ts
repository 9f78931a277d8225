/** What bounds the calls that are worked on at one time. */
export interface InFlightLimitOptions {
  /** How long a call may take under overload, about. */
  readonly maxWaitMs: number
  /** Never more than this. */
  readonly max: number
  /** Milliseconds from an arbitrary instant, monotonic. */
  readonly elapsedMs: () => number
}

/** Below this nothing is refused: a stalled disk or a slow start must not shut everybody out. */
const MIN = 16

/** What a server begins with at least, before it knows how fast it is. */
const INITIAL = 256

/** And what it is taken to finish in a second, where calls may wait so long that this is more. */
const INITIAL_RATE = 512

/**
 * How many calls may be in flight so that none takes longer than `maxWaitMs`: by Little's law as many
 * as are finished in that time. The rate is measured while at least half of them are in flight, and
 * only then: an idle server's rate says what was asked of it, not what it can do.
 */
export class InFlightLimit {
  readonly #options: InFlightLimitOptions
  readonly #min: number
  #value: number
  /** What was finished since at least half are in flight; null while fewer are. */
  #span: { readonly startMs: number; finished: number } | null = null

  constructor(options: InFlightLimitOptions) {
    this.#options = options
    this.#min = Math.min(MIN, options.max)
    const initial = Math.max(INITIAL, Math.round((INITIAL_RATE * options.maxWaitMs) / 1000))
    this.#value = Math.min(initial, options.max)
  }

  get value(): number {
    return this.#value
  }

  /** Whether one more may begin beside so many. */
  admits(inFlight: number): boolean {
    if (inFlight < this.#value / 2) return true
    this.#span ??= { startMs: this.#options.elapsedMs(), finished: 0 }
    return inFlight < this.#value
  }

  /** A call has ended, and so many are left. */
  noteFinished(inFlight: number): void {
    if (this.#span === null) return
    if (inFlight < this.#value / 2) {
      this.#span = null
      return
    }
    this.#span.finished += 1
    const spanMs = this.#options.elapsedMs() - this.#span.startMs
    if (spanMs >= this.#options.maxWaitMs / 4) this.#adjust(this.#span.finished, spanMs)
  }

  #adjust(finished: number, spanMs: number): void {
    const fitting = (finished * this.#options.maxWaitMs) / spanMs
    // A rate that was reached can be reached again, so there may be room before anybody was refused.
    const target = Math.min(fitting, 2 * this.#value)
    // Half of the way: one odd span changes little.
    const next = Math.round((this.#value + target) / 2)
    this.#value = Math.min(this.#options.max, Math.max(this.#min, next))
    this.#span = null
  }
}
