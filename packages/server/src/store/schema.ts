import type { Partition } from '../principals/arn.ts'
import type { AccessKey } from '../principals/entities.ts'
import type { AccessKeyId, AccountId, UniqueId } from '../principals/identifiers.ts'
import type { Job } from './iam-ports.ts'
import type {
  FederationsTable,
  IssuerKeysTable,
  IssuerReadersTable,
  PublicationsTable,
  PublishingTargetsTable,
} from './issuer-schema.ts'

/**
 * The tables as they are after the last migration. Columns that end in `_ms` are milliseconds since
 * the Unix epoch, columns that end in `_key` are the form under which names are compared.
 */
export interface StoreSchema {
  readonly credence_schema: CredenceSchemaTable
  readonly change_counter: ChangeCounterTable
  readonly changes: ChangesTable
  readonly meta: MetaTable
  readonly accounts: AccountsTable
  readonly account_aliases: AccountAliasesTable
  readonly principals: PrincipalsTable
  readonly users: UsersTable
  readonly groups: GroupsTable
  readonly group_members: GroupMembersTable
  readonly roles: RolesTable
  readonly instance_profiles: InstanceProfilesTable
  readonly instance_profile_roles: InstanceProfileRolesTable
  readonly inline_policies: InlinePoliciesTable
  readonly managed_policies: ManagedPoliciesTable
  readonly managed_policy_versions: ManagedPolicyVersionsTable
  readonly policy_attachments: PolicyAttachmentsTable
  readonly oidc_providers: OidcProvidersTable
  readonly control_policies: ControlPoliciesTable
  readonly access_keys: AccessKeysTable
  readonly access_key_uses: AccessKeyUsesTable
  readonly role_uses: RoleUsesTable
  readonly credential_reports: CredentialReportsTable
  readonly jobs: JobsTable
  readonly federations: FederationsTable
  readonly issuer_keys: IssuerKeysTable
  readonly issuer_readers: IssuerReadersTable
  readonly publishing_targets: PublishingTargetsTable
  readonly publications: PublicationsTable
}

/** The migrations that this database has had. */
interface CredenceSchemaTable {
  readonly version: number
  readonly name: string
}

/**
 * One row: the sequence of the newest change. Every writer updates it, so the order of sequences is
 * the order of commits, and no number is left out.
 */
interface ChangeCounterTable {
  readonly id: 1
  readonly sequence: number
}

/** The newest changes, oldest pruned. */
interface ChangesTable {
  readonly sequence: number
  readonly topic: string
  /** Nobody else's: the transaction's own. Null of a change from before there were any. */
  readonly nonce: string | null
}

/** A fact of `MetaStore`. */
interface MetaTable {
  readonly name: string
  readonly value: string
}

/** An `Account`. */
export interface AccountsTable {
  readonly id: AccountId
  readonly partition: Partition
  readonly name: string
  readonly created_at_ms: number
  /** JSON of an `OrganizationPlacement`. */
  readonly organization: string | null
}

/** The alias of an account. */
interface AccountAliasesTable {
  readonly account_id: AccountId
  readonly alias: string
}

/** Every user, group and role. Records that can belong to any of the three refer to its row here. */
export interface PrincipalsTable {
  readonly account_id: AccountId
  readonly id: UniqueId
}

/** A `User`. */
export interface UsersTable {
  readonly account_id: AccountId
  readonly id: UniqueId
  readonly name: string
  readonly name_key: string
  readonly path: string
  readonly created_at_ms: number
  /** JSON of `Tag[]`. */
  readonly tags: string
  readonly permissions_boundary_arn: string | null
}

/** A `Group`. */
export interface GroupsTable {
  readonly account_id: AccountId
  readonly id: UniqueId
  readonly name: string
  readonly name_key: string
  readonly path: string
  readonly created_at_ms: number
}

/** Who is in which group. */
export interface GroupMembersTable {
  readonly account_id: AccountId
  readonly group_id: UniqueId
  readonly user_id: UniqueId
}

