import type { SigningAlgorithm } from '../../principals/algorithms.ts'
import type { RandomSource } from '../../runtime/random.ts'
import {
  createLaneAlgorithm,
  createLaneSigner,
  type LaneSigner,
  type LaneSignerOptions,
} from '../lanes/lane-signer.ts'
import type { CryptoMb } from './crypto-mb.ts'
import { createEs384Lanes } from './es384-lanes.ts'
import { createRs256Lanes } from './rs256-lanes.ts'

/** What the multi-buffer signer works with. */
export interface CryptoMbSignerOptions extends LaneSignerOptions {
  readonly library: CryptoMb
  readonly random: RandomSource
}

/**
 * From how many signatures on a pass through the lanes is cheaper than node:crypto
 * (docs/decisions/0080-multi-buffer-signer.md). A pass for RS256 costs as much as 2.4 signatures of
 * OpenSSL, one for ES384 a quarter of a signature.
 */
export const MIN_LANES: Readonly<Record<SigningAlgorithm, number>> = { RS256: 3, ES384: 1 }

/** Makes the multi-buffer signer over the loaded library. */
export function createCryptoMbSigner(options: CryptoMbSignerOptions): LaneSigner {
  const { library, random } = options
  return createLaneSigner([
    createLaneAlgorithm(
      { algorithm: 'RS256', lanes: createRs256Lanes(library), minLanes: MIN_LANES.RS256 },
      options,
    ),
    createLaneAlgorithm(
      { algorithm: 'ES384', lanes: createEs384Lanes(library, random), minLanes: MIN_LANES.ES384 },
      options,
    ),
  ])
}
