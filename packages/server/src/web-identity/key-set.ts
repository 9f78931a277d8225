import type { Algorithm } from '../principals/algorithms.ts'
import { KeySourceError } from './key-source-error.ts'
import { isJsonObject, JsonError, type JsonObject, parseStrictJson } from './strict-json.ts'
import { parseVerificationKey, type VerificationKey } from './verification-key.ts'

/** The usable keys of an issuer. */
export type KeySet = readonly VerificationKey[]

/** A set with more keys is refused: each costs time to read and memory to keep. */
export const MAX_KEYS = 64

/**
 * Reads a JWK Set (RFC 7517 §5). Keys that cannot verify an accepted signature are left out, as the
 * RFC asks; so a set may be empty: its issuer has withdrawn everything.
 * @throws KeySourceError `unusable`
 */
export function parseKeySet(text: string): KeySet {
  const keys = parseDocument(text, 'the JWK Set').get('keys')
  if (!Array.isArray(keys)) throw unusable('the JWK Set has no array of keys')
  if (keys.length > MAX_KEYS) throw unusable(`the JWK Set has more than ${MAX_KEYS} keys`)
  return keys
    .map(key => (isJsonObject(key) ? parseVerificationKey(key) : null))
    .filter(key => key !== null)
}

/** The one key with this `kid` for this algorithm; null when there is none, or more than one. */
export function findVerificationKey(
  keySet: KeySet,
  keyId: string,
  algorithm: Algorithm,
): VerificationKey | null {
  const [key = null, ...others] = keySet.filter(
    candidate => candidate.keyId === keyId && candidate.algorithms.includes(algorithm),
  )
  return others.length === 0 ? key : null
}

/** Reads a JSON object that an issuer publishes; `name` stands in the error. @throws KeySourceError `unusable` */
export function parseDocument(text: string, name: string): JsonObject {
  try {
    const value = parseStrictJson(text)
    if (isJsonObject(value)) return value
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw unusable(`${name} is not strict JSON: ${error.message}`)
  }
  throw unusable(`${name} is not a JSON object`)
}

function unusable(message: string): KeySourceError {
  return new KeySourceError('unusable', message)
}
