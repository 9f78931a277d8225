import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../runtime/clock.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { WorkerLink } from '../workers/worker-link.ts'
import type { Overrides } from './overrides.ts'

/** The machine's clock. */
export const SYSTEM_CLOCK: Clock = { nowMs: () => Date.now() }

/** The machine's cryptographically strong randomness. */
export const SYSTEM_RANDOM: RandomSource = { bytes: randomBytes, uuid: randomUUID }

/** Time, randomness, environment variables and log, which tests replace. */
export interface Environment {
  readonly clock: Clock
  readonly random: RandomSource
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the server's log goes; standard error when left out. */
  readonly logDescriptor?: number
  /** This process is one of several workers: another holds the data directory for it. */
  readonly worker?: WorkerLink
  /** Parts that tests and `credence dev` bring along; none when left out. */
  readonly overrides?: Overrides
}
