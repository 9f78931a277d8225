import type { RandomSource } from '../../runtime/random.ts'
import {
  createLaneAlgorithm,
  createLaneSigner,
  type LaneSigner,
  type LaneSignerOptions,
} from '../lanes/lane-signer.ts'
import type { Nettle } from './nettle.ts'
import { createNettleLanes } from './nettle-lanes.ts'

/** What the signer by Nettle works with. */
export interface NettleSignerOptions extends LaneSignerOptions {
  readonly library: Nettle
  readonly random: RandomSource
}

/** Makes a signer that signs ES384 by Nettle, and leaves RS256, at which Nettle is slower, alone. */
export function createNettleSigner(options: NettleSignerOptions): LaneSigner {
  const lanes = createNettleLanes(options.library, options.random)
  return createLaneSigner([
    createLaneAlgorithm({ algorithm: 'ES384', lanes, minLanes: 1 }, options),
  ])
}
