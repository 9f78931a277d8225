import { formatRoleArn, parseArn } from '../principals/arn.ts'
import { isAccountId } from '../principals/identifiers.ts'
import type { RoleStore } from '../store/iam-ports.ts'
import type { AccountStore } from '../store/ports.ts'
import { createReadCache, type Loaded, type ReadCache } from '../store/read-cache.ts'
import { formatAccountTopic, formatRoleTopic } from '../store/topics.ts'
import { bindTrustPolicy } from '../trust/bind-trust-policy.ts'
import { compileStoredPolicy } from './stored-policy.ts'
import type { TrustingRole } from './trusting-role.ts'

/** What roles are read from. */
export interface TrustingRoleDeps {
  readonly store: RoleStore & AccountStore
  readonly maxEntries: number
}

const NOBODY: Loaded<TrustingRole> = { value: null, topics: [] }

/**
 * Roles by ARN, with their trust policies compiled, and bound to those whom they named when they
 * were written: no principal is looked up while a request waits. An ARN is compared exactly, path
 * and case included. A role that is missing is not remembered as missing: no topic would tell when
 * the account gets it.
 */
export function createTrustingRoleCache({
  store,
  maxEntries,
}: TrustingRoleDeps): ReadCache<string, TrustingRole> {
  return createReadCache({
    maxEntries,
    formatKey: arn => arn,
    load: arn => loadTrustingRole(store, arn),
  })
}

async function loadTrustingRole(
  store: TrustingRoleDeps['store'],
  arn: string,
): Promise<Loaded<TrustingRole>> {
  const parts = parseArn(arn)
  if (parts === null || !isAccountId(parts.account)) return NOBODY
  const accountId = parts.account
  const name = parts.resource.slice(parts.resource.lastIndexOf('/') + 1)
  const [account, role] = await Promise.all([
    store.findAccount(accountId),
    store.findRole(accountId, name),
  ])
  const topics = [formatAccountTopic(accountId)]
  if (account === null) return { value: null, topics }
  if (role === null) return NOBODY
  topics.push(formatRoleTopic(accountId, role.id))
  const roleArn = formatRoleArn({ partition: account.partition, accountId }, role.path, role.name)
  if (roleArn !== arn) return { value: null, topics }
  const { policy } = compileStoredPolicy(`trust:${arn}`, role.trustPolicy, 'trust')
  const trustPolicy = bindTrustPolicy(policy, role.trustPins)
  return { value: { account, role, arn: roleArn, trustPolicy }, topics }
}
