import type { KeyObject } from 'node:crypto'
import {
  forEachSigningAlgorithm,
  SIGNING_ALGORITHM_NAMES,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from '../principals/algorithms.ts'
import { type GeneratePrivateKey, generateLocalKey } from '../signers/local-signer.ts'

/**
 * RSA keys of this process, oldest first. To make one takes 50 to 300 ms, more than all the rest of
 * a start; so the first is begun on the thread pool while the rest of the kit is loaded. Servers of
 * one process use the same keys. Each gives them to its accounts in order, since a store has a key
 * only once. A key in the package would be as fast, but everybody could sign with it. P-384 keys
 * take a millisecond and are always new.
 */
const rsaKeys = forEachSigningAlgorithm((): Promise<KeyObject>[] => [])

function isRsa(algorithm: SigningAlgorithm): boolean {
  return SIGNING_ALGORITHMS[algorithm].keyType === 'RSA'
}

function takeRsaKey(algorithm: SigningAlgorithm, position: number): Promise<KeyObject> {
  const keys = rsaKeys[algorithm]
  const key = keys[position] ?? generateLocalKey(algorithm)
  keys[position] = key
  return key
}

/** Begins to make the first keys. */
export function prepareKeys(): void {
  for (const algorithm of SIGNING_ALGORITHM_NAMES.filter(isRsa)) {
    // A failure is thrown to the code that takes the key.
    takeRsaKey(algorithm, 0).catch(() => undefined)
  }
}

/** Makes the private keys of one server, whose RSA keys come from the pool. */
export function createPooledKeys(): GeneratePrivateKey {
  const taken = forEachSigningAlgorithm(() => ({ count: 0 }))
  return algorithm => {
    if (!isRsa(algorithm)) return generateLocalKey(algorithm)
    taken[algorithm].count += 1
    return takeRsaKey(algorithm, taken[algorithm].count - 1)
  }
}
