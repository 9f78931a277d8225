import { BareRefusal } from '../errors.ts'
import type { MemoryBudget } from '../runtime/memory-budget.ts'
import { InFlightLimit } from './in-flight-limit.ts'
import type { HttpLimits } from './limits.ts'

/** How much of the common memory a request may hold without asking. No honest call comes near this. */
export const FREE_BODY_BYTES = 65_536

/** SDKs repeat a call that was answered 503 (aws-wire §1.6). */
const RETRY_SOON = { 'retry-after': '1' }

/** One API call's share of the server, from its first byte to its answer. */
export interface Share {
  /** Takes memory for more of the body. @throws BareRefusal 503 when all bodies together hold too much */
  holdBytes(count: number): void
  /**
   * Asks to be worked on. False when as many calls are worked on as can be finished in the time that
   * calls may take.
   */
  start(): boolean
  /** Gives the memory of the body back, because the body is no longer held. */
  dropBody(): void
  /** Gives everything back. */
  release(): void
}

/** What an admission has done, and holds now. */
export interface AdmissionStatistics {
  /** How many calls are worked on. */
  readonly inFlight: number
  /** How many may be. */
  readonly inFlightLimit: number
  readonly refusedForLoad: number
  readonly refusedForMemory: number
}

/** What an admission works with. */
export interface AdmissionOptions {
  readonly limits: Pick<HttpLimits, 'maxRequestsInFlight' | 'maxWaitMs' | 'maxUnfinishedBytes'>
  /** Milliseconds from an arbitrary instant, monotonic. */
  readonly elapsedMs: () => number
  /** What large bodies take their memory from. */
  readonly memory: MemoryBudget
  /**
   * How many calls in flight wait for somebody else's server. They cost nothing here, and one slow
   * provider of tokens must not use up everybody's places.
   */
  readonly countWaitingOutside: () => number
}

/** A body that is still being sent. */
interface Unfinished {
  bytes: number
  readonly giveUp: (refusal: BareRefusal) => void
}

/**
 * Bounds what all API calls together take before anyone is authenticated: how many are worked on, and
 * the memory of their bodies. Small bodies have room of their own, so a client that sends large ones
 * does not keep others out. A slow client does not keep others out either, because a call takes its
 * place only when its body is complete. When unfinished bodies hold too much memory, the oldest of them
 * are dropped.
 */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #limit: InFlightLimit
  /** In the order in which they began. */
  readonly #unfinished = new Set<Unfinished>()
  #unfinishedBytes = 0
  #inFlight = 0
  #refusedForLoad = 0
  #givenUp = 0

  constructor(options: AdmissionOptions) {
    const { limits, elapsedMs } = options
    this.#options = options
    this.#limit = new InFlightLimit({
      maxWaitMs: limits.maxWaitMs,
      max: limits.maxRequestsInFlight,
      elapsedMs,
    })
  }

  statistics(): AdmissionStatistics {
    return {
      inFlight: this.#countInFlight(),
      inFlightLimit: this.#limit.value,
      refusedForLoad: this.#refusedForLoad,
      refusedForMemory: this.#options.memory.refusals + this.#givenUp,
    }
  }

  /**
   * The share of one more call, which holds nothing yet. `giveUp` is called when the memory of its
   * unfinished body is needed for others. The body is gone then.
   */
  open(giveUp: (refusal: BareRefusal) => void): Share {
    const { memory } = this.#options
    const unfinished: Unfinished = { bytes: 0, giveUp }
    let held = 0
    let isStarted = false
    const dropBody = () => {
      memory.give(Math.max(held, FREE_BODY_BYTES) - FREE_BODY_BYTES)
      held = 0
    }
    return {
      holdBytes: count => {
        const more = Math.max(held + count, FREE_BODY_BYTES) - Math.max(held, FREE_BODY_BYTES)
        if (!memory.take(more)) throw new BareRefusal(503, RETRY_SOON)
        held += count
        this.#grow(unfinished, Math.min(held, FREE_BODY_BYTES))
      },
      start: () => {
        this.#finish(unfinished)
        isStarted = this.#enter()
        return isStarted
      },
      dropBody,
      release: () => {
        this.#finish(unfinished)
        dropBody()
        if (isStarted) this.#leave()
      },
    }
  }

  /** Counts an unfinished body's free bytes, and makes room for them. */
  #grow(unfinished: Unfinished, bytes: number): void {
    this.#unfinished.add(unfinished)
    this.#unfinishedBytes += bytes - unfinished.bytes
    unfinished.bytes = bytes
    for (const oldest of this.#unfinished) {
      if (this.#unfinishedBytes <= this.#options.limits.maxUnfinishedBytes) return
      this.#finish(oldest)
      this.#givenUp += 1
      oldest.giveUp(new BareRefusal(503, RETRY_SOON))
    }
  }

  #finish(unfinished: Unfinished): void {
    this.#unfinished.delete(unfinished)
    this.#unfinishedBytes -= unfinished.bytes
    unfinished.bytes = 0
  }

  #countInFlight(): number {
    return this.#inFlight - this.#options.countWaitingOutside()
  }

  #enter(): boolean {
    const isAdmitted = this.#limit.admits(this.#countInFlight())
    if (isAdmitted) this.#inFlight += 1
    else this.#refusedForLoad += 1
    return isAdmitted
  }

  #leave(): void {
    this.#inFlight -= 1
    this.#limit.noteFinished(this.#countInFlight())
  }
}
