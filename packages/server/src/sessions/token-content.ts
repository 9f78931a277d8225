import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { ByteFormatError } from './byte-reader.ts'
import { parsePositionalRecord } from './positional-record.ts'
import { formatSessionRecord, parseSessionRecord, type SessionRecord } from './session-record.ts'

/** Random bytes of a secret access key: 40 characters of base64, as AWS's have. */
export const SECRET_BYTES = 30

/** Largest record of a session, before it is compressed. */
export const MAX_RECORD_BYTES = 16_384

/** Shorter records are not worth the time to compress. */
const MIN_COMPRESSED_BYTES = 256

/** How a record is written: the first two in the order that older releases knew, the others in fields. */
const POSITIONAL = 0
const POSITIONAL_DEFLATED = 1
const FIELDS = 2
const FIELDS_DEFLATED = 3
/** Behind the secret stand a length of two bytes and that many bytes of padding. */
const PADDED_FIELDS = 4
const PADDED_FIELDS_DEFLATED = 5
const SECRET_END = 1 + SECRET_BYTES

/** What is encrypted in a token. */
export interface TokenContent extends SessionRecord {
  /** The secret access key in its raw form. */
  readonly secretBytes: Uint8Array
}

/**
 * Writes a token's content: how the record is written (1 byte), secret (30), record, compressed
 * (RFC 1951) where that makes it shorter. The secret stays out of the compression, so the length of
 * a token says nothing about it.
 * @param minBytes a shorter content is padded to this length, or a byte more
 * @throws ByteFormatError when the record is larger than {@link MAX_RECORD_BYTES}
 */
export function formatTokenContent(content: TokenContent, minBytes = 0): Buffer {
  const written = formatUnpadded(content)
  if (written.length >= minBytes) return written
  const way = written[0] === FIELDS_DEFLATED ? PADDED_FIELDS_DEFLATED : PADDED_FIELDS
  const padding = Buffer.alloc(2 + Math.max(0, minBytes - written.length - 2))
  padding.writeUInt16BE(padding.length - 2)
  const [secret, record] = [written.subarray(1, SECRET_END), written.subarray(SECRET_END)]
  return Buffer.concat([Buffer.of(way), secret, padding, record])
}

function formatUnpadded(content: TokenContent): Buffer {
  const record = formatSessionRecord(content)
  if (record.length > MAX_RECORD_BYTES) {
    throw new ByteFormatError(`the record has more than ${MAX_RECORD_BYTES} bytes`)
  }
  if (record.length >= MIN_COMPRESSED_BYTES) {
    const deflated = deflateRawSync(record)
    if (deflated.length < record.length) {
      return Buffer.concat([Buffer.of(FIELDS_DEFLATED), content.secretBytes, deflated])
    }
  }
  return Buffer.concat([Buffer.of(FIELDS), content.secretBytes, record])
}

/** Reads what {@link formatTokenContent} writes, and what it wrote before. @throws ByteFormatError */
export function parseTokenContent(bytes: Uint8Array): TokenContent {
  if (bytes.length < SECRET_END) throw new ByteFormatError('the content ends too early')
  const record = parseRecord(bytes[0], bytes.subarray(SECRET_END))
  return { ...record, secretBytes: bytes.subarray(1, SECRET_END) }
}

function parseRecord(way: number | undefined, written: Uint8Array): SessionRecord {
  switch (way) {
    case POSITIONAL:
      return parsePositionalRecord(written)
    case POSITIONAL_DEFLATED:
      return parsePositionalRecord(inflate(written))
    case FIELDS:
      return parseSessionRecord(written)
    case FIELDS_DEFLATED:
      return parseSessionRecord(inflate(written))
    case PADDED_FIELDS:
      return parseSessionRecord(removePadding(written))
    case PADDED_FIELDS_DEFLATED:
      return parseSessionRecord(inflate(removePadding(written)))
    default:
      throw new ByteFormatError('the content is written in an unknown way')
  }
}

function removePadding(written: Uint8Array): Uint8Array {
  const [high, low] = written
  if (high === undefined || low === undefined) throw new ByteFormatError('there is no padding')
  const start = 2 + high * 256 + low
  if (start > written.length) throw new ByteFormatError('the padding ends too early')
  if (written.subarray(2, start).some(byte => byte !== 0)) {
    throw new ByteFormatError('the padding is not zero')
  }
  return written.subarray(start)
}

function inflate(deflated: Uint8Array): Buffer {
  try {
    return inflateRawSync(deflated, { maxOutputLength: MAX_RECORD_BYTES })
  } catch (cause) {
    throw new ByteFormatError('the record cannot be decompressed', { cause })
  }
}
