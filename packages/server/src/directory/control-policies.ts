import type { AppliedPolicy } from '../policy/applicable-policies.ts'
import type { Account } from '../principals/entities.ts'
import type { CacheStatisticsByName } from '../runtime/cache-statistics.ts'
import type { ControlPolicy, ControlPolicyStore } from '../store/iam-ports.ts'
import { createReadCache, type Loaded } from '../store/read-cache.ts'
import { formatOrganizationTopic } from '../store/topics.ts'
import { compileStoredPolicy } from './stored-policy.ts'

/** Policies of an organization: one list a level, from its root to the account. */
export type ControlLevels = readonly (readonly AppliedPolicy[])[]

/** What control policies are read from. */
export interface ControlPolicyDeps {
  readonly store: ControlPolicyStore
  readonly maxEntries: number
}

/** Service and resource control policies of accounts, compiled once for all accounts under them. */
export interface ControlPolicyCache {
  /**
   * What bounds the principals of an account. A level without any stored policy has AWS's
   * `FullAWSAccess`, as every level of a fresh organization has; where policies are stored, only those
   * count. @throws StoredPolicyError
   */
  loadServiceControl(account: Account): Promise<ControlLevels>
  /**
   * What bounds access to the resources of an account. Each level has AWS's `RCPFullAWSAccess`, which
   * can't be detached, beside the stored policies. @throws StoredPolicyError
   */
  loadResourceControl(account: Account): Promise<ControlLevels>
  invalidate(topics: readonly string[]): void
  cacheStatistics(): CacheStatisticsByName
}

interface Target {
  readonly organizationId: string
  readonly targetId: string
}

interface TargetPolicies {
  readonly serviceControl: readonly AppliedPolicy[]
  readonly resourceControl: readonly AppliedPolicy[]
}

const FULL_AWS_ACCESS = compileStoredPolicy(
  'scp:FullAWSAccess',
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
  'scp',
)

const RCP_FULL_AWS_ACCESS = compileStoredPolicy(
  'rcp:RCPFullAWSAccess',
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}',
  'rcp',
)

/**
 * Makes an empty cache over a store. The management account and accounts outside an organization have
 * no levels (AWS Organizations User Guide: SCPs, RCPs).
 */
export function createControlPolicyCache({
  store,
  maxEntries,
}: ControlPolicyDeps): ControlPolicyCache {
  const targets = createReadCache<Target, TargetPolicies>({
    maxEntries,
    formatKey: ({ organizationId, targetId }) => `${organizationId} ${targetId}`,
    load: target => loadTarget(store, target),
  })

  const loadLevels = async ({ id, organization }: Account): Promise<readonly TargetPolicies[]> => {
    if (organization === null || organization.isManagementAccount) return []
    const { organizationId, path } = organization
    const levels = await Promise.all(
      [...path, id].map(targetId => targets.get({ organizationId, targetId })),
    )
    return levels.flatMap(level => level ?? [])
  }

  return {
    loadServiceControl: async account =>
      (await loadLevels(account)).map(({ serviceControl }) => serviceControl),
    loadResourceControl: async account =>
      (await loadLevels(account)).map(({ resourceControl }) => resourceControl),
    invalidate: topics => targets.invalidate(topics),
    cacheStatistics: () => ({ 'organization-policies': targets.statistics() }),
  }
}

async function loadTarget(
  store: ControlPolicyStore,
  { organizationId, targetId }: Target,
): Promise<Loaded<TargetPolicies>> {
  const stored = await store.listControlPolicies(organizationId, [targetId])
  const compile = (kind: ControlPolicy['kind']): readonly AppliedPolicy[] =>
    stored
      .filter(policy => policy.kind === kind)
      .map(({ name, document }) =>
        compileStoredPolicy(`${kind}:${targetId}/${name}`, document, kind),
      )
  const serviceControl = compile('scp')
  return {
    value: {
      serviceControl: serviceControl.length === 0 ? [FULL_AWS_ACCESS] : serviceControl,
      resourceControl: [RCP_FULL_AWS_ACCESS, ...compile('rcp')],
    },
    topics: [formatOrganizationTopic(organizationId)],
  }
}
