import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject } from 'node:crypto'

/** Length of the salt that each token's key is derived with, in bytes. */
export const SALT_BYTES = 32

/**
 * `CredenceST01` as base64 reads it, so that every token begins with these twelve characters: they
 * let people and secret scanners recognise one. The last two are the version of the whole format.
 */
const HEADER = Buffer.from('CredenceST01', 'base64')
const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const TAG_BYTES = 16
const CONTENT_START = HEADER.length + SALT_BYTES

/**
 * Each token has a key of its own, derived from the master key with a random salt of 32 bytes that
 * stands in the token. A key encrypts one message only, so its nonce may be constant: a pair of key
 * and nonce comes twice only if a salt does, which among 2^64 tokens happens with a chance below
 * 2^-128. Random nonces under one key would be good for 2^32 tokens (NIST SP 800-38D §8.3), a few
 * months of a busy service. See docs/decisions/0010-session-tokens.md.
 */
const NONCE = Buffer.alloc(12)
const KEY_LABEL = 'credence/session-token/v1'

/** Bytes that an envelope adds to its content. */
export const ENVELOPE_BYTES = CONTENT_START + TAG_BYTES

/** A token that does not open. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError'
}

/**
 * Encrypts a token's content with AES-256-GCM: header, salt, ciphertext, tag. The access key id is
 * authenticated with it, so that the token opens for no other. `salt` must be fresh randomness.
 */
export function sealEnvelope(
  masterKey: KeyObject,
  accessKeyId: string,
  content: Uint8Array,
  salt: Uint8Array,
): Buffer {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`)
  const key = deriveKey(masterKey, salt)
  try {
    const cipher = createCipheriv(ALGORITHM, key, NONCE, { authTagLength: TAG_BYTES })
    cipher.setAAD(associatedData(accessKeyId))
    const ciphertext = cipher.update(content)
    cipher.final()
    return Buffer.concat([HEADER, salt, ciphertext, cipher.getAuthTag()])
  } finally {
    key.fill(0)
  }
}

/** Decrypts what {@link sealEnvelope} made. @throws EnvelopeError when any byte or the access key differs */
export function openEnvelope(
  masterKey: KeyObject,
  accessKeyId: string,
  envelope: Uint8Array,
): Buffer {
  if (envelope.length < ENVELOPE_BYTES || !HEADER.equals(envelope.subarray(0, HEADER.length))) {
    throw new EnvelopeError('the token is too short or has an unknown version')
  }
  const key = deriveKey(masterKey, envelope.subarray(HEADER.length, CONTENT_START))
  try {
    const decipher = createDecipheriv(ALGORITHM, key, NONCE, { authTagLength: TAG_BYTES })
    decipher.setAAD(associatedData(accessKeyId))
    decipher.setAuthTag(envelope.subarray(-TAG_BYTES))
    const content = decipher.update(envelope.subarray(CONTENT_START, -TAG_BYTES))
    try {
      decipher.final()
    } catch (cause) {
      // What was decrypted is not authentic, and must not be seen by anybody.
      content.fill(0)
      throw new EnvelopeError('the token was changed, or belongs to another access key', { cause })
    }
    return content
  } finally {
    key.fill(0)
  }
}

function deriveKey(masterKey: KeyObject, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, salt, KEY_LABEL, KEY_BYTES))
}

/** UTF-16, because UTF-8 would fold lone surrogates of a made-up id into one character. */
function associatedData(accessKeyId: string): Buffer {
  return Buffer.concat([HEADER, Buffer.from(accessKeyId, 'utf16le')])
}
