import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** Length of a master key in bytes: AES-256, and the input of HKDF-SHA-256. */
export const MASTER_KEY_BYTES = 32

/** Length of a master key's id in bytes. */
export const MASTER_KEY_ID_BYTES = 8

/** The key that seals all other secrets. It prints nothing of itself. */
export interface MasterKey {
  /** 16 hexadecimal digits derived from the key; safe to show. Tells two master keys apart. */
  readonly id: string
  readonly key: KeyObject
}

/** There is no master key to use. The text says what to mend and never holds key material. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError'
}

/**
 * Takes 32 bytes as a master key, and erases them in the array that was given.
 * @throws MasterKeyError when there are more or fewer; `source` names the origin in its text
 */
export function createMasterKey(bytes: Uint8Array, source: string): MasterKey {
  try {
    if (bytes.length !== MASTER_KEY_BYTES) {
      const found = bytes.length > MASTER_KEY_BYTES ? 'more' : `only ${bytes.length}`
      throw new MasterKeyError(
        `the master key from ${source} must be exactly ${MASTER_KEY_BYTES} bytes; there are ${found}`,
      )
    }
    const key = createSecretKey(bytes)
    return { id: formatMasterKeyId(key), key }
  } finally {
    bytes.fill(0)
  }
}

/**
 * Reads a master key from text, such as the content of an environment variable: 32 bytes in base64
 * (RFC 4648 §4, with padding). White space around it is ignored.
 * @throws MasterKeyError when it is anything else
 */
export function parseMasterKeyText(text: string, source: string): MasterKey {
  const encoded = text.trim()
  const bytes = Buffer.from(encoded, 'base64')
  // Node's decoder skips what is not base64; only text that it would write itself is accepted.
  if (bytes.toString('base64') !== encoded) {
    bytes.fill(0)
    throw new MasterKeyError(
      `the master key from ${source} must be ${MASTER_KEY_BYTES} bytes in base64 (44 characters, the last is =)`,
    )
  }
  return createMasterKey(bytes, source)
}

function formatMasterKeyId(key: KeyObject): string {
  // A label of its own: the id is public, and must say nothing about the keys that seal.
  const id = hkdfSync('sha256', key, '', 'credence/master-key-id', MASTER_KEY_ID_BYTES)
  return Buffer.from(id).toString('hex')
}
