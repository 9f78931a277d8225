import type { SigningAlgorithm } from '../../principals/algorithms.ts'

/** What lanes have done for one algorithm since the start. */
export interface LaneCounts {
  /** Passes through the lanes, and the signatures that came out of them. */
  readonly passes: number
  readonly signatures: number
  /** Signatures by node:crypto: too few at once, a key that the library doesn't take, a bad result. */
  readonly signedAlone: number
  /** Results that failed their check. They were erased; the token was signed by node:crypto. */
  readonly badResults: number
  /** True after too many bad results: node:crypto signs everything from then on. */
  readonly isStopped: boolean
}

/** Counts of the algorithms that lanes sign. */
export type LaneCountsByAlgorithm = Readonly<Partial<Record<SigningAlgorithm, LaneCounts>>>
