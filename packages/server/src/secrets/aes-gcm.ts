import { type CipherKey, createCipheriv, createDecipheriv } from 'node:crypto'

/** Length of what authenticates a message, in bytes. */
export const TAG_BYTES = 16

/** Length of a nonce in bytes. */
export const NONCE_BYTES = 12

/** Length of a key in bytes. */
export const KEY_BYTES = 32

const ALGORITHM = 'aes-256-gcm'

/** A message that was changed, or that belongs to another key or other associated data. */
export class DecryptionError extends Error {
  override readonly name = 'DecryptionError'
}

/** How a message is encrypted. A pair of key and nonce must never serve for two messages. */
export interface AesGcmParameters {
  readonly key: CipherKey
  readonly nonce: Uint8Array
  /** Authenticated with the message, and not part of the result. */
  readonly associatedData: Uint8Array
}

/** Encrypts with AES-256-GCM (NIST SP 800-38D): ciphertext, then tag. */
export function encryptAesGcm(
  { key, nonce, associatedData }: AesGcmParameters,
  message: Uint8Array,
): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(associatedData)
  const ciphertext = cipher.update(message)
  cipher.final()
  return Buffer.concat([ciphertext, cipher.getAuthTag()])
}

/** Decrypts what {@link encryptAesGcm} made. @throws DecryptionError when anything differs */
export function decryptAesGcm(
  { key, nonce, associatedData }: AesGcmParameters,
  encrypted: Uint8Array,
): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(associatedData)
  decipher.setAuthTag(encrypted.subarray(-TAG_BYTES))
  const message = decipher.update(encrypted.subarray(0, -TAG_BYTES))
  try {
    decipher.final()
  } catch (cause) {
    // What was decrypted is not authentic, and must not be seen by anybody.
    message.fill(0)
    throw new DecryptionError('the message is not authentic', { cause })
  }
  return message
}
