import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { ByteFormatError } from './byte-reader.ts'
import { formatSessionRecord, parseSessionRecord, type SessionRecord } from './session-record.ts'

/** Random bytes of a secret access key: 40 characters of base64, as AWS's have. */
export const SECRET_BYTES = 30

/** Largest record of a session, before it is compressed. */
export const MAX_RECORD_BYTES = 16_384

/** Shorter records are not worth the time to compress. */
const MIN_COMPRESSED_BYTES = 256

const PLAIN = 0
const DEFLATED = 1
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
 * @throws ByteFormatError when the record is larger than {@link MAX_RECORD_BYTES}
 */
export function formatTokenContent(content: TokenContent): Buffer {
  const record = formatSessionRecord(content)
  if (record.length > MAX_RECORD_BYTES) {
    throw new ByteFormatError(`the record has more than ${MAX_RECORD_BYTES} bytes`)
  }
  if (record.length >= MIN_COMPRESSED_BYTES) {
    const deflated = deflateRawSync(record)
    if (deflated.length < record.length) {
      return Buffer.concat([Buffer.of(DEFLATED), content.secretBytes, deflated])
    }
  }
  return Buffer.concat([Buffer.of(PLAIN), content.secretBytes, record])
}

/** Reads what {@link formatTokenContent} wrote. @throws ByteFormatError */
export function parseTokenContent(bytes: Uint8Array): TokenContent {
  if (bytes.length < SECRET_END) throw new ByteFormatError('the content ends too early')
  const written = bytes.subarray(SECRET_END)
  const record = bytes[0] === PLAIN ? written : bytes[0] === DEFLATED ? inflate(written) : null
  if (record === null) throw new ByteFormatError('the content is written in an unknown way')
  return { ...parseSessionRecord(record), secretBytes: bytes.subarray(1, SECRET_END) }
}

function inflate(deflated: Uint8Array): Buffer {
  try {
    return inflateRawSync(deflated, { maxOutputLength: MAX_RECORD_BYTES })
  } catch (cause) {
    throw new ByteFormatError('the record cannot be decompressed', { cause })
  }
}
