import type { Partition } from './arn.ts'
import type { AccessKeyId, AccountId, UniqueId } from './identifiers.ts'
import type { SubjectType } from './identity-context.ts'
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

/** The user or role that a name in a trust policy stood for when the policy was written. */
export interface TrustPin {
  /** The principal as the policy has it: the ARN of a user, role or session, or a unique id. */
  readonly arn: string
  readonly accountId: AccountId
  /** The user or role that had the name; null when nobody did. */
  readonly id: UniqueId | null
}

/** An IAM role. */
export interface Role {
  readonly accountId: AccountId
  readonly id: UniqueId
  /** Unique in the account without regard to case. */
  readonly name: string
  /** `/` or `/segment/…/`. */
  readonly path: string
  readonly createdAtMs: number
  readonly description: string | null
  /** Who may assume it: JSON text exactly as it was stored. */
  readonly trustPolicy: string
  /** The principals that its names stand for; null while they have not been looked up. */
  readonly trustPins: readonly TrustPin[] | null
  /** 3,600 to 43,200: the longest session that `AssumeRole` may ask for. */
  readonly maxSessionSeconds: number
  readonly tags: readonly Tag[]
  readonly permissionsBoundaryArn: string | null
  /**
   * Sessions that began before this instant are revoked. Null when sessions of the role were never
   * revoked.
   */
  readonly sessionsRevokedBeforeMs: number | null
}

/**
 * What gives an instance of EC2 its role. Nothing here assumes the role through it, but tools make
 * profiles and read them.
 */
export interface InstanceProfile {
  readonly accountId: AccountId
  readonly id: UniqueId
  /** Unique in the account without regard to case. */
  readonly name: string
  /** `/` or `/segment/…/`. */
  readonly path: string
  readonly createdAtMs: number
  readonly tags: readonly Tag[]
  /** The role in it, one at most; null for none. */
  readonly roleId: UniqueId | null
}

/** An IAM group: users inherit its policies. */
export interface Group {
  readonly accountId: AccountId
  readonly id: UniqueId
  /** Unique in the account without regard to case. */
  readonly name: string
  readonly path: string
  readonly createdAtMs: number
}

/** A managed policy without its documents. */
export interface ManagedPolicy {
  /**
   * The account that owns the policy. For a policy of AWS's, which is in every account, it is the
   * account that sees it.
   */
  readonly accountId: AccountId
  readonly id: UniqueId
  /** Unique in the account without regard to case. */
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly description: string | null
  /** `v1`, `v2`, …: the version in force. */
  readonly defaultVersionId: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly tags: readonly Tag[]
}

/** One version of a managed policy. */
export interface ManagedPolicyVersion {
  readonly versionId: string
  /** JSON text exactly as it was stored. */
  readonly document: string
  readonly createdAtMs: number
}

/**
 * Names the claims of a provider's tokens that say on whose behalf a session acts (aws-wire-news §1.2).
 */
export interface ContextProvider {
  /** The claim that names the subject. */
  readonly subjectSourceKey: string
  /** The type of every subject. Null when a claim says it, or nothing does. */
  readonly subjectTypeValue: SubjectType | null
  /** The claim that says the type of the subject; null when there is none. */
  readonly subjectTypeSourceKey: string | null
  /** Other claims that sessions keep. */
  readonly keyDefinitions: readonly ContextKeyDefinition[]
}

/** A claim that sessions keep, and under which key. */
export interface ContextKeyDefinition {
  readonly sourceKey: string
  /** Null for the source key itself. */
  readonly targetKey: string | null
}

/** An issuer whose tokens `AssumeRoleWithWebIdentity` accepts. */
export interface OidcProvider {
  readonly accountId: AccountId
  readonly arn: string
  /** The issuer URL: `https://host/path`, or `http://…` where the operator lists its origin. */
  readonly url: string
  /** Accepted audiences. */
  readonly clientIds: readonly string[]
  /** SHA-1 of server certificates as clients send them; kept and shown, never trusted. */
  readonly thumbprints: readonly string[]
  readonly createdAtMs: number
  readonly tags: readonly Tag[]
  /** A JWKS for an issuer that cannot be reached; null to fetch it. */
  readonly inlineJwks: string | null
  /** Null when sessions act for nobody but themselves. */
  readonly contextProvider: ContextProvider | null
}
