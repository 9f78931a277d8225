import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import {
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningAlgorithmEntry,
} from '../principals/algorithms.ts'
import { type PublicJwk, readPublicJwk } from '../principals/public-jwk.ts'
import { type SealContext, SealError, type Sealer } from '../secrets/sealer.ts'
import type { KeySigner } from './key-signer.ts'
import { createNodeSign, openNodeKey } from './node/node-signer.ts'
import type { Signer } from './signer.ts'

/** Makes a new private key for an algorithm. */
export type GeneratePrivateKey = (algorithm: SigningAlgorithm) => Promise<KeyObject>

/** A new private key, made on the thread pool. */
export const generateLocalKey: GeneratePrivateKey = algorithm =>
  new Promise((resolve, reject) => {
    const { privateKey } = SIGNING_ALGORITHMS[algorithm]
    const settle = (error: Error | null, _publicKey: KeyObject, key: KeyObject): void => {
      if (error) reject(error)
      else resolve(key)
    }
    if (privateKey.type === 'rsa') generateKeyPair('rsa', privateKey.details, settle)
    else generateKeyPair('ec', privateKey.details, settle)
  })

/** What a local signer may be given. */
export interface LocalSignerOptions {
  /** What signs: the first that takes a key. node:crypto alone when absent. */
  readonly signers?: readonly KeySigner[]
  /** Makes new private keys; node:crypto when absent. */
  readonly generatePrivateKey?: GeneratePrivateKey | undefined
}

/**
 * A {@link Signer} whose keys live in this process's memory, and sealed in the store. Keys are made on
 * the thread pool. A key that none of the signers takes is signed with by node:crypto.
 */
export function createLocalSigner(
  sealer: Sealer,
  { signers = [], generatePrivateKey = generateLocalKey }: LocalSignerOptions = {},
): Signer {
  const open = (algorithm: SigningAlgorithm, recordId: string, handle: Uint8Array): KeyObject => {
    const key = parsePrivateKey(sealer.unseal(toSealContext(recordId), handle))
    if (isFor(SIGNING_ALGORITHMS[algorithm], key)) return key
    throw new SealError(`the sealed key of ${recordId} is not for ${algorithm}`)
  }

  return {
    async generateKey(algorithm, recordId) {
      const privateKey = await generatePrivateKey(algorithm)
      const der = privateKey.export({ type: 'pkcs8', format: 'der' })
      try {
        return {
          publicJwk: toPublicJwk(privateKey),
          handle: sealer.seal(toSealContext(recordId), der),
        }
      } finally {
        der.fill(0)
      }
    },

    findPublicJwk: async (...stored) => toPublicJwk(open(...stored)),

    async openKey(algorithm, recordId, handle) {
      const key = open(algorithm, recordId, handle)
      const signAlone = createNodeSign(algorithm, key)
      for (const each of signers) {
        const opened = each.openKey(algorithm, key, signAlone)
        if (opened !== null) return opened
      }
      return openNodeKey(algorithm, signAlone)
    },
  }
}

function toSealContext(recordId: string): SealContext {
  return { purpose: 'issuer-private-key', recordId }
}

/** Reads a PKCS #8 key and erases the bytes it was read from. */
function parsePrivateKey(der: Uint8Array): KeyObject {
  try {
    return createPrivateKey({
      key: Buffer.from(der.buffer, der.byteOffset, der.byteLength),
      format: 'der',
      type: 'pkcs8',
    })
  } finally {
    der.fill(0)
  }
}

function isFor({ privateKey: { type, details } }: SigningAlgorithmEntry, key: KeyObject): boolean {
  const found: Readonly<Record<string, unknown>> = { ...key.asymmetricKeyDetails }
  return (
    key.asymmetricKeyType === type &&
    Object.entries(details).every(([name, value]) => found[name] === value)
  )
}

function toPublicJwk(privateKey: KeyObject): PublicJwk {
  const jwk = readPublicJwk(createPublicKey(privateKey).export({ format: 'jwk' }))
  if (jwk === null) throw new Error('a generated key is of an unexpected type')
  return jwk
}
