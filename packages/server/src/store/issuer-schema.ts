import type { SigningAlgorithm } from '../principals/algorithms.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { KeyState } from './key-ports.ts'

/** A `Federation`. */
export interface FederationsTable {
  readonly account_id: AccountId
  readonly issuer_id: string
  readonly enabled: 0 | 1
  readonly changed_at_ms: number
  readonly previous_change_at_ms: number | null
  readonly sign_as: string | null
}

/** An `IssuerKey`. */
export interface IssuerKeysTable {
  readonly account_id: AccountId
  readonly algorithm: SigningAlgorithm
  readonly generation: number
  readonly state: KeyState
  readonly backend: string
  readonly thumbprint: string | null
  /** JSON of a `PublicJwk`. */
  readonly public_jwk: string | null
  readonly handle: Uint8Array | null
  readonly binding: Uint8Array | null
  readonly created_at_ms: number
  readonly visible_at_ms: number | null
  readonly activated_at_ms: number | null
  readonly ended_at_ms: number | null
}

/** A `PublishingTarget` with its `TargetHealth`. */
export interface PublishingTargetsTable {
  readonly name: string
  readonly epoch: number
  readonly mark: string
  readonly former_mark: string
  readonly failing_since_ms: number | null
  readonly failure: string | null
}

/** A `Publication`. */
export interface PublicationsTable {
  readonly issuer_id: string
  readonly target: string
  readonly digest: string | null
  /** JSON of instants by thumbprint. */
  readonly visible_since: string
  readonly checked_at_ms: number
  readonly failing_since_ms: number | null
  readonly failure: string | null
}

/** Readers of an issuer's documents. */
export interface IssuerReadersTable {
  readonly issuer_id: string
  /** JSON of `IssuerReaders`. */
  readonly readers: string
  /** When the one of them that has been away for longest was there last. */
  readonly oldest_at_ms: number
}
