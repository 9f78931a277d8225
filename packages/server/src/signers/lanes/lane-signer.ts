import type { KeyObject } from 'node:crypto'
import { SIGNING_ALGORITHM_NAMES, type SigningAlgorithm } from '../../principals/algorithms.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { KeySigner } from '../key-signer.ts'
import type { SigningKey } from '../signer.ts'
import type { SignerStatus } from '../signer-kind.ts'
import type { LaneCounts, LaneCountsByAlgorithm } from './lane-counts.ts'
import type { LaneJob, LaneKey, Lanes } from './lanes.ts'
import { createSigningQueue } from './signing-queue.ts'

/** What a lane signer tells the operator about. */
export interface LaneIncident {
  readonly algorithm: SigningAlgorithm
  readonly badResults: number
  readonly isStopped: boolean
  /** What was thrown, if anything was. */
  readonly cause?: unknown
}

/** What a lane signer works with, beside its lanes. */
export interface LaneSignerOptions {
  /** Calls a task after the events of this turn of the event loop. */
  readonly schedule: (task: () => void) => void
  readonly report: (incident: LaneIncident) => void
}

/** Signs inputs that come at the same time together, by a native library, each with its own key. */
export interface LaneSigner extends KeySigner {
  counts(): LaneCountsByAlgorithm
}

/** The lanes of one algorithm. */
export interface LaneAlgorithm {
  readonly algorithm: SigningAlgorithm
  /** A key in the lanes; null when the library can't sign with it. */
  openKey(privateKey: KeyObject, signAlone: SigningKey['sign']): SigningKey | null
  counts(): LaneCounts
}

/**
 * A sound library on a sound machine makes none. After this many the lanes are not used any more.
 */
export const MAX_BAD_RESULTS = 8

/**
 * Makes a signer of the algorithms that a library has lanes for. It takes no keys of other
 * algorithms.
 */
export function createLaneSigner(algorithms: readonly LaneAlgorithm[]): LaneSigner {
  return {
    openKey: (algorithm, privateKey, signAlone) =>
      algorithms.find(each => each.algorithm === algorithm)?.openKey(privateKey, signAlone) ?? null,
    counts: () => Object.fromEntries(algorithms.map(each => [each.algorithm, each.counts()])),
  }
}

/** What `/readyz` and the metrics say of a lane signer that is in use. */
export function toSignerStatus(
  { name, version }: { readonly name: string; readonly version: string },
  signer: LaneSigner,
): SignerStatus {
  const counts = signer.counts()
  const stopped = SIGNING_ALGORITHM_NAMES.filter(algorithm => counts[algorithm]?.isStopped)
  const exception = stopped.length === 0 ? '' : `; node:crypto for ${stopped.join(' and ')}`
  return { summary: `${name} ${version}${exception}`, counts }
}

/** Tells the operator of a bad result, which was destroyed. */
export function reportIncident(
  { algorithm, badResults, isStopped, cause }: LaneIncident,
  library: string,
  logger: Logger,
): void {
  const fields = { algorithm, badResults, ...(cause !== undefined && { err: cause }) }
  if (!isStopped) {
    logger.error(fields, `${library} made a bad signature, which was destroyed; node:crypto signed`)
    return
  }
  logger.error(
    fields,
    `${library} makes bad signatures and is not used any more: suspect the hardware of this machine`,
  )
}

/**
 * Erases the numbers of a key that nothing refers to any more. Keys are closed when their account
 * leaves memory; this is for those that nothing closes, because another load overtook theirs.
 */
const unreachableKeys = new FinalizationRegistry<LaneKey>(key => key.erase())

/**
 * Makes the lanes of one algorithm. They sign together what is wanted at the same time, from
 * `minLanes` signatures on.
 */
export function createLaneAlgorithm<Key extends LaneKey>(
  {
    algorithm,
    lanes,
    minLanes,
  }: {
    readonly algorithm: SigningAlgorithm
    readonly lanes: Lanes<Key>
    readonly minLanes: number
  },
  { schedule, report }: LaneSignerOptions,
): LaneAlgorithm {
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

  const queue = createSigningQueue({ minLanes, signTogether, schedule })

  return {
    algorithm,

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
