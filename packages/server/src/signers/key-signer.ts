import type { KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '../principals/algorithms.ts'
import type { SigningKey } from './signer.ts'

/** Makes signatures with private keys that this process holds. */
export interface KeySigner {
  /** A key to sign with; null for one that it does not take. `signAlone` is node:crypto's way. */
  openKey(
    algorithm: SigningAlgorithm,
    privateKey: KeyObject,
    signAlone: SigningKey['sign'],
  ): SigningKey | null
}
