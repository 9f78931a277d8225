import type { Partition } from './arn.ts'
import type { AccessKeyId, AccountId, UniqueId } from './identifiers.ts'
import type { Tag } from './tags.ts'

/** Where an account stands in its organization. */
export interface OrganizationPlacement {
  /** `o-` and 10 to 32 lowercase letters or digits. */
  readonly organizationId: string
  /** From the root down to the account's parent, e.g. `['r-ab12', 'ou-ab12-11111111']`. */
  readonly path: readonly string[]
  /** The management account: service control policies do not bind it. */
  readonly isManagementAccount: boolean
}

/** An account: the boundary of names, policies, issuer and keys. */
export interface Account {
  readonly id: AccountId
  readonly partition: Partition
  readonly name: string
  readonly createdAtMs: number
  readonly organization: OrganizationPlacement | null
}

/** An IAM user. */
export interface User {
  readonly accountId: AccountId
  readonly id: UniqueId
  /** Unique in the account without regard to case. */
  readonly name: string
  /** `/` or `/segment/…/`. */
  readonly path: string
  readonly createdAtMs: number
  readonly tags: readonly Tag[]
  /** ARN of the managed policy that bounds the user; null without a boundary. */
  readonly permissionsBoundaryArn: string | null
}

/** A long-term access key without its secret. */
export interface AccessKey {
  readonly id: AccessKeyId
  readonly accountId: AccountId
  /** The user it belongs to; null for a key of the account's root. */
  readonly userId: UniqueId | null
  readonly status: 'Active' | 'Inactive'
  readonly createdAtMs: number
}

/** A policy document that stands inside a user, group or role. */
export interface InlinePolicy {
  /** 1 to 128 of `[\w+=,.@-]`. */
  readonly name: string
  /** JSON text exactly as it was stored. */
  readonly document: string
}
