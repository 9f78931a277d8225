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

/** What the issuer needs to know of an algorithm that it signs with. */
export interface SigningEntry<Name extends string = string> extends Algorithm<Name> {
  /** The name of such a key when keys are named as AWS names its own (aws-wire §4). */
  readonly awsKeyPrefix: string
  /** The type and the details by which node:crypto makes a private key and recognises one. */
  readonly privateKey:
    | { readonly type: 'rsa'; readonly details: { readonly modulusLength: number } }
    | { readonly type: 'ec'; readonly details: { readonly namedCurve: string } }
  /**
   * The public key as a JWK, with the members that its thumbprint is made of (RFC 7638 §3.2): those that
   * are the same for every key of the algorithm, and the names of the others.
   */
  readonly jwk: {
    readonly fixed: { readonly kty: string; readonly [member: string]: string }
    readonly members: readonly string[]
  }
}

/** An algorithm with RSA keys and the padding of PKCS #1 v1.5. */
export const rsa = <const Name extends string, const Hash extends Algorithm['hash']>(
  name: Name,
  hash: Hash,
) => ({ name, hash, keyType: 'RSA', curve: null, signatureBytes: null }) as const

/** An algorithm with keys on one curve. */
export const ec = <const Name extends string, const Hash extends Algorithm['hash']>(
  name: Name,
  hash: Hash,
  curve: string,
  signatureBytes: number,
) => ({ name, hash, keyType: 'EC', curve, signatureBytes }) as const
