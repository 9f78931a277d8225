import type { AppliedPolicy } from '../policy/applicable-policies.ts'
import { type AccountId, findIdentifiedKind, type UniqueId } from '../principals/identifiers.ts'
import type { AttachmentStore, GroupStore, InlinePolicyStore } from '../store/iam-ports.ts'
import { createReadCache, type Loaded, type ReadCache } from '../store/read-cache.ts'
import { formatPrincipalTopic } from '../store/topics.ts'
import { compileStoredPolicy } from './stored-policy.ts'

/** Which user, group or role. */
export interface PrincipalKey {
  readonly accountId: AccountId
  readonly id: UniqueId
}

/**
 * The policies of one user, group or role. Managed policies and groups, which others share, are held by
 * name, so that this entry stays valid when they change.
 */
export interface PrincipalPolicies {
  /** Compiled. */
  readonly inline: readonly AppliedPolicy[]
  readonly attachedArns: readonly string[]
  /** Empty unless the principal is a user. */
  readonly groupIds: readonly UniqueId[]
}

/** What the policies of principals are read from. */
export interface PrincipalPolicyDeps {
  readonly store: InlinePolicyStore & AttachmentStore & GroupStore
  readonly maxEntries: number
}

/** Policies of users, groups and roles; of a principal that is gone there are none. */
export function createPrincipalPolicyCache({
  store,
  maxEntries,
}: PrincipalPolicyDeps): ReadCache<PrincipalKey, PrincipalPolicies> {
  return createReadCache({
    maxEntries,
    formatKey: ({ accountId, id }) => `${accountId} ${id}`,
    load: key => loadPrincipalPolicies(store, key),
  })
}

async function loadPrincipalPolicies(
  store: PrincipalPolicyDeps['store'],
  { accountId, id }: PrincipalKey,
): Promise<Loaded<PrincipalPolicies>> {
  const kind = findIdentifiedKind(id)
  const [inline, attached, groups] = await Promise.all([
    store.listInlinePolicies(accountId, id),
    store.listAttachedPolicies(accountId, id),
    kind === 'user' ? store.listGroupsOfUser(accountId, id) : [],
  ])
  // A name with a slash is no policy's name, so the policies of groups can't be taken for one's own.
  const owner = kind === 'group' ? `${id}/` : ''
  const value = {
    inline: inline.map(({ name, document }) =>
      compileStoredPolicy(`inline:${owner}${name}`, document, 'identity'),
    ),
    attachedArns: attached.map(({ arn }) => arn),
    groupIds: groups.map(group => group.id),
  }
  return { value, topics: [formatPrincipalTopic(accountId, id)] }
}
