import type { JsonObject } from './json.ts'

/** The algorithms of these tokens (aws-wire §3.1); nothing else is representable. */
export type AlgorithmName = 'RS256' | 'ES384'

/** The public members of a key, without anything else that the JWK may have carried. */
export type PublicJwk =
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'EC'; readonly crv: 'P-384'; readonly x: string; readonly y: string }

/** The parts of a JWK that the table reads. */
export interface PublicKeyMaterial {
  readonly jwk: PublicJwk
  /** The only length that a signature by this key can have. */
  readonly signatureBytes: number
}

/**
 * Everything about one algorithm. Other code takes the entry and never switches on its name, so an
 * algorithm is added or removed in this table alone.
 */
export interface Algorithm {
  readonly name: AlgorithmName
  readonly keyType: 'RSA' | 'EC'
  /** The hash as `node:crypto` calls it. */
  readonly nodeHash: 'sha256' | 'sha384'
  /**
   * Whether one verification costs so much (about half a millisecond) that it should leave the
   * event loop where the platform can do that.
   */
  readonly isSlow: boolean
  /** Parameters of WebCrypto's `importKey` and `verify`. */
  readonly web: {
    readonly name: string
    readonly hash: string
    readonly namedCurve?: string
  }
  /** @returns the material, or the reason why the JWK cannot be a key of this algorithm */
  readonly readKey: (jwk: JsonObject, decode: Base64UrlDecoder) => PublicKeyMaterial | string
}

/** Strict base64url; null for anything that is not. */
export type Base64UrlDecoder = (text: string) => Uint8Array<ArrayBuffer> | null

const MIN_MODULUS_BITS = 2048
const MAX_MODULUS_BITS = 4096
const COORDINATE_BYTES = 48

/** The table: exactly RS256 (RFC 7518 §3.3) and ES384 (RFC 7518 §3.4). */
export const ALGORITHMS: Readonly<Record<AlgorithmName, Algorithm>> = {
  RS256: {
    name: 'RS256',
    keyType: 'RSA',
    nodeHash: 'sha256',
    isSlow: false,
    web: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    readKey: readRsaKey,
  },
  ES384: {
    name: 'ES384',
    keyType: 'EC',
    nodeHash: 'sha384',
    isSlow: true,
    web: { name: 'ECDSA', hash: 'SHA-384', namedCurve: 'P-384' },
    readKey: readEcKey,
  },
}

/** The names of the table. */
export const ALGORITHM_NAMES: readonly AlgorithmName[] = ['RS256', 'ES384']

/** Whether the value names an entry of the table; `none` and HMAC don't. */
export function isAlgorithmName(value: unknown): value is AlgorithmName {
  return value === 'RS256' || value === 'ES384'
}

/** The algorithm that keys of this type are for; null for a type or curve outside the table. */
export function findAlgorithmOfKey(jwk: JsonObject): Algorithm | null {
  if (jwk['kty'] === 'RSA') return ALGORITHMS.RS256
  if (jwk['kty'] === 'EC' && jwk['crv'] === 'P-384') return ALGORITHMS.ES384
  return null
}

function readRsaKey(jwk: JsonObject, decode: Base64UrlDecoder): PublicKeyMaterial | string {
  const { n, e } = jwk
  const modulus = typeof n === 'string' && decode(n)
  if (!modulus) return 'n is not base64url'
  // Only the exponent that everybody uses is accepted. A small one forgives sloppy padding, and a long
  // one costs time.
  if (e !== 'AQAB') return 'e is not AQAB (65537)'
  const bits = countBits(modulus)
  if (bits < MIN_MODULUS_BITS || bits > MAX_MODULUS_BITS) {
    return `n has ${bits} bits, not ${MIN_MODULUS_BITS} to ${MAX_MODULUS_BITS}`
  }
  return { jwk: { kty: 'RSA', n, e }, signatureBytes: Math.ceil(bits / 8) }
}

function readEcKey(jwk: JsonObject, decode: Base64UrlDecoder): PublicKeyMaterial | string {
  const { x, y } = jwk
  // RFC 7518 §6.2.1.2: the full size of a coordinate, leading zeros included.
  if (typeof x !== 'string' || decode(x)?.length !== COORDINATE_BYTES) {
    return `x is not base64url of ${COORDINATE_BYTES} bytes`
  }
  if (typeof y !== 'string' || decode(y)?.length !== COORDINATE_BYTES) {
    return `y is not base64url of ${COORDINATE_BYTES} bytes`
  }
  return { jwk: { kty: 'EC', crv: 'P-384', x, y }, signatureBytes: 2 * COORDINATE_BYTES }
}

/** Length of an unsigned big-endian number; leading zeros don't count. */
function countBits(bytes: Uint8Array): number {
  let bits = 0
  for (const byte of bytes) bits = bits === 0 ? 32 - Math.clz32(byte) : bits + 8
  return bits
}
