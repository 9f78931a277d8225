import type { KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '../../principals/algorithms.ts'
import type { RandomSource } from '../../runtime/random.ts'
import type { CryptoMb } from './crypto-mb.ts'
import { createEs384Lanes } from './es384-lanes.ts'
import type { LaneJob, LaneKey, Lanes } from './lanes.ts'
import type { Nettle } from './nettle.ts'
import { createNettleLanes } from './nettle-lanes.ts'
import { createRs256Lanes } from './rs256-lanes.ts'
import type { SigningKey } from './signer.ts'
import { createSigningQueue } from './signing-queue.ts'

/** What the multi-buffer signer has done with one algorithm since the start. */
export interface LaneCounts {
  /** Passes through the lanes, and the signatures that came out of them. */
  readonly passes: number
  readonly signatures: number
  /** Signatures by node:crypto: too few at once, a key that the library doesn't take, a bad result. */
  readonly signedAlone: number
  /** Results that failed their check. They were erased; the token was signed by node:crypto. */
  readonly badResults: number
  /** True after {@link MAX_BAD_RESULTS}: node:crypto signs everything from then on. */
  readonly isStopped: boolean
}

/** What the signer tells the operator about. */
export interface MultiBufferIncident {
  readonly algorithm: SigningAlgorithm
  readonly badResults: number
  readonly isStopped: boolean
  /** What was thrown, if anything was. */
  readonly cause?: unknown
}

/** What the multi-buffer signer works with. */
export interface MultiBufferSignerOptions {
  readonly library: CryptoMb
  readonly random: RandomSource
  /** Calls a task after the events of this turn of the event loop. */
  readonly schedule: (task: () => void) => void
  readonly report: (incident: MultiBufferIncident) => void
}

/** Signs by a native library what comes at the same time, whatever keys it is for. */
export interface MultiBufferSigner {
  readonly libraryVersion: string
  /** A key in the lanes; null when the library can't sign with it. `signAlone` is node:crypto's way. */
  openKey(
    algorithm: SigningAlgorithm,
    privateKey: KeyObject,
    signAlone: SigningKey['sign'],
  ): SigningKey | null
  counts(): Readonly<Record<SigningAlgorithm, LaneCounts>>
}

/**
 * From how many signatures on a pass through the lanes is cheaper than node:crypto
 * (docs/decisions/0080-multi-buffer-signer.md). A pass for RS256 costs as much as 2.4 signatures of
 * OpenSSL, one for ES384 a quarter of a signature.
 */
export const MIN_LANES: Readonly<Record<SigningAlgorithm, number>> = { RS256: 3, ES384: 1 }

/** A right library on a right machine has none. After these the lanes are not trusted any more. */
export const MAX_BAD_RESULTS = 8

/** Makes a signer over a loaded library. */
export function createMultiBufferSigner(options: MultiBufferSignerOptions): MultiBufferSigner {
  const { library, random } = options
  const rs256 = createAlgorithmSigner('RS256', createRs256Lanes(library), options)
  const es384 = createAlgorithmSigner('ES384', createEs384Lanes(library, random), options)
  const signers = { RS256: rs256, ES384: es384 }
  return {
    libraryVersion: library.version,
    openKey: (algorithm, privateKey, signAlone) =>
      signers[algorithm].openKey(privateKey, signAlone),
    counts: () => ({ RS256: rs256.counts(), ES384: es384.counts() }),
  }
}

/** What the signer by Nettle works with. */
export interface NettleSignerOptions extends Omit<MultiBufferSignerOptions, 'library'> {
  readonly library: Nettle
}

/** Makes a signer that signs ES384 by Nettle, and leaves RS256, at which Nettle is slower, alone. */
export function createNettleSigner(options: NettleSignerOptions): MultiBufferSigner {
  const { library, random } = options
  const es384 = createAlgorithmSigner('ES384', createNettleLanes(library, random), options)
  return {
    libraryVersion: library.version,
    openKey: (algorithm, privateKey, signAlone) =>
      algorithm === 'ES384' ? es384.openKey(privateKey, signAlone) : null,
    counts: () => ({ RS256: NOTHING_SIGNED, ES384: es384.counts() }),
  }
}

const NOTHING_SIGNED: LaneCounts = {
  passes: 0,
  signatures: 0,
  signedAlone: 0,
  badResults: 0,
  isStopped: false,
}

/**
 * When nobody holds a key any more, its numbers are erased. Keys are closed when their account leaves
 * memory; this is for those that nobody could close, because their load had been overtaken.
 */
const unreachableKeys = new FinalizationRegistry<LaneKey>(key => key.erase())

function createAlgorithmSigner<Key extends LaneKey>(
  algorithm: SigningAlgorithm,
  lanes: Lanes<Key>,
  { schedule, report }: Pick<MultiBufferSignerOptions, 'schedule' | 'report'>,
) {
  let passes = 0
  let signatures = 0
  let signedAlone = 0
  let badResults = 0
  let isStopped = false

  const noteBadResults = (count: number, cause?: unknown): void => {
    badResults += count
    isStopped ||= badResults >= MAX_BAD_RESULTS
    report({ algorithm, badResults, isStopped, ...(cause !== undefined && { cause }) })
  }

  const signTogether = (jobs: readonly LaneJob<Key>[]): readonly (Uint8Array | null)[] => {
    if (isStopped) return []
    try {
      const results = lanes.sign(jobs)
      const good = results.filter(result => result !== null).length
      passes += 1
      signatures += good
      if (good < jobs.length) noteBadResults(jobs.length - good)
      return results
    } catch (cause) {
      noteBadResults(jobs.length, cause)
      return []
    }
  }

  const queue = createSigningQueue({ minLanes: MIN_LANES[algorithm], signTogether, schedule })

  return {
    openKey(privateKey: KeyObject, signWithNode: SigningKey['sign']): SigningKey | null {
      const laneKey = lanes.openKey(privateKey)
      if (laneKey === null) return null
      let isClosed = false
      const signAlone: SigningKey['sign'] = signingInput => {
        signedAlone += 1
        return signWithNode(signingInput)
      }
      const key: SigningKey = {
        algorithm,
        sign: signingInput =>
          isClosed || isStopped
            ? signAlone(signingInput)
            : queue.sign({ key: laneKey, signingInput, signAlone }),
        close() {
          isClosed = true
          unreachableKeys.unregister(key)
          laneKey.erase()
        },
      }
      unreachableKeys.register(key, laneKey, key)
      return key
    },

    counts: (): LaneCounts => ({ passes, signatures, signedAlone, badResults, isStopped }),
  }
}
