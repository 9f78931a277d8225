import type { SigningKey } from '../signers/signer.ts'

/** A key that signs tokens, with the part of every token that depends on the key alone. */
export interface TokenSigner {
  readonly keyId: string
  /** The JOSE header in base64url. */
  readonly headerPart: string
  readonly key: SigningKey
}

/** Prepares a key for signing tokens under a `kid`. */
export function createTokenSigner(keyId: string, key: SigningKey): TokenSigner {
  const header = JSON.stringify({ kid: keyId, typ: 'JWT', alg: key.algorithm })
  return { keyId, headerPart: Buffer.from(header).toString('base64url'), key }
}

/**
 * Signs a payload as a JWS in compact serialization (RFC 7515 §3.1) with exactly the header members
 * of AWS's tokens, `kid`, `typ` and `alg` (aws-wire §3.1).
 */
export async function signToken(signer: TokenSigner, payload: Buffer): Promise<string> {
  const signingInput = `${signer.headerPart}.${payload.toString('base64url')}`
  const signature = await signer.key.sign(Buffer.from(signingInput, 'latin1'))
  return `${signingInput}.${Buffer.from(signature).toString('base64url')}`
}
