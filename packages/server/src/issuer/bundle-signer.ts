import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { findSigningAlgorithmOf } from '../principals/algorithms.ts'
import { type PublicJwk, readPublicJwk } from '../principals/public-jwk.ts'
import { formatThumbprint } from './thumbprint.ts'

/** `typ` of a bundle, so that no token passes for one (docs/relying-parties/bundles.md). */
const BUNDLE_TYPE = 'credence-bundle+jwt'

/** What a bundle says. Times are whole seconds since the epoch. */
export interface BundlePayload {
  /** The issuer whose keys these are, exactly as in `iss` of its tokens. */
  readonly iss: string
  readonly iat: number
  /** When verifiers stop trusting the keys, even if they get no newer bundle. */
  readonly exp: number
  /** Grows with each bundle, so that an older one can be refused. */
  readonly version: number
  /** The JWK Set of the issuer (RFC 7517 §5). */
  readonly jwks: unknown
  /** The `kid`s of keys that were revoked, for people and for verifiers that keep keys of their own. */
  readonly revoked?: readonly string[]
}

/** Signs bundles: the keys of an issuer for verifiers that cannot reach it. */
export interface BundleSigner {
  /** The public key, which verifiers pin. */
  readonly publicJwk: PublicJwk
  /** A compact JWS (RFC 7515 §7.1). */
  sign(payload: BundlePayload): string
}

/** A new private key for bundles, on P-384, as PKCS #8 in PEM. A secret. */
export function createBundleKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
}

/** Reads a private key in PEM; null when it is not one on P-384, or of RSA with 2048 to 4096 bits. */
export function parseBundleKey(pem: string): BundleSigner | null {
  const privateKey = parsePrivateKey(pem)
  const publicJwk = privateKey && findPublicJwk(privateKey)
  if (!publicJwk) return null
  const { name, hash } = findSigningAlgorithmOf(publicJwk)
  const header = encode({ kid: formatThumbprint(publicJwk), typ: BUNDLE_TYPE, alg: name })
  return {
    publicJwk,
    sign: payload => {
      const input = `${header}.${encode(payload)}`
      const signature = sign(hash, Buffer.from(input), {
        key: privateKey,
        dsaEncoding: 'ieee-p1363',
      })
      return `${input}.${signature.toString('base64url')}`
    },
  }
}

function parsePrivateKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem)
  } catch {
    return null
  }
}

function findPublicJwk(privateKey: KeyObject): PublicJwk | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = privateKey
  const { modulusLength = 0, publicExponent, namedCurve } = details
  const isRsa = type === 'rsa' && modulusLength >= 2048 && modulusLength <= 4096
  if (!(isRsa && publicExponent === 65_537n) && namedCurve !== 'secp384r1') return null
  return readPublicJwk(createPublicKey(privateKey).export({ format: 'jwk' }))
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
