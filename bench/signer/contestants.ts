import {
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
  randomUUID,
  type SignKeyObjectInput,
  sign,
} from 'node:crypto'
import type { CryptoMb } from '../../packages/server/src/issuer/signer/crypto-mb.ts'
import { createEs384Lanes } from '../../packages/server/src/issuer/signer/es384-lanes.ts'
import type { LaneKey, Lanes } from '../../packages/server/src/issuer/signer/lanes.ts'
import { createMultiBufferSigner } from '../../packages/server/src/issuer/signer/multi-buffer-signer.ts'
import { createRs256Lanes } from '../../packages/server/src/issuer/signer/rs256-lanes.ts'
import type { SigningAlgorithm } from '../../packages/server/src/issuer/signer/signer.ts'
import { openNettle } from './nettle.ts'

/** One way to sign, at one depth. */
export interface Contestant {
  readonly name: string
  /** How many signatures are wanted at once. */
  readonly pending: number
  /** Signs that many messages. */
  readonly signAll: () => Promise<unknown> | unknown
}

/** What signs one algorithm, beside what cannot be had on this machine. */
export interface Field {
  readonly algorithm: SigningAlgorithm
  readonly contestants: readonly Contestant[]
  readonly missing: readonly string[]
}

const DEPTHS = [1, 2, 3, 4, 5, 6, 7, 8, 16, 64]

/** Header and payload of a token with a few claims. */
const MESSAGE = randomBytes(800)
const HASHES = { RS256: 'sha256', ES384: 'sha384' } as const

/** Everything that signs with this algorithm here. The library is null where it can't be used. */
export function createField(algorithm: SigningAlgorithm, library: CryptoMb | null): Field {
  const privateKey = generateKey(algorithm)
  const hashName = HASHES[algorithm]
  const input: SignKeyObjectInput = { key: privateKey, dsaEncoding: 'ieee-p1363' }
  const signWithNode = (message: Uint8Array): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      sign(hashName, message, input, (error, signature) => {
        if (error) reject(error)
        else resolve(signature)
      })
    })
  const contestants: Contestant[] = [
    { name: 'crypto.sign', pending: 1, signAll: () => sign(hashName, MESSAGE, input) },
    ...[1, 8, 64].map(pending => ({
      name: 'crypto.sign, on the thread pool',
      pending,
      signAll: () => Promise.all(Array.from({ length: pending }, () => signWithNode(MESSAGE))),
    })),
  ]
  const missing: string[] = []
  if (algorithm === 'ES384') {
    try {
      const signDigest = openNettle(privateKey)
      const signAll = () => signDigest(hash(hashName, MESSAGE, 'buffer'))
      contestants.push({ name: 'Nettle', pending: 1, signAll })
    } catch (error) {
      missing.push(`Nettle: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (library !== null) {
    contestants.push(...createLaneContestants(algorithm, privateKey, library))
    contestants.push(...createSignerContestants(algorithm, privateKey, library, signWithNode))
  }
  return { algorithm, contestants, missing }
}

function generateKey(algorithm: SigningAlgorithm): KeyObject {
  return algorithm === 'RS256'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    : generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
}

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)), uuid: randomUUID }

/** One pass with one to eight lanes in use: at which depth does it begin to pay? */
function createLaneContestants(
  algorithm: SigningAlgorithm,
  privateKey: KeyObject,
  library: CryptoMb,
): readonly Contestant[] {
  const passes = <Key extends LaneKey>(lanes: Lanes<Key>): readonly Contestant[] => {
    const key = lanes.openKey(privateKey)
    if (key === null) throw new Error('the library does not take the key')
    return DEPTHS.filter(depth => depth <= 8).map(pending => {
      const jobs = Array.from({ length: pending }, () => ({ key, signingInput: MESSAGE }))
      const signAll = () => {
        if (lanes.sign(jobs).includes(null)) throw new Error('a bad result')
      }
      return { name: 'one pass of libcrypto_mb', pending, signAll }
    })
  }
  return algorithm === 'RS256'
    ? passes(createRs256Lanes(library))
    : passes(createEs384Lanes(library, random))
}

/** The signer as the server has it: queue, lanes, check, and node:crypto for too few. */
function createSignerContestants(
  algorithm: SigningAlgorithm,
  privateKey: KeyObject,
  library: CryptoMb,
  signAlone: (message: Uint8Array) => Promise<Uint8Array>,
): readonly Contestant[] {
  const signer = createMultiBufferSigner({
    library,
    random,
    schedule: setImmediate,
    report: incident => {
      throw new Error(`a bad result: ${JSON.stringify(incident)}`)
    },
  })
  const key = signer.openKey(algorithm, privateKey, signAlone)
  if (key === null) throw new Error('the library does not take the key')
  return DEPTHS.map(pending => ({
    name: 'multi-buffer signer',
    pending,
    signAll: () => Promise.all(Array.from({ length: pending }, () => key.sign(MESSAGE))),
  }))
}
