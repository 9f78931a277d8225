/**
 * Memory that many share, in bytes. Whoever holds some of it for callers that nobody has authenticated
 * takes it here, so that all of them together have a bound.
 */
export class MemoryBudget {
  #freeBytes: number
  #refusals = 0

  constructor(maxBytes: number) {
    this.#freeBytes = maxBytes
  }

  /** How often there was not enough. */
  get refusals(): number {
    return this.#refusals
  }

  /** Takes all of it or, when there is not enough, nothing: false. */
  take(bytes: number): boolean {
    if (bytes > this.#freeBytes) {
      this.#refusals += 1
      return false
    }
    this.#freeBytes -= bytes
    return true
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.#freeBytes += bytes
  }
}
