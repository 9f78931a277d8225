import { BareRefusal } from '../errors.ts'
import { InFlightLimit } from './in-flight-limit.ts'
import type { HttpLimits } from './limits.ts'

/** What every request may hold without asking: no honest call of STS or IAM comes near it. */
const FREE_BODY_BYTES = 65_536

/** How many of the largest bodies may be in memory at one time. */
const LARGE_BODIES = 16

/** SDKs repeat a call that was answered 503 (aws-wire §1.6). */
const RETRY_SOON = { 'retry-after': '1' }

/** One API call's share of the server, from its first byte to its answer. */
export interface Share {
  /** Takes memory for more of the body. @throws BareRefusal 503 when all bodies together hold too much */
  holdBytes(count: number): void
  /** Asks to be worked on. False: as many are worked on as can be in the time that calls may take. */
  start(): boolean
  /** Gives everything back. */
  release(): void
}

/** What an admission has done, and holds now. */
export interface AdmissionStatistics {
  /** Calls that are worked on. */
  readonly inFlight: number
  /** How many may be. */
  readonly inFlightLimit: number
  readonly refusedForLoad: number
  readonly refusedForMemory: number
}

/** What an admission works with. */
export interface AdmissionOptions {
  readonly limits: Pick<HttpLimits, 'maxRequestsInFlight' | 'maxWaitMs' | 'maxBodyBytes'>
  /** Milliseconds from an arbitrary instant, monotonic. */
  readonly elapsedMs: () => number
  /**
   * Calls in flight that wait for somebody else: they cost nothing here, and one slow provider of
   * tokens, or a process that keeps the lock of the store, must not use up everybody's places.
   */
  readonly countWaitingOutside: () => number
}

/**
 * Bounds what all API calls together take before anyone is authenticated: how many are worked on, and
 * the memory of large bodies. Small bodies always find room, so whoever fills it with large ones keeps
 * nobody else out; a call takes its place only when it is read to the end, so neither does whoever
 * sends slowly.
 */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #limit: InFlightLimit
  #freeBytes: number
  #inFlight = 0
  #refusedForLoad = 0
  #refusedForMemory = 0

  constructor(options: AdmissionOptions) {
    const { limits, elapsedMs } = options
    this.#options = options
    this.#freeBytes = LARGE_BODIES * limits.maxBodyBytes
    this.#limit = new InFlightLimit({
      maxWaitMs: limits.maxWaitMs,
      max: limits.maxRequestsInFlight,
      elapsedMs,
    })
  }

  statistics(): AdmissionStatistics {
    return {
      inFlight: this.#inFlight,
      inFlightLimit: this.#limit.value,
      refusedForLoad: this.#refusedForLoad,
      refusedForMemory: this.#refusedForMemory,
    }
  }

  /** The share of one more call, which holds nothing yet. */
  open(): Share {
    let held = 0
    let isStarted = false
    return {
      holdBytes: count => {
        const more = Math.max(held + count, FREE_BODY_BYTES) - Math.max(held, FREE_BODY_BYTES)
        if (more > this.#freeBytes) {
          this.#refusedForMemory += 1
          throw new BareRefusal(503, RETRY_SOON)
        }
        this.#freeBytes -= more
        held += count
      },
      start: () => {
        isStarted = this.#enter()
        return isStarted
      },
      release: () => {
        this.#freeBytes += Math.max(held, FREE_BODY_BYTES) - FREE_BODY_BYTES
        if (isStarted) this.#leave()
      },
    }
  }

  #enter(): boolean {
    const isAdmitted = this.#limit.admits(this.#inFlight - this.#options.countWaitingOutside())
    if (isAdmitted) this.#inFlight += 1
    else this.#refusedForLoad += 1
    return isAdmitted
  }

  #leave(): void {
    this.#inFlight -= 1
    this.#limit.noteFinished(this.#inFlight - this.#options.countWaitingOutside())
  }
}
