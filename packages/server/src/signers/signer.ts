import type { SigningAlgorithm } from '../principals/algorithms.ts'
import type { PublicJwk } from '../principals/public-jwk.ts'

/** The private key behind one `kid`. Only the signer knows where the key lives (memory, HSM). */
export interface SigningKey {
  readonly algorithm: SigningAlgorithm
  /** JOSE form: 256 bytes for RS256, `R || S` of 96 bytes for ES384 (RFC 7518 §3.3, §3.4). */
  sign(signingInput: Uint8Array): Promise<Uint8Array>
  /**
   * Erases what this process keeps of the key in memory of its own. Signatures that are asked for
   * later are made all the same: callers in flight must not fail because a key was rotated.
   */
  close(): void
}

/** Makes keys, and opens stored ones. */
export interface Signer {
  /** A new key pair; `handle` is what the store keeps, such as a sealed PKCS #8. */
  generateKey(
    algorithm: SigningAlgorithm,
    recordId: string,
  ): Promise<{ readonly publicJwk: PublicJwk; readonly handle: Uint8Array }>
  /** The public half of a stored key, from its private one. @throws SealError as `openKey` does */
  findPublicJwk(
    algorithm: SigningAlgorithm,
    recordId: string,
    handle: Uint8Array,
  ): Promise<PublicJwk>
  /** Opens a stored key. @throws SealError when it does not open under this master key */
  openKey(algorithm: SigningAlgorithm, recordId: string, handle: Uint8Array): Promise<SigningKey>
}
