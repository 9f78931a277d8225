import type { KeyObject } from 'node:crypto'
import { type GeneratePrivateKey, generateLocalKey } from '../issuer/signer/local-signer.ts'

/**
 * RSA keys of this process, oldest first. To make one takes 50 to 300 ms, more than all the rest of a
 * start; so the first is begun when the kit is loaded, on the thread pool, beside the loading of
 * everything else, and servers of one process use the same ones: each its accounts in order, since a
 * store has a key but once. A key that stood in the package instead would be as fast, and everybody
 * could sign with it. P-384 keys take a millisecond and are always new.
 */
const rsaKeys: Promise<KeyObject>[] = []

function takeRsaKey(position: number): Promise<KeyObject> {
  const key = rsaKeys[position] ?? generateLocalKey('RS256')
  rsaKeys[position] = key
  return key
}

/** Begins to make the first key. */
export function prepareKeys(): void {
  // Whoever takes the key hears of a failure.
  takeRsaKey(0).catch(() => undefined)
}

/** Makes the private keys of one server, whose RSA keys come from the pool. */
export function createPooledKeys(): GeneratePrivateKey {
  let taken = 0
  return algorithm => {
    if (algorithm !== 'RS256') return generateLocalKey(algorithm)
    taken += 1
    return takeRsaKey(taken - 1)
  }
}
