import { type Algorithm, findAlgorithmOfKey, type PublicJwk } from '../algorithms.ts'
import { VerifyError } from '../errors.ts'
import { isJsonObject, isStringArray, type JsonObject } from '../json.ts'
import type { Platform, SignatureCheck } from '../platform/platform.ts'

/** A key that signatures can be checked with. Its identity lasts as long as it is published unchanged. */
export interface VerificationKey {
  readonly id: string
  readonly algorithm: Algorithm
  readonly jwk: PublicJwk
  readonly signatureBytes: number
  readonly check: SignatureCheck
}

/** A published key that must not be used, and why. */
export interface UnusableKey {
  readonly id: string
  readonly unusable: string
}

/** The keys of one issuer by `kid`. Keys without a `kid` are not in it: no token can name them. */
export type KeySet = ReadonlyMap<string, VerificationKey | UnusableKey>

/** A JWK Set as JSON (RFC 7517 §5). */
export interface JsonWebKeySet {
  readonly keys: readonly JsonObject[]
}

/** A set with more keys is refused, because each costs time to read and memory to keep. */
export const MAX_KEYS = 64

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/**
 * Reads a JWK Set. Keys of types that this package has no use for are kept as unusable, as RFC 7517
 * §5 asks; so is a `kid` that occurs twice, since which one was meant cannot be known.
 *
 * @param previous keys that are still there unchanged are taken over from it
 * @throws VerifyError `jwks_invalid` when the value is no JWK Set
 */
export async function importKeySet(
  value: unknown,
  platform: Platform,
  previous: KeySet = new Map(),
): Promise<KeySet> {
  const keys = new Map<string, VerificationKey | UnusableKey>()
  for (const jwk of parseJwkSet(value).keys) {
    const id = jwk['kid']
    if (typeof id !== 'string' || id === '') continue
    const key = keys.has(id)
      ? { id, unusable: 'kid occurs twice' }
      : await importKey(id, jwk, platform, previous.get(id))
    keys.set(id, key)
  }
  return keys
}

/**
 * Checks the outer form of a JWK Set. An entry that is no object is left out like a key of an unknown
 * `kty` (RFC 7517 §5): one that is broken must not take the others out of use.
 *
 * @throws VerifyError `jwks_invalid`
 */
export function parseJwkSet(value: unknown): JsonWebKeySet {
  const keys = isJsonObject(value) ? value['keys'] : undefined
  if (!Array.isArray(keys)) {
    throw new VerifyError('jwks_invalid', 'a JWK Set is an object with a list of keys')
  }
  if (keys.length > MAX_KEYS) {
    throw new VerifyError('jwks_invalid', `the JWK Set has more than ${MAX_KEYS} keys`)
  }
  return { keys: keys.filter(isJsonObject) }
}

/** Reads one key on its own. @returns the key, or an unusable one that says why */
export async function importKey(
  id: string,
  jwk: JsonObject,
  platform: Platform,
  previous?: VerificationKey | UnusableKey,
): Promise<VerificationKey | UnusableKey> {
  const algorithm = findAlgorithmOfKey(jwk)
  if (!algorithm) return { id, unusable: 'no algorithm of this package has such keys' }
  const wrong = findContradiction(jwk, algorithm)
  if (wrong) return { id, unusable: wrong }
  const material = algorithm.readKey(jwk, platform.decodeBase64Url)
  if (typeof material === 'string') return { id, unusable: material }
  if (previous && isVerificationKey(previous) && isSameKey(previous.jwk, material.jwk)) {
    return previous
  }
  try {
    return { id, algorithm, ...material, check: await platform.importKey(algorithm, material.jwk) }
  } catch {
    return { id, unusable: 'the numbers are not a valid key' }
  }
}

/** Whether the key can be used. */
export function isVerificationKey(key: VerificationKey | UnusableKey): key is VerificationKey {
  return !('unusable' in key)
}

function findContradiction(jwk: JsonObject, algorithm: Algorithm): string | null {
  const { alg, use, key_ops: operations } = jwk
  // AWS has been seen to leave `alg` out of its RSA key (aws-wire §4).
  if (alg !== undefined && alg !== algorithm.name) return `alg is not ${algorithm.name}`
  if (use !== undefined && use !== 'sig') return 'use is not sig'
  if (operations !== undefined && !(isStringArray(operations) && operations.includes('verify'))) {
    return 'key_ops lacks verify'
  }
  // OpenID Federation 1.0: the issuer says so while others may still hold an older set.
  if (Object.hasOwn(jwk, 'revoked')) return 'it is marked as revoked'
  // When the private half of a key is published, everybody can sign with the key.
  if (PRIVATE_MEMBERS.some(name => Object.hasOwn(jwk, name))) return 'its private half is published'
  return null
}

function isSameKey(one: PublicJwk, other: PublicJwk): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
