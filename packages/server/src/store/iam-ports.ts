import type {
  Group,
  InlinePolicy,
  InstanceProfile,
  ManagedPolicy,
  ManagedPolicyVersion,
  OidcProvider,
  Role,
  User,
} from '../principals/entities.ts'
import type { AccessKeyId, AccountId, UniqueId } from '../principals/identifiers.ts'
import type { Page, PageRequest } from './page.ts'

/** A listing of the items whose path begins with `pathPrefix`. `/` takes all. */
export interface PathPageRequest extends PageRequest {
  readonly pathPrefix: string
}

/** Groups and who is in them. */
export interface GroupStore {
  /** @throws StoreError `exists` when the name is taken (without regard to case) */
  createGroup(group: Group): Promise<void>
  findGroup(accountId: AccountId, name: string): Promise<Group | null>
  listGroups(accountId: AccountId, page: PathPageRequest): Promise<Page<Group>>
  /** Name and path. @throws StoreError `missing`, `exists` */
  saveGroup(group: Group): Promise<void>
  /** With its inline policies, attachments and memberships. @throws StoreError `missing` */
  deleteGroup(accountId: AccountId, id: UniqueId): Promise<void>
  /** Does nothing when the user is a member already. @throws StoreError `missing` */
  addGroupMember(accountId: AccountId, groupId: UniqueId, userId: UniqueId): Promise<void>
  /** @throws StoreError `missing` when the user is no member */
  removeGroupMember(accountId: AccountId, groupId: UniqueId, userId: UniqueId): Promise<void>
  listGroupMembers(accountId: AccountId, groupId: UniqueId, page: PageRequest): Promise<Page<User>>
  listGroupsOfUser(accountId: AccountId, userId: UniqueId): Promise<readonly Group[]>
}

/** Roles. */
export interface RoleStore {
  /** @throws StoreError `exists` when the name is taken (without regard to case) */
  createRole(role: Role): Promise<void>
  findRole(accountId: AccountId, name: string): Promise<Role | null>
  findRoleById(accountId: AccountId, id: UniqueId): Promise<Role | null>
  listRoles(accountId: AccountId, page: PathPageRequest): Promise<Page<Role>>
  /** Roles of all accounts whose trust pins have never been looked up, at most so many. */
  listUnpinnedRoles(maxItems: number): Promise<readonly Role[]>
  /** Everything but account, id and name. @throws StoreError `missing` */
  saveRole(role: Role): Promise<void>
  /** With its inline policies and attachments. @throws StoreError `missing` */
  deleteRole(accountId: AccountId, id: UniqueId): Promise<void>
}

/** Instance profiles and the roles in them. */
export interface InstanceProfileStore {
  /** @throws StoreError `exists` when the name is taken (without regard to case) */
  createInstanceProfile(profile: InstanceProfile): Promise<void>
  findInstanceProfile(accountId: AccountId, name: string): Promise<InstanceProfile | null>
  listInstanceProfiles(accountId: AccountId, page: PathPageRequest): Promise<Page<InstanceProfile>>
  /** In the order of names. */
  listInstanceProfilesOfRole(
    accountId: AccountId,
    roleId: UniqueId,
  ): Promise<readonly InstanceProfile[]>
  /** Tags and role. @throws StoreError `missing` */
  saveInstanceProfile(profile: InstanceProfile): Promise<void>
  /** @throws StoreError `missing` */
  deleteInstanceProfile(accountId: AccountId, id: UniqueId): Promise<void>
}

/** Users, groups and roles of all accounts by the ids that outlive names. */
export interface PrincipalStore {
  /** The account of a user, group or role; null when nobody has the id, or nobody has it any more. */
  findPrincipalAccount(id: UniqueId): Promise<AccountId | null>
}

/** Policy documents inside users, groups and roles: one port for all three. */
export interface InlinePolicyStore {
  /** Creates or replaces. @throws StoreError `missing` when there is no such principal */
  saveInlinePolicy(accountId: AccountId, principalId: UniqueId, policy: InlinePolicy): Promise<void>
  /** By name without regard to case, in the order of names. */
  listInlinePolicies(accountId: AccountId, principalId: UniqueId): Promise<readonly InlinePolicy[]>
  /** @throws StoreError `missing` */
  deleteInlinePolicy(accountId: AccountId, principalId: UniqueId, name: string): Promise<void>
}

