/** Everything about one algorithm of RFC 7518 §3.1. Others take the entry and never look at the name. */
export interface Algorithm {
  readonly name: string
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  readonly keyType: 'RSA' | 'EC'
  /** The curve that goes with it (RFC 7518 §3.4); null for RSA. */
  readonly curve: string | null
  /** Length of a signature `R || S`; null for RSA, where the key decides. */
  readonly signatureBytes: number | null
}

const rsa = (name: string, hash: Algorithm['hash']): Algorithm => ({
  name,
  hash,
  keyType: 'RSA',
  curve: null,
  signatureBytes: null,
})

const ec = (
  name: string,
  hash: Algorithm['hash'],
  curve: string,
  signatureBytes: number,
): Algorithm => ({ name, hash, keyType: 'EC', curve, signatureBytes })

/**
 * The algorithms that AWS accepts (aws-wire §8). `none` and HMAC are not representable, so a public
 * key can't be taken for a secret.
 */
export const ALGORITHMS: readonly Algorithm[] = [
  rsa('RS256', 'sha256'),
  rsa('RS384', 'sha384'),
  rsa('RS512', 'sha512'),
  ec('ES256', 'sha256', 'P-256', 64),
  ec('ES384', 'sha384', 'P-384', 96),
  ec('ES512', 'sha512', 'P-521', 132),
]

/** The algorithm of that name; null for any other. */
export function findAlgorithm(name: unknown): Algorithm | null {
  return ALGORITHMS.find(algorithm => algorithm.name === name) ?? null
}
