import { BareRefusal } from '../errors.ts'
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
  /** Gives everything back. */
  release(): void
}

/**
 * Bounds what all API calls together take before anyone is authenticated: their number, and the
 * memory of large bodies. Small bodies always find room, so whoever fills it with large ones keeps
 * nobody else out.
 */
export class Admission {
  readonly #maxRequests: number
  #requests = 0
  #freeBytes: number

  constructor(limits: Pick<HttpLimits, 'maxRequestsInFlight' | 'maxBodyBytes'>) {
    this.#maxRequests = limits.maxRequestsInFlight ?? Number.POSITIVE_INFINITY
    this.#freeBytes = LARGE_BODIES * limits.maxBodyBytes
  }

  /** Calls that are read or worked on now. */
  get requestsInFlight(): number {
    return this.#requests
  }

  /** Lets one more call in. @throws BareRefusal 503 when as many as may are in flight */
  admit(): Share {
    if (this.#requests >= this.#maxRequests) throw new BareRefusal(503, RETRY_SOON)
    this.#requests += 1
    let held = 0
    return {
      holdBytes: count => {
        const more = Math.max(held + count, FREE_BODY_BYTES) - Math.max(held, FREE_BODY_BYTES)
        if (more > this.#freeBytes) throw new BareRefusal(503, RETRY_SOON)
        this.#freeBytes -= more
        held += count
      },
      release: () => {
        this.#requests -= 1
        this.#freeBytes += Math.max(held, FREE_BODY_BYTES) - FREE_BODY_BYTES
      },
    }
  }
}
