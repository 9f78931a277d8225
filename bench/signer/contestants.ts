import {
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  type SignKeyObjectInput,
  sign,
} from 'node:crypto'
import type { SigningAlgorithm } from '../../packages/server/src/principals/algorithms.ts'
import type { CryptoMb } from '../../packages/server/src/signers/crypto-mb/crypto-mb.ts'
import { createCryptoMbSigner } from '../../packages/server/src/signers/crypto-mb/crypto-mb-signer.ts'
import { createEs384Lanes } from '../../packages/server/src/signers/crypto-mb/es384-lanes.ts'
import { createRs256Lanes } from '../../packages/server/src/signers/crypto-mb/rs256-lanes.ts'
import type { KeySigner } from '../../packages/server/src/signers/key-signer.ts'
import type { LaneIncident } from '../../packages/server/src/signers/lanes/lane-signer.ts'
import type { LaneKey, Lanes } from '../../packages/server/src/signers/lanes/lanes.ts'
import type { Nettle } from '../../packages/server/src/signers/nettle/nettle.ts'
import { createNettleSigner } from '../../packages/server/src/signers/nettle/nettle-signer.ts'
import type { SigningKey } from '../../packages/server/src/signers/signer.ts'

/** One way to sign, at one depth. */
export interface Contestant {
  readonly name: string
  /** How many signatures are wanted at once. */
  readonly pending: number
  /** Signs that many messages. */
  readonly signAll: () => Promise<unknown> | unknown
}

/** What signs one algorithm. */
export interface Field {
  readonly algorithm: SigningAlgorithm
  readonly contestants: readonly Contestant[]
}

/** What signs beside node:crypto; null for what can't be used here. */
export interface Libraries {
  readonly cryptoMb: CryptoMb | null
  readonly nettle: Nettle | null
}

const DEPTHS = [1, 2, 3, 4, 5, 6, 7, 8, 16, 64]

/** Header and payload of a token with a few claims. */
const MESSAGE = randomBytes(800)
const HASHES = { RS256: 'sha256', ES384: 'sha384' } as const

/** Everything that signs with this algorithm here. */
export function createField(algorithm: SigningAlgorithm, { cryptoMb, nettle }: Libraries): Field {
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
  const takeKey = (signer: KeySigner): SigningKey => {
    const key = signer.openKey(algorithm, privateKey, signWithNode)
    if (key === null) throw new Error('the library does not take the key')
    return key
  }
  if (nettle !== null && algorithm === 'ES384') {
    const key = takeKey(createNettleSigner({ library: nettle, ...SURROUNDINGS }))
    contestants.push(...createSignerContestants('signer by Nettle', [1, 8, 64], key))
  }
  if (cryptoMb !== null) {
    const key = takeKey(createCryptoMbSigner({ library: cryptoMb, ...SURROUNDINGS }))
    contestants.push(
      ...createLaneContestants(algorithm, privateKey, cryptoMb),
      ...createSignerContestants('multi-buffer signer', DEPTHS, key),
    )
  }
  return { algorithm, contestants }
}

function generateKey(algorithm: SigningAlgorithm): KeyObject {
  return algorithm === 'RS256'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    : generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
}

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)), uuid: randomUUID }

/** What both signers work with beside their library. */
const SURROUNDINGS = {
  random,
  schedule: setImmediate,
  report: (incident: LaneIncident) => {
    throw new Error(`a bad result: ${JSON.stringify(incident)}`)
  },
}

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

/** A signer as the server has it: queue, lanes, check, and node:crypto for too few. */
function createSignerContestants(
  name: string,
  depths: readonly number[],
  key: SigningKey,
): readonly Contestant[] {
  return depths.map(pending => ({
    name,
    pending,
    signAll: () => Promise.all(Array.from({ length: pending }, () => key.sign(MESSAGE))),
  }))
}
