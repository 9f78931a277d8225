import type { AccountId } from '../principals/identifiers.ts'
import type { Target } from './targets/target.ts'

/** A target with what the configuration says of it beyond its kind. */
export interface PublishTarget {
  readonly target: Target
  /** The issuer's URL as it can be read there, without a slash at the end. */
  readonly formatPublicUrl: (issuerId: string) => string
  /** Whether a key must be visible there before it signs. */
  readonly isRequired: boolean
  /** The name of the issuers whose documents are published there; null for that in new tokens. */
  readonly issuerName: string | null
}

/** What an account's issuer publishes under one name, as it stands in the store now. */
export interface PublishedIssuer {
  readonly issuerId: string
  readonly discovery: string
  readonly jwks: string
  /** The thumbprints of the keys in the JWKS. */
  readonly thumbprints: readonly string[]
}

/** Reads from the store, never from memory. Null when the account has no issuer, or no such name. */
export type ReadIssuer = (
  accountId: AccountId,
  issuerName: string | null,
) => Promise<PublishedIssuer | null>
