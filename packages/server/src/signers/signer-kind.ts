import type { Config } from '../config/config.ts'
import type { SigningAlgorithm } from '../principals/algorithms.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { KeySigner } from './key-signer.ts'
import type { LaneCountsByAlgorithm } from './lanes/lane-counts.ts'

/** What a signer is opened with. */
export interface SignerKindOptions {
  readonly config: Pick<Config, 'signer'>
  readonly random: RandomSource
  readonly logger: Logger
}

/** A kind of signer, one of those in `signers/table.ts`. */
export interface SignerKind {
  /** What metrics call it. */
  readonly kind: 'node-crypto' | 'libcrypto_mb' | 'nettle'
  /** What it signs where it can be used. */
  readonly algorithms: readonly SigningAlgorithm[]
  /** Opens it as configured. @throws ConfigError when the configuration insists on what is not there */
  open(options: SignerKindOptions): Promise<OpenedSigner>
}

/** A kind of signer on this machine. */
export interface OpenedSigner {
  /** Null where it cannot be used, or is not wanted. */
  readonly signer: KeySigner | null
  readonly status: () => SignerStatus
  /**
   * Says in the log what signs. Called when the server is up, so that failures are logged first.
   */
  readonly announce: () => void
}

/** How a signer is, for `/readyz` and metrics. */
export interface SignerStatus {
  /** Name and version, or why it is not there; null when nobody has to know. */
  readonly summary: string | null
  /** What its lanes have done; nothing where it has none. */
  readonly counts: LaneCountsByAlgorithm
}
