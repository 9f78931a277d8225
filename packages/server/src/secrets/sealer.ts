/** What a sealed value is for, and whose: bound to the ciphertext as associated data. */
export interface SealContext {
  /** The kind of secret, e.g. `access-key-secret`: a value sealed for one purpose opens for no other. */
  readonly purpose:
    | 'access-key-secret'
    | 'authorization-message'
    | 'installation-id'
    | 'issuer-private-key'
    | 'master-key-check'
  /** The record that holds it, e.g. the access key id: a value moved to another record does not open. */
  readonly recordId: string
}

/** Envelope encryption under the master key. */
export interface Sealer {
  /** Encrypts; the result names the master key it needs and carries what else opening needs. */
  seal(context: SealContext, plaintext: Uint8Array): Uint8Array
  /** Decrypts. @throws SealError when the key, the purpose, the record or any byte differs */
  unseal(context: SealContext, sealed: Uint8Array): Uint8Array
}

/** A sealed value that does not open. Its text says which check failed, never the content. */
export class SealError extends Error {
  override readonly name = 'SealError'
}
