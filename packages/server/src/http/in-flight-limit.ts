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
const MIN = 64

/** What a server begins with, before it knows how fast it is. */
const INITIAL = 256

/**
 * How many calls may be in flight so that none takes longer than `maxWaitMs`: by Little's law as many
 * as are finished in that time. The rate is measured while the limit is reached, and only then: an
 * idle server's rate says nothing about what it can do.
 */
export class InFlightLimit {
  readonly #options: InFlightLimitOptions
  readonly #min: number
  #value: number
  /** Calls finished since the limit was reached; null while it isn't. */
  #window: { readonly startMs: number; finished: number } | null = null

  constructor(options: InFlightLimitOptions) {
    this.#options = options
    this.#min = Math.min(MIN, options.max)
    this.#value = Math.min(INITIAL, options.max)
  }

  get value(): number {
    return this.#value
  }

  /** A call was refused because of the limit. */
  noteReached(): void {
    this.#window ??= { startMs: this.#options.elapsedMs(), finished: 0 }
  }

  /** A call has ended, and so many are left. */
  noteFinished(inFlight: number): void {
    if (this.#window === null) return
    // The load has gone: what is finished from here on tells how much was asked, not how much we can.
    if (inFlight < this.#value / 2) {
      this.#window = null
      return
    }
    this.#window.finished += 1
    const { maxWaitMs, max, elapsedMs } = this.#options
    const spanMs = elapsedMs() - this.#window.startMs
    if (spanMs < maxWaitMs / 4) return
    const fitting = (this.#window.finished * maxWaitMs) / spanMs
    // Half of the way, and never more than half as many again: one odd window changes little.
    const next = (this.#value + Math.min(fitting, 2 * this.#value)) / 2
    this.#value = Math.round(Math.min(max, Math.max(this.#min, next)))
    this.#window = null
  }
}
