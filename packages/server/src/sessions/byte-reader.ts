/** A record that does not have the form that {@link ByteReader} was asked to read. */
export class ByteFormatError extends Error {
  override readonly name = 'ByteFormatError'
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads what a `ByteWriter` wrote, strictly: every value has one form, and nothing is left over. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** A whole number in its shortest form. @throws ByteFormatError */
  readInteger(): number {
    let value = 0
    let weight = 1
    for (;;) {
      const byte = this.#readByte()
      value += (byte & 0x7f) * weight
      if (value > Number.MAX_SAFE_INTEGER || weight > Number.MAX_SAFE_INTEGER) {
        throw new ByteFormatError('a number is too large')
      }
      if (byte < 0x80) {
        if (byte === 0 && weight > 1) throw new ByteFormatError('a number is too long')
        return value
      }
      weight *= 0x80
    }
  }

  /** A number below `limit`, for choices from a table. @throws ByteFormatError */
  readChoice(limit: number): number {
    const choice = this.readInteger()
    if (choice >= limit) throw new ByteFormatError(`${choice} is no choice of ${limit}`)
    return choice
  }

  /** Exactly `length` bytes, without a copy. @throws ByteFormatError */
  readBytes(length: number): Uint8Array {
    const end = this.#position + length
    if (end > this.#bytes.length) throw new ByteFormatError('the record ends too early')
    const bytes = this.#bytes.subarray(this.#position, end)
    this.#position = end
    return bytes
  }

  /** Text in valid UTF-8. @throws ByteFormatError */
  readText(): string {
    const bytes = this.readBytes(this.readInteger())
    try {
      return UTF8.decode(bytes)
    } catch (cause) {
      throw new ByteFormatError('a text is not UTF-8', { cause })
    }
  }

  /** A list; each item takes at least one byte, so the length is bounded by the record's. @throws ByteFormatError */
  readList<Item>(readItem: () => Item): readonly Item[] {
    const items: Item[] = []
    for (let count = this.readInteger(); count > 0; count -= 1) items.push(readItem())
    return items
  }

  /** Whether nothing follows. */
  isAtEnd(): boolean {
    return this.#position === this.#bytes.length
  }

  /** That nothing follows. @throws ByteFormatError */
  expectEnd(): void {
    if (!this.isAtEnd()) throw new ByteFormatError('the record goes on')
  }

  #readByte(): number {
    const byte = this.#bytes[this.#position]
    if (byte === undefined) throw new ByteFormatError('the record ends too early')
    this.#position += 1
    return byte
  }
}
