import type { SigningAlgorithm } from '../principals/algorithms.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { PublicJwk } from '../principals/public-jwk.ts'

/**
 * The life of a signing key, in its order: `intended` (wanted, and nothing of it made), `prepared`
 * (published, signs nothing), `active` (signs), `retiring` (published for the tokens that it has signed),
 * `retired` (no longer published, its private half erased). `revoked` follows any of them at once.
 */
export const KEY_STATES = [
  'intended',
  'prepared',
  'active',
  'retiring',
  'retired',
  'revoked',
] as const

/** A stage in the life of a signing key. */
export type KeyState = (typeof KEY_STATES)[number]

/** The states in which a key is published to verifiers. */
export const PUBLISHED_STATES: readonly KeyState[] = ['prepared', 'active', 'retiring']

/** The place of an account's signing keys of one algorithm, which follow one another. */
export interface KeySlot {
  readonly accountId: AccountId
  readonly algorithm: SigningAlgorithm
}

/**
 * The place of one key in its slot. No two keys ever have the same place, so a place is never used
 * again.
 */
export interface KeyPlace extends KeySlot {
  /** Counts from 0 for each account and algorithm; the digit in AWS's `RSA_0`. */
  readonly generation: number
}

/**
 * A signing key of an issuer as the store keeps it. A part that it does not have yet, or has no more,
 * is null.
 */
export interface IssuerKey extends KeyPlace {
  readonly state: KeyState
  /** The backend that holds the private half and can read `handle`. */
  readonly backend: string
  /** RFC 7638 thumbprint of the public key, unique in the store. */
  readonly thumbprint: string | null
  readonly publicJwk: PublicJwk | null
  /** How the backend finds the private half; the sealed key itself for keys that are kept here. */
  readonly handle: Uint8Array | null
  /** Proves that Credence wrote place, state and public key; null in rows that must not be published. */
  readonly binding: Uint8Array | null
  readonly createdAtMs: number
  /** Since when verifiers can have seen it wherever they look. */
  readonly visibleAtMs: number | null
  readonly activatedAtMs: number | null
  /** The instant since which it signs nothing any more. */
  readonly endedAtMs: number | null
}

/**
 * The instants that decide which steps are due. A step is due when something has happened at its
 * instant or earlier.
 */
export interface DueKeys {
  /**
   * Keys that have signed since then or earlier need a follower. `spreadStepMs` makes some of them
   * earlier. Null: none needs one.
   */
  readonly activatedUntilMs: number | null
  /** A key is followed earlier by this, times the account's number modulo {@link SPREAD_MODULUS}. */
  readonly spreadStepMs: number
  /** Followers must be visible since then or earlier. */
  readonly visibleUntilMs: number
  /** Keys that have ended then or earlier are no longer to be published. */
  readonly endedUntilMs: number
}

/** It is a prime, so that accounts are spread even when their numbers go up in steps. */
export const SPREAD_MODULUS = 997

/** How many keys there are of one kind, and the instants that matter of them. */
export interface KeyCount {
  readonly algorithm: SigningAlgorithm
  readonly state: KeyState
  readonly count: number
  /** When the oldest was made, and when the oldest of those that sign began to; null for none. */
  readonly oldestCreatedAtMs: number
  readonly oldestActivatedAtMs: number | null
}

/** The life of signing keys. */
export interface IssuerKeyStore {
  /** @throws StoreError `exists` when the place is taken, or the state by another key of its slot */
  createIssuerKey(key: IssuerKey): Promise<void>
  /**
   * Compare-and-swap of the state. @throws StoreError `conflict` when it is another one by now,
   * `exists` when the slot has a key in the new state
   */
  saveIssuerKey(key: IssuerKey, from: KeyState): Promise<void>
  /** The key with this thumbprint; null when there is none. */
  findIssuerKey(thumbprint: string): Promise<IssuerKey | null>
  /**
   * Slots in which something is due, at most so many of each kind. Of those that are given, the one that
   * has waited longest comes first. They are found by indices alone.
   */
  listDueKeySlots(due: DueKeys, maxItems: number): Promise<readonly KeySlot[]>
  /** Published keys without a binding, in the order of their places, beyond `after`. */
  listUnboundIssuerKeys(after: KeyPlace | null, maxItems: number): Promise<readonly IssuerKey[]>
  /** Counts all keys. Reads them all. */
  countIssuerKeys(): Promise<readonly KeyCount[]>
}
