/** `int8`, `bytea`: the types whose text is not what a caller wants. */
const INT8 = 20
const BYTEA = 17
const INT4 = 23

/**
 * How `pg` is to read a column, by the number of its type. Everything that is not listed is text, as it
 * comes.
 */
export function parseColumnOfType(oid: number): (text: string) => unknown {
  if (oid === INT8 || oid === INT4) return parseInteger
  if (oid === BYTEA) return parseBytes
  return text => text
}

/** @throws RangeError for what a number does not hold exactly; no column of ours has such a value */
function parseInteger(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is too large for a number`)
  return number
}

/** `\x` and two digits for each byte: the only form since PostgreSQL 9, unless someone asks for the old one. */
function parseBytes(text: string): Uint8Array {
  if (!text.startsWith('\\x')) throw new RangeError('bytes that are not written as \\x and digits')
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}
