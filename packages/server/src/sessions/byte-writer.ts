/** Builds a compact binary record; {@link ByteReader} reads it back. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = []

  /** A whole number from 0 up to `Number.MAX_SAFE_INTEGER`: seven bits a byte, lowest first. */
  writeInteger(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`${value} is not a whole number that can be written`)
    }
    const bytes: number[] = []
    let rest = value
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    bytes.push(rest)
    this.#parts.push(Uint8Array.from(bytes))
  }

  /** Bytes of a length that the reader knows. */
  writeBytes(bytes: Uint8Array): void {
    this.#parts.push(bytes)
  }

  /** Text as UTF-8 behind its length. A lone surrogate has no UTF-8 and is refused. */
  writeText(text: string): void {
    if (!text.isWellFormed()) throw new RangeError('text with a lone surrogate cannot be written')
    const bytes = Buffer.from(text)
    this.writeInteger(bytes.length)
    this.#parts.push(bytes)
  }

  /** A list behind its length. */
  writeList<Item>(items: readonly Item[], writeItem: (item: Item) => void): void {
    this.writeInteger(items.length)
    for (const item of items) writeItem(item)
  }

  /** Everything that was written, in order. */
  toBytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
}
