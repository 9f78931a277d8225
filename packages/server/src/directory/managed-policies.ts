import type { AppliedPolicy } from '../policy/applicable-policies.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { ManagedPolicyStore } from '../store/iam-ports.ts'
import { createReadCache, type Loaded, type ReadCache } from '../store/read-cache.ts'
import { formatManagedPolicyTopic } from '../store/topics.ts'
import { compileStoredPolicy, StoredPolicyError } from './stored-policy.ts'

/** Which managed policy, and in whose account. */
export interface ManagedPolicyKey {
  readonly accountId: AccountId
  readonly arn: string
}

/** What managed policies are read from. */
export interface ManagedPolicyDeps {
  readonly store: ManagedPolicyStore
  readonly maxEntries: number
}

/**
 * The default versions of managed policies, compiled once for all who have them: attached, as a
 * boundary or in a session. Null when the account has no such policy.
 */
export function createManagedPolicyCache({
  store,
  maxEntries,
}: ManagedPolicyDeps): ReadCache<ManagedPolicyKey, AppliedPolicy> {
  return createReadCache({
    maxEntries,
    formatKey: ({ accountId, arn }) => `${accountId} ${arn}`,
    load: key => loadDefaultVersion(store, key),
  })
}

async function loadDefaultVersion(
  store: ManagedPolicyStore,
  { accountId, arn }: ManagedPolicyKey,
): Promise<Loaded<AppliedPolicy>> {
  const topics = [formatManagedPolicyTopic(arn)]
  const policy = await store.findManagedPolicy(accountId, arn)
  if (policy === null) return { value: null, topics }
  const versions = await store.listPolicyVersions(accountId, arn)
  const version = versions.find(({ versionId }) => versionId === policy.defaultVersionId)
  // Another process may have changed the default between the two reads: the next request sees it.
  if (version === undefined) throw new StoredPolicyError(`${arn} has lost its default version`)
  return { value: compileStoredPolicy(arn, version.document, 'identity'), topics }
}
