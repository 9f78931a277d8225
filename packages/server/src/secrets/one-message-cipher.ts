import { hkdfSync, type KeyObject } from 'node:crypto'
import { decryptAesGcm, encryptAesGcm, KEY_BYTES, NONCE_BYTES } from './aes-gcm.ts'

/** Length of the salt that a message's key is derived with, in bytes. */
export const SALT_BYTES = 32

/** A key encrypts one message only, so its nonce may be constant. */
const NONCE = Buffer.alloc(NONCE_BYTES)

/** What the key of a message is derived from, and what is authenticated with the message. */
export interface MessageContext {
  readonly masterKey: KeyObject
  /** What the key is for. Keys of different labels have nothing in common. */
  readonly label: string
  /** {@link SALT_BYTES} that are kept with the message: fresh randomness for each. */
  readonly salt: Uint8Array
  readonly associatedData: Uint8Array
}

/**
 * Encrypts a message under a key of its own, derived from the master key by HKDF-SHA-256 (RFC 5869):
 * ciphertext, then tag. A pair of key and nonce comes twice only if a salt does, which among 2^64
 * messages happens with a chance below 2^-128. Random nonces under one key would be good for 2^32
 * messages (NIST SP 800-38D §8.3), a few months of a busy service.
 * See docs/decisions/0180-a-key-for-each-sealed-value.md.
 */
export function encryptMessage(context: MessageContext, message: Uint8Array): Buffer {
  const { associatedData } = context
  const key = deriveKey(context)
  try {
    return encryptAesGcm({ key, nonce: NONCE, associatedData }, message)
  } finally {
    key.fill(0)
  }
}

/** Decrypts what {@link encryptMessage} made. @throws DecryptionError when any byte or the context differs */
export function decryptMessage(context: MessageContext, encrypted: Uint8Array): Buffer {
  const { associatedData } = context
  const key = deriveKey(context)
  try {
    return decryptAesGcm({ key, nonce: NONCE, associatedData }, encrypted)
  } finally {
    key.fill(0)
  }
}

function deriveKey({ masterKey, label, salt }: MessageContext): Buffer {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`)
  return Buffer.from(hkdfSync('sha256', masterKey, salt, label, KEY_BYTES))
}
