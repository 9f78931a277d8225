import { createPublicKey, type KeyObject } from 'node:crypto'
import { ACCEPTED_ALGORITHMS, type Algorithm } from '../principals/algorithms.ts'
import { decodeBase64Url } from './base64url.ts'
import { KeySourceError, parseDocument } from './issuer-documents.ts'
import { isJsonObject, isTextArray, type JsonObject, type JsonValue } from './strict-json.ts'

/** A public key that signatures may be verified with. */
export interface VerificationKey {
  readonly keyId: string
  /** What it may verify: one algorithm, or all of RSA where the issuer does not say. */
  readonly algorithms: readonly Algorithm[]
  /** The issuer marks it as revoked (OpenID Federation 1.0: JWK member `revoked`). */
  readonly isRevoked: boolean
  readonly key: KeyObject
}

/** The public members of a JWK alone. */
type PublicJwk =
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'EC'; readonly crv: string; readonly x: string; readonly y: string }

const MIN_MODULUS_BITS = 2048
/** One verification of a longer key would cost several milliseconds. */
const MAX_MODULUS_BITS = 8192

/** Everybody can sign with a key whose private half is published. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

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
  if (!Array.isArray(keys)) throw new KeySourceError('unusable', 'the JWK Set has no array of keys')
  if (keys.length > MAX_KEYS) {
    throw new KeySourceError('unusable', `the JWK Set has more than ${MAX_KEYS} keys`)
  }
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

/**
 * Reads a JWK (RFC 7517 §4) as a key for signatures; null when it is none that is accepted: another
 * type, use or algorithm, no `kid`, too weak, not on its curve, or published with its private half.
 */
function parseVerificationKey(jwk: JsonObject): VerificationKey | null {
  const keyId = jwk.get('kid')
  if (typeof keyId !== 'string' || keyId === '' || !isForVerification(jwk)) return null
  const algorithms = ACCEPTED_ALGORITHMS.filter(algorithm => isFor(algorithm, jwk))
  const [first] = algorithms
  if (first === undefined) return null
  const publicJwk = first.keyType === 'RSA' ? readRsaKey(jwk) : readEcKey(jwk, first)
  const key = publicJwk === null ? null : importKey(publicJwk)
  if (key === null || !isStrong(key)) return null
  return { keyId, algorithms, isRevoked: jwk.has('revoked'), key }
}

function isForVerification(jwk: JsonObject): boolean {
  const use = jwk.get('use')
  const operations = jwk.get('key_ops')
  return (
    (use === undefined || use === 'sig') &&
    (operations === undefined || (isTextArray(operations) && operations.includes('verify'))) &&
    !PRIVATE_MEMBERS.some(name => jwk.has(name))
  )
}

function isFor({ name, keyType, curve }: Algorithm, jwk: JsonObject): boolean {
  const declared = jwk.get('alg')
  return (
    jwk.get('kty') === keyType &&
    (curve === null || jwk.get('crv') === curve) &&
    (declared === undefined || declared === name)
  )
}

function readRsaKey(jwk: JsonObject): PublicJwk | null {
  const n = jwk.get('n')
  const e = jwk.get('e')
  if (typeof n !== 'string') return null
  // Only 65537, which everybody uses. With an exponent of 1 anybody could sign, with a small one
  // faults in padding can be exploited, and a long one costs time.
  return decodeBase64Url(n) === null || e !== 'AQAB' ? null : { kty: 'RSA', n, e }
}

function readEcKey(jwk: JsonObject, { curve, signatureBytes }: Algorithm): PublicJwk | null {
  const x = jwk.get('x')
  const y = jwk.get('y')
  // RFC 7518 §6.2.1.2: the full size of a coordinate, leading zeros included. A signature is two numbers
  // of that size.
  const isCoordinate = (value: JsonValue | undefined): value is string =>
    typeof value === 'string' && decodeBase64Url(value)?.length === (signatureBytes ?? 0) / 2
  return curve !== null && isCoordinate(x) && isCoordinate(y)
    ? { kty: 'EC', crv: curve, x, y }
    : null
}

function importKey(key: PublicJwk): KeyObject | null {
  try {
    return createPublicKey({ key: { ...key }, format: 'jwk' })
  } catch {
    return null
  }
}

function isStrong(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return true
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  return bits >= MIN_MODULUS_BITS && bits <= MAX_MODULUS_BITS
}
