import type { PublicJwk } from './public-jwk.ts'

/**
 * Everything about one algorithm of RFC 7518 §3.1. Other code takes the entry and never looks at the
 * name.
 */
export interface Algorithm<Name extends string = string> {
  readonly name: Name
  /** As node:crypto calls it. */
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  readonly keyType: 'RSA' | 'EC'
  /** The curve that goes with it (RFC 7518 §3.4); null for RSA. */
  readonly curve: string | null
  /** Length of a signature `R || S`; null for RSA, where the key decides. */
  readonly signatureBytes: number | null
}

/** The algorithms that tokens are signed with; nothing else is representable. */
export type SigningAlgorithm = 'RS256' | 'ES384'

/** What the issuer needs to know of an algorithm that it signs with. */
export interface SigningAlgorithmEntry extends Algorithm<SigningAlgorithm> {
  /** The name of such a key when keys are named as AWS names its own (aws-wire §4). */
  readonly awsKeyPrefix: string
  /** The type and the details by which node:crypto makes a private key and recognises one. */
  readonly privateKey:
    | { readonly type: 'rsa'; readonly details: { readonly modulusLength: number } }
    | { readonly type: 'ec'; readonly details: { readonly namedCurve: string } }
}

const rsa = <Name extends string>(name: Name, hash: Algorithm['hash']): Algorithm<Name> => ({
  name,
  hash,
  keyType: 'RSA',
  curve: null,
  signatureBytes: null,
})

const ec = <Name extends string>(
  name: Name,
  hash: Algorithm['hash'],
  curve: string,
  signatureBytes: number,
): Algorithm<Name> => ({ name, hash, keyType: 'EC', curve, signatureBytes })

const RS256 = rsa('RS256', 'sha256')
const ES384 = ec('ES384', 'sha384', 'P-384', 96)

/**
 * The algorithms that are accepted in tokens of other issuers. AWS accepts the same ones (aws-wire §8).
 * `none` and HMAC are not representable, so a public key can't be taken for a secret.
 */
export const ACCEPTED_ALGORITHMS: readonly Algorithm[] = [
  RS256,
  rsa('RS384', 'sha384'),
  rsa('RS512', 'sha512'),
  ec('ES256', 'sha256', 'P-256', 64),
  ES384,
  ec('ES512', 'sha512', 'P-521', 132),
]

/** The accepted algorithm of that name; null for any other. */
export function findAcceptedAlgorithm(name: unknown): Algorithm | null {
  return ACCEPTED_ALGORITHMS.find(algorithm => algorithm.name === name) ?? null
}

/** The algorithms that tokens are signed with. AWS signs with the same ones (aws-wire §3.1). */
export const SIGNING_ALGORITHMS: Readonly<Record<SigningAlgorithm, SigningAlgorithmEntry>> = {
  RS256: {
    ...RS256,
    awsKeyPrefix: 'RSA',
    privateKey: { type: 'rsa', details: { modulusLength: 2048 } },
  },
  ES384: {
    ...ES384,
    awsKeyPrefix: 'EC384',
    privateKey: { type: 'ec', details: { namedCurve: 'secp384r1' } },
  },
}

/** Their names, in the order in which AWS lists them. */
export const SIGNING_ALGORITHM_NAMES: readonly SigningAlgorithm[] = Object.values(
  SIGNING_ALGORITHMS,
).map(({ name }) => name)

/** Whether tokens are signed with an algorithm of this name. */
export function isSigningAlgorithm(name: string): name is SigningAlgorithm {
  return Object.hasOwn(SIGNING_ALGORITHMS, name)
}

/** The algorithm that a key of ours signs with. */
export function findSigningAlgorithmOf({ kty }: PublicJwk): SigningAlgorithmEntry {
  const found = Object.values(SIGNING_ALGORITHMS).find(({ keyType }) => keyType === kty)
  if (found === undefined) throw new TypeError(`nothing is signed with keys of type ${kty}`)
  return found
}

/** Makes something for each algorithm that tokens are signed with. */
export function forEachSigningAlgorithm<Made>(
  make: (algorithm: SigningAlgorithm) => Made,
): Readonly<Record<SigningAlgorithm, Made>> {
  return { RS256: make('RS256'), ES384: make('ES384') }
}
