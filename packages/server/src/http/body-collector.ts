const EMPTY = new Uint8Array()

/** Pieces below this are put together; a larger one is worth keeping as it came. */
const SMALL_BYTES = 4096

const MIN_BLOCK_BYTES = 512
const MAX_BLOCK_BYTES = 16_384

/**
 * Puts the pieces of a body together. A client chooses how small they are, and each costs some 700
 * bytes besides its own: kept as they come, 64 KiB sent byte by byte would be 45 MB. What is held here
 * is at most twice what was added, and a little.
 */
export class BodyCollector {
  readonly #parts: Buffer[] = []
  #bytes = 0
  #block: Buffer | null = null
  #blockBytes = 0

  /** Adds a piece; it must not change any more. */
  add(piece: Buffer): void {
    this.#bytes += piece.length
    if (piece.length >= SMALL_BYTES || this.#bytes === piece.length) {
      this.#closeBlock()
      this.#parts.push(piece)
      return
    }
    const rest = piece.subarray(this.#fill(piece))
    if (rest.length > 0) {
      this.#closeBlock()
      this.#fill(rest)
    }
  }

  /** All that was added, and forgets it. */
  take(): Uint8Array {
    this.#closeBlock()
    const [first = EMPTY, ...others] = this.#parts
    const body = others.length === 0 ? first : Buffer.concat(this.#parts)
    this.clear()
    return body
  }

  /** Forgets everything. */
  clear(): void {
    this.#parts.length = 0
    this.#bytes = 0
    this.#block = null
    this.#blockBytes = 0
  }

  /** Copies as much as the block has room for, and says how much that was. */
  #fill(piece: Buffer): number {
    this.#block ??= Buffer.allocUnsafeSlow(
      Math.max(MIN_BLOCK_BYTES, piece.length, Math.min(this.#bytes, MAX_BLOCK_BYTES)),
    )
    const copied = piece.copy(this.#block, this.#blockBytes)
    this.#blockBytes += copied
    return copied
  }

  #closeBlock(): void {
    if (this.#block === null) return
    this.#parts.push(this.#block.subarray(0, this.#blockBytes))
    this.#block = null
    this.#blockBytes = 0
  }
}
