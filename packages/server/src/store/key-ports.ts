import type { SigningAlgorithm } from '../principals/algorithms.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { PublicJwk } from '../principals/public-jwk.ts'

/**
 * The life of a signing key, in its order: `intended` (wanted, and nothing of it made), `prepared`
 * (published, signs nothing), `active` (signs), `retiring` (published for the tokens that it has signed),
 * `retired` (published no more, its private half erased). `revoked` follows any of them at once.
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

/** Those in which verifiers are told of a key. */
export const PUBLISHED_STATES: readonly KeyState[] = ['prepared', 'active', 'retiring']

/** Whose signing keys of one algorithm: they follow one another. */
export interface KeySlot {
  readonly accountId: AccountId
  readonly algorithm: SigningAlgorithm
}

/** Where a key stands: no two keys ever have the same place, so that a place is never used again. */
export interface KeyPlace extends KeySlot {
  /** Counts from 0 for each account and algorithm; the digit in AWS's `RSA_0`. */
  readonly generation: number
}

/** A signing key of an issuer as the store keeps it. What it has not, or has no more, is null. */
export interface IssuerKey extends KeyPlace {
  readonly state: KeyState
  /** What holds the private half, and can read `handle`. */
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
  /** Since when it signs nothing any more. */
  readonly endedAtMs: number | null
}

/** Until which instants something that has happened makes a step of a key due. */
export interface DueKeys {
  /** Keys that sign since then or earlier are to be followed, but for what `spreadStepMs` gives; null: none. */
  readonly activatedUntilMs: number | null
  /** The account's number modulo {@link SPREAD_MODULUS}, times this, is how much earlier. */
  readonly spreadStepMs: number
  /** Followers must be visible since then or earlier. */
  readonly visibleUntilMs: number
  /** Keys that have ended then or earlier are to be published no more. */
  readonly endedUntilMs: number
}

/** A prime, so that accounts that are numbered in steps are spread all the same. */
export const SPREAD_MODULUS = 997

/** How many keys there are of one kind, and the instants that matter of them. */
export interface KeyCensus {
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
  /** Slots in which something is due, the longest waiting first, found by indices alone. */
  listDueKeySlots(due: DueKeys, maxItems: number): Promise<readonly KeySlot[]>
  /** Published keys without a binding, in the order of their places, beyond `after`. */
  listUnboundIssuerKeys(after: KeyPlace | null, maxItems: number): Promise<readonly IssuerKey[]>
  /** Counts all keys. Reads them all. */
  countIssuerKeys(): Promise<readonly KeyCensus[]>
}
