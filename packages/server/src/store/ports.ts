import type { AccessKey, Account, OrganizationPlacement, User } from '../principals/entities.ts'
import type { AccessKeyId, AccountId, UniqueId } from '../principals/identifiers.ts'
import type { Tag } from '../principals/tags.ts'
import type {
  AccountAliasStore,
  AccountReportStore,
  AttachmentStore,
  ControlPolicyStore,
  GroupStore,
  InlinePolicyStore,
  InstanceProfileStore,
  JobStore,
  LastUseStore,
  ManagedPolicyStore,
  OidcProviderStore,
  PathPageRequest,
  PrincipalStore,
  RoleStore,
} from './iam-ports.ts'
import type { IssuerKey, IssuerKeyStore } from './key-ports.ts'
import type { Page, PageRequest } from './page.ts'
import type { PublicationStore } from './publication-ports.ts'
import type { KeyReaderStore } from './reader-ports.ts'
import type { SealedStore } from './sealed-ports.ts'

export type { IssuerKey, KeyPlace, KeySlot } from './key-ports.ts'
export type { Page, PageRequest } from './page.ts'

/**
 * An error that a store throws on purpose. Every other error that it throws is a failure of the store.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  /** `exists`: the name or id is taken; `missing`: no such record; `conflict`: it changed meanwhile. */
  readonly reason: 'exists' | 'missing' | 'conflict'

  constructor(reason: 'exists' | 'missing' | 'conflict', message: string) {
    super(message)
    this.reason = reason
  }
}

/** Accounts and where they stand in the organization. */
export interface AccountStore {
  /** @throws StoreError `exists` */
  createAccount(account: Account): Promise<void>
  findAccount(id: AccountId): Promise<Account | null>
  listAccounts(page: PageRequest): Promise<Page<Account>>
  /** @throws StoreError `missing` */
  placeAccount(id: AccountId, organization: OrganizationPlacement | null): Promise<void>
}

/** Users. */
export interface UserStore {
  /** @throws StoreError `exists` when the name is taken (without regard to case) */
  createUser(user: User): Promise<void>
  findUser(accountId: AccountId, name: string): Promise<User | null>
  findUserById(accountId: AccountId, id: UniqueId): Promise<User | null>
  listUsers(accountId: AccountId, page: PathPageRequest): Promise<Page<User>>
  /** Name, path and permissions boundary. @throws StoreError `missing`, `exists` */
  saveUser(user: User): Promise<void>
  /**
   * Deletes the user with its inline policies, attachments, memberships and access keys.
   * @throws StoreError `missing`
   */
  deleteUser(accountId: AccountId, id: UniqueId): Promise<void>
  /** Replaces the whole set. @throws StoreError `missing` */
  saveUserTags(accountId: AccountId, id: UniqueId, tags: readonly Tag[]): Promise<void>
}

/** A long-term access key with its sealed secret. */
export interface StoredAccessKey extends AccessKey {
  readonly sealedSecret: Uint8Array
}

/** Long-term access keys of users and of account roots. */
export interface AccessKeyStore {
  /** @throws StoreError `exists` */
  createAccessKey(key: StoredAccessKey): Promise<void>
  findAccessKey(id: AccessKeyId): Promise<StoredAccessKey | null>
  /** Keys of a user, or of the account's root when `userId` is null. */
  listAccessKeys(accountId: AccountId, userId: UniqueId | null): Promise<readonly AccessKey[]>
  /** @throws StoreError `missing` */
  saveAccessKeyStatus(id: AccessKeyId, status: AccessKey['status']): Promise<void>
  /** @throws StoreError `missing` */
  deleteAccessKey(id: AccessKeyId): Promise<void>
}

/** The outbound federation of one account: its issuer id, stable for ever, and whether it is on. */
export interface Federation {
  readonly accountId: AccountId
  /**
   * A lower-case UUID that nobody can guess. It never changes, not even when federation is disabled.
   */
  readonly issuerId: string
  readonly enabled: boolean
  /** When `enabled` last changed. */
  readonly changedAtMs: number
  /** When it changed the time before. Null when it did not, or when that is not known. */
  readonly previousChangeAtMs: number | null
  /**
   * The account's own choice among the names of the issuers, as the configuration wrote it then. Null for
   * none; it may name one that is configured no more.
   */
  readonly signAs: string | null
}

