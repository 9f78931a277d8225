import {
  formatAssumedRoleArn,
  formatFederatedUserArn,
  formatRoleArn,
  toArnHome,
} from '../principals/arn.ts'
import type { Caller } from '../principals/caller.ts'
import type { Account, Role } from '../principals/entities.ts'
import type { AccessKeyId, AccountId, UniqueId } from '../principals/identifiers.ts'
import type { Session } from '../principals/session.ts'
import type { SessionPrincipal } from '../principals/session-principal.ts'
import { mergePrincipalTags } from '../principals/tags.ts'
import type { CacheStatisticsByName } from '../runtime/cache-statistics.ts'
import type { SessionRecord } from '../sessions/session-record.ts'
import type { RoleStore } from '../store/iam-ports.ts'
import type { AccountStore } from '../store/ports.ts'
import { createReadCache, type Loaded, type ReadCache } from '../store/read-cache.ts'
import { formatAccountTopic, formatRoleTopic } from '../store/topics.ts'
import type { Credential } from './credentials.ts'

/** What the principals of sessions are read from. */
export interface PrincipalDeps {
  readonly store: RoleStore & AccountStore
  readonly maxEntries: number
  readonly credentials: ReadCache<AccessKeyId, Credential>
}

/** The principals of sessions, as they are now. */
export interface PrincipalCache {
  /** `Directory.findSessionPrincipal` */
  find(record: SessionRecord, accessKeyId: AccessKeyId): Promise<Caller | null>
  invalidate(topics: readonly string[]): void
  cacheStatistics(): CacheStatisticsByName
}

type RoleOwner = Extract<SessionPrincipal, { readonly kind: 'role' }>
type KeyOwner = Exclude<SessionPrincipal, RoleOwner>

/** Makes an empty cache over a store. Users and roots are found by their long-term keys. */
export function createPrincipalCache(deps: PrincipalDeps): PrincipalCache {
  const { store, maxEntries, credentials } = deps
  const roles = createReadCache<RoleOwner, RoleInAccount>({
    maxEntries,
    formatKey: ({ accountId, roleId }) => `${accountId} ${roleId}`,
    load: ({ accountId, roleId }) => loadRole(store, accountId, roleId),
  })
  return {
    async find({ principal, session }, accessKeyId) {
      if (principal.kind === 'role') {
        const found = await roles.get(principal)
        return found === null ? null : createRoleCaller(found, session, accessKeyId)
      }
      const parent = await credentials.get(principal.parentAccessKeyId)
      if (parent === null || !isOwner(parent.caller, principal)) return null
      return createKeyCaller(parent.caller, session, accessKeyId, principal.parentAccessKeyId)
    },
    invalidate: topics => roles.invalidate(topics),
    cacheStatistics: () => ({ roles: roles.statistics() }),
  }
}

interface RoleInAccount {
  readonly account: Account
  readonly role: Role
}

async function loadRole(
  store: PrincipalDeps['store'],
  accountId: AccountId,
  roleId: UniqueId,
): Promise<Loaded<RoleInAccount>> {
  const [account, role] = await Promise.all([
    store.findAccount(accountId),
    store.findRoleById(accountId, roleId),
  ])
  const topics = [formatAccountTopic(accountId), formatRoleTopic(accountId, roleId)]
  return { value: account === null || role === null ? null : { account, role }, topics }
}

function createRoleCaller(
  { account, role }: RoleInAccount,
  session: Session,
  accessKeyId: AccessKeyId,
): Caller | null {
  const { kind, name, issuedAtMs } = session
  if (kind !== 'assumed-role' || name === null) return null
  const revokedBeforeMs = role.sessionsRevokedBeforeMs
  if (revokedBeforeMs !== null && issuedAtMs < revokedBeforeMs) return null
  const home = toArnHome(account)
  return {
    kind,
    account,
    accessKeyId,
    role,
    session,
    arn: formatAssumedRoleArn(home, role.name, name),
    principalArn: formatRoleArn(home, role.path, role.name),
    userId: `${role.id}:${name}`,
    principalTags: mergePrincipalTags(role.tags, session.tags),
  }
}

/** The key that asked for the session is still in use, and still its principal's. */
function isOwner(caller: Caller, principal: KeyOwner): boolean {
  if (caller.account.id !== principal.accountId) return false
  if (principal.kind === 'root') return caller.kind === 'root'
  return caller.kind === 'user' && caller.user.id === principal.userId
}

function createKeyCaller(
  parent: Caller,
  session: Session,
  accessKeyId: AccessKeyId,
  parentAccessKeyId: AccessKeyId,
): Caller | null {
  const { account, principalTags } = parent
  const common = {
    account,
    accessKeyId,
    session,
    parentAccessKeyId,
    principalTags: mergePrincipalTags(principalTags, session.tags),
  }
  if (session.kind === 'session-token') {
    if (parent.kind === 'root' || parent.kind === 'user') return { ...parent, ...common }
    return null
  }
  if (session.kind !== 'federated-user' || session.name === null || parent.kind !== 'user') {
    return null
  }
  // `aws:PrincipalArn` of a federated user is its own (AWS IAM User Guide: STS federated user principals).
  const arn = formatFederatedUserArn(toArnHome(account), session.name)
  const userId = `${account.id}:${session.name}`
  return {
    kind: session.kind,
    ...common,
    user: parent.user,
    arn,
    principalArn: arn,
    userId,
  }
}
