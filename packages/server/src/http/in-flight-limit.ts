/** The settings that bound the calls worked on at one time. */
export interface InFlightLimitOptions {
  /** About how long a call may take under overload. */
  readonly maxWaitMs: number
  /** Never more than this. */
  readonly max: number
  /** Milliseconds from an arbitrary instant, monotonic. */
  readonly elapsedMs: () => number
}

/**
 * The measured limit never falls below this, so that a stalled disk or a slow start does not shut
 * everybody out.
 */
const MIN = 16

/** The least that a server begins with, before it knows how fast it is. */
const INITIAL = 256

/**
 * How many calls a server is first assumed to finish in a second. This counts where calls may wait so
 * long that it gives a higher limit.
 */
const INITIAL_RATE = 512

/**
 * How many calls may be in flight so that none takes longer than `maxWaitMs`. By Little's law, that is
 * as many as are finished in that time. The rate is measured only while at least half as many are in
 * flight, because the rate of an idle server says what was asked of it and not what it can do.
 */
export class InFlightLimit {
  readonly #options: InFlightLimitOptions
  readonly #min: number
  #value: number
  /** What was finished since at least half of the limit has been in flight. Null while fewer are. */
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

  /** Whether one more call may begin when so many are in flight. */
  admits(inFlight: number): boolean {
    if (inFlight < this.#value / 2) return true
    this.#span ??= { startMs: this.#options.elapsedMs(), finished: 0 }
    return inFlight < this.#value
  }

  /** Notes that a call has ended, and how many are left. */
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
    // A rate that was reached once can be reached again, so the limit may rise before anybody has been
    // refused.
    const target = Math.min(fitting, 2 * this.#value)
    // The limit moves only half of the way, so that one odd span changes little.
    const next = Math.round((this.#value + target) / 2)
    this.#value = Math.min(this.#options.max, Math.max(this.#min, next))
    this.#span = null
  }
}