/** A `Role`. */
export interface RolesTable {
  readonly account_id: AccountId
  readonly id: UniqueId
  readonly name: string
  readonly name_key: string
  readonly path: string
  readonly created_at_ms: number
  readonly description: string | null
  readonly trust_policy: string
  /** JSON of `TrustPin[]`; null while they have not been looked up. */
  readonly trust_pins: string | null
  readonly max_session_seconds: number
  /** JSON of `Tag[]`. */
  readonly tags: string
  readonly permissions_boundary_arn: string | null
  readonly sessions_revoked_before_ms: number | null
}

/** An `InstanceProfile` without its role. */
export interface InstanceProfilesTable {
  readonly account_id: AccountId
  readonly id: UniqueId
  readonly name: string
  readonly name_key: string
  readonly path: string
  readonly created_at_ms: number
  /** JSON of `Tag[]`. */
  readonly tags: string
}

/** Which role is in which instance profile. */
interface InstanceProfileRolesTable {
  readonly account_id: AccountId
  readonly profile_id: UniqueId
  readonly role_id: UniqueId
}

/** An `InlinePolicy` of a user, group or role. */
export interface InlinePoliciesTable {
  readonly account_id: AccountId
  readonly principal_id: UniqueId
  readonly name: string
  readonly name_key: string
  readonly document: string
}

/** A `ManagedPolicy`. */
export interface ManagedPoliciesTable {
  readonly account_id: AccountId
  readonly arn: string
  readonly id: UniqueId
  readonly name: string
  readonly name_key: string
  readonly path: string
  readonly description: string | null
  readonly default_version_id: string
  readonly created_at_ms: number
  readonly updated_at_ms: number
  /** JSON of `Tag[]`. */
  readonly tags: string
  /** The highest number that a version of it ever had. */
  readonly newest_version_number: number
}

/** A `ManagedPolicyVersion`. */
export interface ManagedPolicyVersionsTable {
  readonly account_id: AccountId
  readonly policy_arn: string
  readonly version_id: string
  readonly document: string
  readonly created_at_ms: number
}

/** Which managed policies users, groups and roles have, boundaries apart. */
export interface PolicyAttachmentsTable {
  readonly account_id: AccountId
  readonly principal_id: UniqueId
  readonly policy_arn: string
}

/** An `OidcProvider`. */
export interface OidcProvidersTable {
  readonly account_id: AccountId
  readonly arn: string
  readonly url: string
  /** JSON of texts. */
  readonly client_ids: string
  /** JSON of texts. */
  readonly thumbprints: string
  readonly created_at_ms: number
  /** JSON of `Tag[]`. */
  readonly tags: string
  readonly inline_jwks: string | null
  /** JSON of a `ContextProvider`. */
  readonly context_provider: string | null
}

/** A `ControlPolicy`. */
export interface ControlPoliciesTable {
  readonly organization_id: string
  readonly target_id: string
  readonly kind: 'scp' | 'rcp'
  readonly name: string
  readonly document: string
}

/** A `StoredAccessKey`. */
export interface AccessKeysTable {
  readonly id: AccessKeyId
  readonly account_id: AccountId
  readonly user_id: UniqueId | null
  readonly status: AccessKey['status']
  readonly created_at_ms: number
  readonly sealed_secret: Uint8Array
}

/** A `LastUse` of an access key. */
export interface AccessKeyUsesTable {
  readonly access_key_id: AccessKeyId
  readonly used_at_ms: number
  readonly region: string
  readonly service: string
}

/** A `RoleUse`. */
export interface RoleUsesTable {
  readonly account_id: AccountId
  readonly role_id: UniqueId
  readonly used_at_ms: number
  readonly region: string
}

/** A `CredentialReport`. */
export interface CredentialReportsTable {
  readonly account_id: AccountId
  readonly generated_at_ms: number
  readonly content: string
}

/** A `Job`. */
interface JobsTable {
  readonly account_id: AccountId
  readonly id: string
  readonly kind: Job['kind']
  readonly subject: string
  readonly created_at_ms: number
}
