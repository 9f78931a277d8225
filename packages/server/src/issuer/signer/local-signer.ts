import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  type SigningOptions,
  sign,
} from 'node:crypto'
import { type SealContext, SealError, type Sealer } from '../../secrets/sealer.ts'
import type { MultiBufferSigner } from './multi-buffer-signer.ts'
import type { PublicJwk, Signer, SigningAlgorithm, SigningKey } from './signer.ts'

/** Everything that differs between the algorithms. */
interface AlgorithmEntry {
  readonly hash: 'sha256' | 'sha384'
  readonly options: SigningOptions
  generatePrivateKey(): Promise<KeyObject>
  isPrivateKey(key: KeyObject): boolean
}

const ALGORITHMS: Readonly<Record<SigningAlgorithm, AlgorithmEntry>> = {
  // RSASSA-PKCS1-v1_5, OpenSSL's padding when none is named (RFC 7518 §3.3).
  RS256: {
    hash: 'sha256',
    options: {},
    generatePrivateKey: () =>
      new Promise((resolve, reject) => {
        generateKeyPair('rsa', { modulusLength: 2048 }, (error, _publicKey, privateKey) => {
          if (error) reject(error)
          else resolve(privateKey)
        })
      }),
    isPrivateKey: key =>
      key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.modulusLength === 2048,
  },
  ES384: {
    hash: 'sha384',
    options: { dsaEncoding: 'ieee-p1363' },
    generatePrivateKey: () =>
      new Promise((resolve, reject) => {
        generateKeyPair('ec', { namedCurve: 'P-384' }, (error, _publicKey, privateKey) => {
          if (error) reject(error)
          else resolve(privateKey)
        })
      }),
    isPrivateKey: key =>
      key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'secp384r1',
  },
}

/** Makes a new private key for an algorithm. */
export type GeneratePrivateKey = (algorithm: SigningAlgorithm) => Promise<KeyObject>

/** A new private key, made on the thread pool. */
export const generateLocalKey: GeneratePrivateKey = algorithm =>
  ALGORITHMS[algorithm].generatePrivateKey()

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
      const { hash, options, isPrivateKey } = ALGORITHMS[algorithm]
      const key = parsePrivateKey(der)
      if (!isPrivateKey(key)) {
        throw new SealError(`the sealed key of ${recordId} is not for ${algorithm}`)
      }
      const signInput = { ...options, key }
      const signWithNode: SigningKey['sign'] = signingInput =>
        new Promise((resolve, reject) => {
          sign(hash, signingInput, signInput, (error, signature) => {
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

function toPublicJwk(privateKey: KeyObject): PublicJwk {
  const { kty, n, e, x, y } = createPublicKey(privateKey).export({ format: 'jwk' })
  if (kty === 'RSA' && n !== undefined && e !== undefined) return { kty, n, e }
  if (kty === 'EC' && x !== undefined && y !== undefined) return { kty, crv: 'P-384', x, y }
  throw new Error(`a generated key has the unexpected type ${kty}`)
}