/** What kind of principal a policy is attached to, and how. */
export interface PolicyEntity {
  readonly kind: 'user' | 'group' | 'role'
  readonly id: UniqueId
  readonly name: string
  readonly path: string
  /** `boundary`: as a permissions boundary. */
  readonly usage: 'attached' | 'boundary'
}

/** How many users, groups and roles of an account have a managed policy, by the way they have it. */
export interface PolicyUse {
  readonly arn: string
  readonly attachmentCount: number
  /** As a permissions boundary. */
  readonly boundaryCount: number
}

/** Which managed policies are attached to which users, groups and roles. */
export interface AttachmentStore {
  /** Does nothing when it is attached already. @throws StoreError `missing` */
  attachPolicy(accountId: AccountId, principalId: UniqueId, policyArn: string): Promise<void>
  /** @throws StoreError `missing` when it is not attached */
  detachPolicy(accountId: AccountId, principalId: UniqueId, policyArn: string): Promise<void>
  /** In the order of policy names. */
  listAttachedPolicies(
    accountId: AccountId,
    principalId: UniqueId,
  ): Promise<readonly ManagedPolicy[]>
  /** Who has the policy, attached or as a boundary. */
  listPolicyEntities(accountId: AccountId, policyArn: string): Promise<readonly PolicyEntity[]>
  /** The counts of every policy that anybody of the account has, in the order of ARNs. */
  countPolicyUses(accountId: AccountId): Promise<readonly PolicyUse[]>
}

/**
 * Managed policies with their versions. AWS's (`catalogue/aws-managed-policies.ts`) are found in
 * every account and can be attached there, but not changed.
 */
export interface ManagedPolicyStore {
  /** @throws StoreError `exists` when the name is taken (without regard to case) */
  createManagedPolicy(policy: ManagedPolicy, firstVersion: ManagedPolicyVersion): Promise<void>
  findManagedPolicy(accountId: AccountId, arn: string): Promise<ManagedPolicy | null>
  /** The account's own, without AWS's. */
  listManagedPolicies(accountId: AccountId, page: PathPageRequest): Promise<Page<ManagedPolicy>>
  /**
   * Tags, default version and `updatedAtMs`. @throws StoreError `missing` when there is no such policy,
   * or no such version of it
   */
  saveManagedPolicy(policy: ManagedPolicy): Promise<void>
  /**
   * Deletes it with its versions. Nobody may have it any more, neither attached nor as a boundary.
   * @throws StoreError `missing`, `conflict`
   */
  deleteManagedPolicy(accountId: AccountId, arn: string): Promise<void>
  /** Adds a version and saves the policy beside it, in one transaction. @throws StoreError `missing`, `exists` */
  createPolicyVersion(policy: ManagedPolicy, version: ManagedPolicyVersion): Promise<void>
  /**
   * The highest number that any of its versions ever had, deleted ones included. Null when there is no
   * such policy.
   */
  findNewestVersionNumber(accountId: AccountId, arn: string): Promise<number | null>
  /** Newest first. */
  listPolicyVersions(accountId: AccountId, arn: string): Promise<readonly ManagedPolicyVersion[]>
  /** @throws StoreError `missing`; `conflict` when it is the default version */
  deletePolicyVersion(accountId: AccountId, arn: string, versionId: string): Promise<void>
}

/** Issuers whose tokens are accepted by `AssumeRoleWithWebIdentity`. */
export interface OidcProviderStore {
  /** @throws StoreError `exists` when the URL is taken */
  createOidcProvider(provider: OidcProvider): Promise<void>
  findOidcProvider(accountId: AccountId, arn: string): Promise<OidcProvider | null>
  listOidcProviders(accountId: AccountId): Promise<readonly OidcProvider[]>
  /** Everything but account, ARN and URL. @throws StoreError `missing` */
  saveOidcProvider(provider: OidcProvider): Promise<void>
  /** @throws StoreError `missing` */
  deleteOidcProvider(accountId: AccountId, arn: string): Promise<void>
}

