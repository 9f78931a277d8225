import type { KeyObject } from 'node:crypto'
import { DecryptionError, TAG_BYTES } from '../secrets/aes-gcm.ts'
import {
  decryptMessage,
  encryptMessage,
  type MessageContext,
  SALT_BYTES,
} from '../secrets/one-message-cipher.ts'

/**
 * `CredenceST01` as base64 reads it, so that every token begins with these twelve characters: they
 * let people and secret scanners recognise one. The last two are the version of the whole format.
 */
const HEADER = Buffer.from('CredenceST01', 'base64')
const CONTENT_START = HEADER.length + SALT_BYTES
const KEY_LABEL = 'credence/session-token/v1'

/** Bytes that an envelope adds to its content. */
export const ENVELOPE_BYTES = CONTENT_START + TAG_BYTES

/** A token that does not open. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError'
}

/**
 * Encrypts a token's content with AES-256-GCM under a key of its own: header, salt, ciphertext, tag.
 * The access key id is authenticated with it, so that the token opens for no other. `salt` must be
 * fresh randomness. See docs/decisions/0010-session-tokens.md.
 */
export function sealEnvelope(
  masterKey: KeyObject,
  accessKeyId: string,
  content: Uint8Array,
  salt: Uint8Array,
): Buffer {
  const encrypted = encryptMessage(contextOf(masterKey, accessKeyId, salt), content)
  return Buffer.concat([HEADER, salt, encrypted])
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
  const salt = envelope.subarray(HEADER.length, CONTENT_START)
  try {
    return decryptMessage(contextOf(masterKey, accessKeyId, salt), envelope.subarray(CONTENT_START))
  } catch (cause) {
    if (!(cause instanceof DecryptionError)) throw cause
    throw new EnvelopeError('the token was changed, or belongs to another access key', { cause })
  }
}

function contextOf(masterKey: KeyObject, accessKeyId: string, salt: Uint8Array): MessageContext {
  return { masterKey, label: KEY_LABEL, salt, associatedData: associatedData(accessKeyId) }
}

/** UTF-16, because UTF-8 would fold lone surrogates of a made-up id into one character. */
function associatedData(accessKeyId: string): Buffer {
  return Buffer.concat([HEADER, Buffer.from(accessKeyId, 'utf16le')])
}