/** Federation state and signing keys of accounts. */
export interface IssuerStore {
  findFederation(accountId: AccountId): Promise<Federation | null>
  findFederationByIssuerId(issuerId: string): Promise<Federation | null>
  /** First enable: state and keys in one transaction. @throws StoreError `exists` */
  createFederation(federation: Federation, keys: readonly IssuerKey[]): Promise<void>
  /**
   * Compare-and-swap of `enabled`. @throws StoreError `conflict` when it already has that value,
   * `missing` when the account was never enabled
   */
  saveFederationEnabled(accountId: AccountId, enabled: boolean, changedAtMs: number): Promise<void>
  /** @throws StoreError `missing` when the account was never enabled */
  saveSignAs(accountId: AccountId, signAs: string | null): Promise<void>
  /** All keys of the account, also those that are no longer published, oldest first. */
  listIssuerKeys(accountId: AccountId): Promise<readonly IssuerKey[]>
}

/** Small facts about the store itself, such as the canary of the master key that it needs. */
export interface MetaStore {
  findMeta(name: string): Promise<string | null>
  /** Never overwrites. @throws StoreError `exists` */
  createMeta(name: string, value: string): Promise<void>
  /** Compare-and-swap. @throws StoreError `conflict` when the fact is not `former` any more */
  swapMeta(name: string, former: string, value: string): Promise<void>
}

/** All that is kept of accounts, principals and issuers. */
export interface Records
  extends AccountStore,
    AccountAliasStore,
    UserStore,
    GroupStore,
    RoleStore,
    InstanceProfileStore,
    PrincipalStore,
    InlinePolicyStore,
    AttachmentStore,
    ManagedPolicyStore,
    OidcProviderStore,
    ControlPolicyStore,
    AccessKeyStore,
    AccountReportStore,
    JobStore,
    IssuerStore,
    IssuerKeyStore,
    PublicationStore,
    MetaStore,
    SealedStore {}

/** The records for reading alone: nothing can be written here. */
export type StoreReader = {
  readonly [Name in keyof Records as Name extends `${'find' | 'list' | 'count'}${string}`
    ? Name
    : never]: Records[Name]
}

declare const turn: unique symbol

/**
 * The records within one turn. Nobody else changes what is read here until the turn ends. What is
 * written here takes effect all at once or not at all. Every error that it throws ends the turn.
 */
export interface TurnStore extends Records {
  readonly [turn]: never
}

/** Everything that a store provides, and its life. */
export interface Store extends Records, LastUseStore, KeyReaderStore {
  /**
   * Does work as one transaction, after every turn of one of these accounts has ended, in whatever
   * process. `work` must wait for nothing but the store that it is given, because everybody else waits
   * for it. Others see what it has written when this has resolved.
   *
   * @throws StoreFailure when the turn does not come in time; what `work` throws; the first error of
   * the store, even when `work` has caught it. Then nothing is changed.
   */
  inTurn<Result>(
    accounts: readonly AccountId[],
    work: (store: TurnStore) => Promise<Result>,
  ): Promise<Result>
  /** How many writes of this process wait for their turn. */
  countWaiting(): number
  /**
   * The topics of `store/topics.ts` of what was written through this store by anyone, other processes
   * included, since the last call. Cheap enough to be called at every request.
   */
  takeChangedTopics(): Promise<readonly string[]>
  /** Answers when the store answers; rejects when it does not. For readiness. */
  checkHealth(): Promise<void>
  /**
   * Writes a little data that nobody reads, to find out whether the store takes writes. @throws
   * StoreFailure when the store takes no writes
   */
  checkWritable(): Promise<void>
  /**
   * Overwrites what was erased or replaced, as far as the database can. @returns false when some of it
   * stays for now: others read the store, or the database keeps it for a time of its own
   */
  eraseRemains(): Promise<boolean>
  close(): Promise<void>
}