/** A service or resource control policy at one place of an organization. */
export interface ControlPolicy {
  readonly organizationId: string
  /** The root (`r-…`), a unit (`ou-…`) or an account id that it is attached to. */
  readonly targetId: string
  readonly kind: 'scp' | 'rcp'
  /** Unique for a target and a kind. */
  readonly name: string
  readonly document: string
}

/** The policies of organizations. `AccountStore` keeps where accounts are in them. */
export interface ControlPolicyStore {
  /** Creates or replaces. */
  saveControlPolicy(policy: ControlPolicy): Promise<void>
  /** Of any of the targets, in the order of targets given, then of names. */
  listControlPolicies(
    organizationId: string,
    targetIds: readonly string[],
  ): Promise<readonly ControlPolicy[]>
  /** All of an organization. */
  listOrganizationPolicies(organizationId: string): Promise<readonly ControlPolicy[]>
  /** @throws StoreError `missing` */
  deleteControlPolicy(
    policy: Pick<ControlPolicy, 'organizationId' | 'targetId' | 'kind' | 'name'>,
  ): Promise<void>
}

/** The last use of an access key: written seldom, and never on the path of a request. */
export interface LastUse {
  readonly usedAtMs: number
  readonly region: string
  /** `sts` or `iam` */
  readonly service: string
}

/** The last use of a session of a role. */
export interface RoleUse extends Pick<LastUse, 'usedAtMs' | 'region'> {
  readonly accountId: AccountId
}

/** When credentials were last used. */
export interface LastUseStore {
  /** Keeps the newest use of each key. Keys that are gone are passed over. */
  saveAccessKeyUses(uses: ReadonlyMap<AccessKeyId, LastUse>): Promise<void>
  findAccessKeyUse(id: AccessKeyId): Promise<LastUse | null>
  /** Keeps the newest use of each role, by its id. Roles that are gone are passed over. */
  saveRoleUses(uses: ReadonlyMap<UniqueId, RoleUse>): Promise<void>
  findRoleUse(accountId: AccountId, id: UniqueId): Promise<RoleUse | null>
}

/** How many of each kind an account has. */
export interface EntityCounts {
  readonly users: number
  readonly groups: number
  readonly roles: number
  readonly managedPolicies: number
  /** Managed policies that anybody has, attached or as a boundary; AWS's own included. */
  readonly policiesInUse: number
  readonly oidcProviders: number
  readonly instanceProfiles: number
}

/** Names of accounts that people remember, one for an account at most. */
export interface AccountAliasStore {
  /** Replaces the one that the account has. @throws StoreError `exists` when another account has it */
  saveAccountAlias(accountId: AccountId, alias: string): Promise<void>
  findAccountAlias(accountId: AccountId): Promise<string | null>
  /** @throws StoreError `missing` */
  deleteAccountAlias(accountId: AccountId): Promise<void>
}

/** A job that a caller has started and asks about later. All of its work is done when it is started. */
export interface Job {
  readonly id: string
  readonly kind: 'role deletion' | 'SERVICE_LEVEL' | 'ACTION_LEVEL'
  /** The name of a role, or an ARN, that the job is about. */
  readonly subject: string
  readonly createdAtMs: number
}

/** What callers have started. */
export interface JobStore {
  /** Forgets the jobs of the account from before an instant. @throws StoreError `exists` */
  createJob(accountId: AccountId, job: Job, keptSinceMs: number): Promise<void>
  findJob(accountId: AccountId, id: string): Promise<Job | null>
}

/** The credentials that the users and the root of an account had at an instant. */
export interface CredentialReport {
  readonly generatedAtMs: number
  /** CSV with a line of column names. */
  readonly content: string
}

/** Reports on an account as a whole. */
export interface AccountReportStore {
  countEntities(accountId: AccountId): Promise<EntityCounts>
  findCredentialReport(accountId: AccountId): Promise<CredentialReport | null>
  /** Replaces an older one. @throws StoreError `missing` when there is no such account */
  saveCredentialReport(accountId: AccountId, report: CredentialReport): Promise<void>
}
