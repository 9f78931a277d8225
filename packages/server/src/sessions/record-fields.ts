import { ByteFormatError, ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

/**
 * Writes a record of numbered fields: for each its number, doubled, and one more when it is critical;
 * the length of its value; the value. Numbers only go up.
 *
 * A reader refuses a critical field that it doesn't know: it may restrict what the record allows. Any
 * other it skips. So a later version may add fields, and say of each what an older one is to do.
 */
export class FieldWriter {
  readonly #writer = new ByteWriter()
  #lastNumber = 0

  /** A field; whatever `fill` writes is its value. @throws RangeError when the numbers don't go up */
  add(number: number, isCritical: boolean, fill: (value: ByteWriter) => void): void {
    if (number <= this.#lastNumber) throw new RangeError(`field ${number} comes too late`)
    this.#lastNumber = number
    const value = new ByteWriter()
    fill(value)
    const bytes = value.toBytes()
    this.#writer.writeInteger(number * 2 + (isCritical ? 1 : 0))
    this.#writer.writeInteger(bytes.length)
    this.#writer.writeBytes(bytes)
  }

  toBytes(): Buffer {
    return this.#writer.toBytes()
  }
}

/**
 * The values of the `known` fields of a record, by their numbers. Known fields are all critical.
 * @throws ByteFormatError for an unknown critical field, one that comes twice or out of order, and
 *   a known one that is not critical
 */
export function readFields(
  bytes: Uint8Array,
  known: ReadonlySet<number>,
): ReadonlyMap<number, ByteReader> {
  const reader = new ByteReader(bytes)
  const fields = new Map<number, ByteReader>()
  let lastNumber = 0
  while (!reader.isAtEnd()) {
    const head = reader.readInteger()
    const isCritical = head % 2 === 1
    const number = Math.floor(head / 2)
    const value = reader.readBytes(reader.readInteger())
    if (number <= lastNumber) throw new ByteFormatError('the fields are not in order')
    lastNumber = number
    if (known.has(number)) {
      if (!isCritical) throw new ByteFormatError(`field ${number} is not marked as critical`)
      fields.set(number, new ByteReader(value))
    } else if (isCritical) {
      throw new ByteFormatError(`field ${number} is critical and unknown`)
    }
  }
  return fields
}
