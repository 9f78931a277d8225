const EMPTY = new Uint8Array()

/** Smaller pieces than this are put together. A larger one is kept as it came. */
const SMALL_BYTES = 4096

const MIN_BLOCK_BYTES = 512
const MAX_BLOCK_BYTES = 16_384

/**
 * Puts the pieces of a body together. A client chooses how small they are, and each piece costs some
 * 700 bytes besides its own. If they were kept as they come, 64 KiB sent byte by byte would take 45 MB.
 * This holds little more than twice the bytes that were added.
 */
export class BodyCollector {
  readonly #parts: Buffer[] = []
  #bytes = 0
  #block: Buffer | null = null
  #blockBytes = 0

  /** Adds a piece, which the caller must not change any more. */
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

  /** Returns all that was added, and forgets it. */
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
