import type { SigningAlgorithm } from '../issuer/signer/signer.ts'
import type { Partition } from '../principals/arn.ts'
import type { AccessKey } from '../principals/entities.ts'
import type { AccessKeyId, AccountId, UniqueId } from '../principals/identifiers.ts'

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
  readonly users: UsersTable
  readonly user_policies: UserPoliciesTable
  readonly access_keys: AccessKeysTable
  readonly federations: FederationsTable
  readonly issuer_keys: IssuerKeysTable
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

/** An `InlinePolicy` of a user. */
interface UserPoliciesTable {
  readonly account_id: AccountId
  readonly user_id: UniqueId
  readonly name: string
  readonly name_key: string
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

/** A `Federation`. */
export interface FederationsTable {
  readonly account_id: AccountId
  readonly issuer_id: string
  readonly enabled: 0 | 1
  readonly changed_at_ms: number
}

/** An `IssuerKey`. */
export interface IssuerKeysTable {
  readonly thumbprint: string
  readonly account_id: AccountId
  readonly algorithm: SigningAlgorithm
  readonly generation: number
  readonly state: 'active'
  readonly created_at_ms: number
  /** JSON of a `PublicJwk`. */
  readonly public_jwk: string
  readonly sealed_private_key: Uint8Array
}
