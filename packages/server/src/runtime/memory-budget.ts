/**
 * A bound, in bytes, on memory that many parts share. Each part takes from it what it holds for
 * callers that nobody has authenticated, so that all parts together have one bound.
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

  /** Takes the bytes; when there are not enough, takes none and returns false. */
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
