import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
} from 'node:crypto'
import {
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningAlgorithmEntry,
} from '../../principals/algorithms.ts'
import { type PublicJwk, readPublicJwk } from '../../principals/public-jwk.ts'
import { type SealContext, SealError, type Sealer } from '../../secrets/sealer.ts'
import type { MultiBufferSigner } from './multi-buffer-signer.ts'
import type { Signer, SigningKey } from './signer.ts'

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
  /** Null or absent: node:crypto makes every signature. */
  readonly multiBuffer?: MultiBufferSigner | null
  /** Makes new private keys; node:crypto when absent. */
  readonly generatePrivateKey?: GeneratePrivateKey | undefined
}

/**
 * A {@link Signer} whose keys live in this process's memory, and sealed in the store. Making keys
 * and signing happen on the thread pool. An opened key is kept as a `KeyObject`: parsing it at each
 * signature would cost more than the signature.
 *
 * With a multi-buffer signer, keys that it takes are signed with there, whenever enough signatures
 * are wanted at once; node:crypto remains the way for all others.
 */
export function createLocalSigner(
  sealer: Sealer,
  { multiBuffer = null, generatePrivateKey = generateLocalKey }: LocalSignerOptions = {},
): Signer {
  return {
    async generateKey(algorithm, recordId) {
      const privateKey = await generatePrivateKey(algorithm)
      const der = privateKey.export({ type: 'pkcs8', format: 'der' })
      try {
        return {
          publicJwk: toPublicJwk(privateKey),
          sealedPrivateKey: sealer.seal(toSealContext(recordId), der),
        }
      } finally {
        der.fill(0)
      }
    },

    async openKey(algorithm, recordId, sealedPrivateKey) {
      const der = sealer.unseal(toSealContext(recordId), sealedPrivateKey)
      const entry = SIGNING_ALGORITHMS[algorithm]
      const key = parsePrivateKey(der)
      if (!isFor(entry, key)) {
        throw new SealError(`the sealed key of ${recordId} is not for ${algorithm}`)
      }
      // R || S for ECDSA; RSA has one form only, and the padding of RFC 7518 §3.3 when none is named.
      const signInput = { key, dsaEncoding: 'ieee-p1363' } as const
      const signWithNode: SigningKey['sign'] = signingInput =>
        new Promise((resolve, reject) => {
          sign(entry.hash, signingInput, signInput, (error, signature) => {
            if (error) reject(error)
            else resolve(signature)
          })
        })
      return (
        multiBuffer?.openKey(algorithm, key, signWithNode) ?? {
          algorithm,
          sign: signWithNode,
          // OpenSSL erases the key when the last reference to the `KeyObject` is gone.
          close: () => {},
        }
      )
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
