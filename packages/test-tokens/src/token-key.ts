import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** The algorithms that an issuer signs with. */
export type TokenAlgorithm = 'RS256' | 'ES384'

/** A key pair with its name in `kid`. */
export interface TokenKey {
  readonly kid: string
  readonly alg: TokenAlgorithm
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const HASHES = { RS256: 'sha256', ES384: 'sha384' } as const satisfies Record<
  TokenAlgorithm,
  string
>

/** A private key with its public half, under a name. */
export function createTokenKey(kid: string, alg: TokenAlgorithm, privateKey: KeyObject): TokenKey {
  return { kid, alg, privateKey, publicKey: createPublicKey(privateKey) }
}

/** A new ES384 key that no issuer has, under any name. */
export function createStrangerKey(kid: string): TokenKey {
  return createTokenKey(kid, 'ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)
}

/** A signature in the form of JOSE (RFC 7518 §3.3, §3.4). */
export function signBytes(input: string | Uint8Array, { alg, privateKey }: TokenKey): Buffer {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input
  return sign(HASHES[alg], bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })
}
