import { type KeyObject, sign } from 'node:crypto'
import {
  SIGNING_ALGORITHM_NAMES,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from '../../principals/algorithms.ts'
import type { KeySigner } from '../key-signer.ts'
import type { SigningKey } from '../signer.ts'
import type { SignerKind } from '../signer-kind.ts'

/** Signs by node:crypto on the thread pool. The key is a `KeyObject`: parsing it would cost more than a signature. */
export function createNodeSign(algorithm: SigningAlgorithm, key: KeyObject): SigningKey['sign'] {
  const { hash } = SIGNING_ALGORITHMS[algorithm]
  // R || S for ECDSA; RSA has one form only, and the padding of RFC 7518 §3.3 when none is named.
  const input = { key, dsaEncoding: 'ieee-p1363' } as const
  return signingInput =>
    new Promise((resolve, reject) => {
      sign(hash, signingInput, input, (error, signature) => {
        if (error) reject(error)
        else resolve(signature)
      })
    })
}

/** A key that node:crypto signs with. OpenSSL erases it when the last reference to the `KeyObject` is gone. */
export function openNodeKey(algorithm: SigningAlgorithm, sign: SigningKey['sign']): SigningKey {
  return { algorithm, sign, close: () => {} }
}

/** Takes every key. */
const NODE_SIGNER: KeySigner = {
  openKey: (algorithm, _privateKey, signAlone) => openNodeKey(algorithm, signAlone),
}

/** OpenSSL, as Node.js has it: everywhere, and for all keys. */
export const NODE: SignerKind = {
  kind: 'node-crypto',
  algorithms: SIGNING_ALGORITHM_NAMES,
  open: async () => ({
    signer: NODE_SIGNER,
    status: () => ({ summary: 'node:crypto', counts: {} }),
    announce: () => {},
  }),
}
