/** How much a bucket holds, and how fast it fills. */
export interface Rate {
  readonly perSecond: number
  /** Calls that a full bucket allows at once, at least 1. */
  readonly burst: number
}

interface Bucket {
  tokens: number
  /** When it had so many. */
  atMs: number
}

/** Allows for the rounding of fractions. */
const EPSILON = 1e-6

/**
 * Token buckets by key. A full bucket is the same as none, so only buckets in use take memory. A bucket
 * that isn't full is never dropped, so a caller with many keys can't refill a bucket by evicting it.
 * When the maximum is in use, a further key is refused until one of the buckets is full again, which
 * takes at most `burst / perSecond` seconds.
 */
export class TokenBuckets {
  readonly #rate: Rate
  readonly #maxBuckets: number
  /** The one that has been unused for longest comes first. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate, maxBuckets: number) {
    this.#rate = rate
    this.#maxBuckets = maxBuckets
  }

  /** Buckets in memory: those in use, and some that have become full since. */
  get size(): number {
    return this.#buckets.size
  }

  /** Takes a token for one call; false when there is none. */
  take(key: string, nowMs: number): boolean {
    const known = this.#buckets.get(key)
    if (known === undefined && !this.#makeRoom(nowMs)) return false
    const bucket = known ?? { tokens: this.#rate.burst, atMs: nowMs }
    bucket.tokens = this.#tokensOf(bucket, nowMs)
    bucket.atMs = nowMs
    if (bucket.tokens < 1 - EPSILON) return false
    bucket.tokens -= 1
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    return true
  }

  #tokensOf({ tokens, atMs }: Bucket, nowMs: number): number {
    // After the clock was set back, callers must not wait until it has caught up.
    const elapsedSeconds = Math.abs(nowMs - atMs) / 1000
    return Math.min(this.#rate.burst, tokens + elapsedSeconds * this.#rate.perSecond)
  }

  /** Drops up to two full buckets for each new one, so that unused buckets don't pile up. */
  #makeRoom(nowMs: number): boolean {
    let forgotten = 0
    for (const [key, bucket] of this.#buckets) {
      const isFull = this.#tokensOf(bucket, nowMs) >= this.#rate.burst - EPSILON
      if (forgotten === 2 || !isFull) break
      this.#buckets.delete(key)
      forgotten += 1
    }
    return this.#buckets.size < this.#maxBuckets
  }
}
