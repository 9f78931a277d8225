import type { ApplicablePolicies } from '../policy/applicable-policies.ts'
import type { Caller } from '../principals/caller.ts'
import type { Account, OidcProvider } from '../principals/entities.ts'
import type { AccessKeyId, AccountId, UniqueId } from '../principals/identifiers.ts'
import type { PolicySubject } from '../principals/policy-subject.ts'
import type { CacheStatisticsByName } from '../runtime/cache-statistics.ts'
import type { SessionRecord } from '../sessions/session-record.ts'
import type { LastUse, LastUseStore, RoleUse } from '../store/iam-ports.ts'
import { type Credential, type CredentialDeps, createCredentialCache } from './credentials.ts'
import { createLastUses } from './last-uses.ts'
import { createPolicyCache, type PolicyDeps } from './policies.ts'
import { createPrincipalCache, type PrincipalDeps } from './principals.ts'
import { createRecordCaches, type RecordDeps } from './records.ts'
import type { TrustingRole } from './trusting-role.ts'
import { createTrustingRoleCache } from './trusting-roles.ts'

/** What the token path knows about principals without asking the store (decision record 0005). */
export interface Directory {
  /** Null when the key is unknown or may not be used. */
  findCredential(id: AccessKeyId): Promise<Credential | null>
  /**
   * The principal of a session, as it is now; `accessKeyId` is the session's. Null when the session
   * is dead: role, user, account or the long-term key behind it deleted (even when made again under
   * the same name), the key inactive, or the role's sessions revoked. Whether it has expired is not
   * checked.
   */
  findSessionPrincipal(record: SessionRecord, accessKeyId: AccessKeyId): Promise<Caller | null>
  findAccount(id: AccountId): Promise<Account | null>
  /** A registered issuer of an account, by its ARN. */
  findOidcProvider(accountId: AccountId, arn: string): Promise<OidcProvider | null>
  /** The account of a long-term access key, whatever the key's state; null when there is no such key. */
  findKeyAccount(id: AccessKeyId): Promise<AccountId | null>
  /** Whether an account has a managed policy, or AWS has it. @throws StoredPolicyError when it can't be read */
  hasManagedPolicy(accountId: AccountId, arn: string): Promise<boolean>
  /** Null when there is no such role. @throws StoredPolicyError when its trust policy can't be read */
  findTrustingRole(arn: string): Promise<TrustingRole | null>
  /**
   * Every policy that applies to the caller's requests to its own account, compiled.
   * @throws StoredPolicyError when one of them can't be read: then all is refused
   */
  loadPolicies(caller: PolicySubject): Promise<ApplicablePolicies>
  /**
   * The same for assuming a role, perhaps of another account: the resource control policies of the
   * role's account count, not those of the caller's. @throws StoredPolicyError
   */
  loadTrustPolicies(caller: PolicySubject, roleAccount: Account): Promise<ApplicablePolicies>
  /** Notes the use of a long-term access key. Never waits. */
  recordKeyUse(id: AccessKeyId, use: LastUse): void
  /** Notes the use of a session of a role. Never waits. */
  recordRoleUse(id: UniqueId, use: RoleUse): void
  /** Saves the noted uses of keys and roles; what can't be saved waits for the next time. */
  saveLastUses(): Promise<void>
  /** Forgets what depends on the changed topics of the store's feed. */
  invalidate(topics: readonly string[]): void
  cacheStatistics(): CacheStatisticsByName
}

/** What a directory is made of. */
export type DirectoryDeps = CredentialDeps &
  PolicyDeps &
  RecordDeps &
  Omit<PrincipalDeps, 'credentials'> & { readonly store: LastUseStore }

/** Makes a directory over a store. `maxEntries` bounds each of its caches. */
export function createDirectory(deps: DirectoryDeps): Directory {
  const credentials = createCredentialCache(deps)
  const principals = createPrincipalCache({ ...deps, credentials })
  const trustingRoles = createTrustingRoleCache(deps)
  const policies = createPolicyCache(deps)
  const records = createRecordCaches(deps)
  const { store, maxEntries } = deps
  const keyUses = createLastUses<AccessKeyId, LastUse>({
    save: uses => store.saveAccessKeyUses(uses),
    maxEntries,
  })
  const roleUses = createLastUses<UniqueId, RoleUse>({
    save: uses => store.saveRoleUses(uses),
    maxEntries,
  })
  return {
    findCredential: id => credentials.get(id),
    findSessionPrincipal: (record, accessKeyId) => principals.find(record, accessKeyId),
    findAccount: id => records.findAccount(id),
    findOidcProvider: (accountId, arn) => records.findOidcProvider(accountId, arn),
    findKeyAccount: id => records.findKeyAccount(id),
    hasManagedPolicy: (accountId, arn) => policies.hasManaged(accountId, arn),
    findTrustingRole: arn => trustingRoles.get(arn),
    loadPolicies: caller => policies.load(caller, caller.account),
    loadTrustPolicies: (caller, roleAccount) => policies.load(caller, roleAccount),
    recordKeyUse: (id, use) => keyUses.record(id, use),
    recordRoleUse: (id, use) => roleUses.record(id, use),
    async saveLastUses() {
      await Promise.all([keyUses.save(), roleUses.save()])
    },
    invalidate(topics) {
      credentials.invalidate(topics)
      principals.invalidate(topics)
      trustingRoles.invalidate(topics)
      policies.invalidate(topics)
      records.invalidate(topics)
    },
    cacheStatistics: () => ({
      credentials: credentials.statistics(),
      'trusting-roles': trustingRoles.statistics(),
      ...principals.cacheStatistics(),
      ...policies.cacheStatistics(),
      ...records.cacheStatistics(),
    }),
  }
}
