import type { ApplicablePolicies, AppliedPolicy } from '../policy/applicable-policies.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { Caller } from '../principals/caller.ts'
import type { AccountId, UniqueId } from '../principals/identifiers.ts'
import type { UserPolicyStore } from '../store/ports.ts'
import { createReadCache, type Loaded } from '../store/read-cache.ts'
import { formatUserTopic } from '../store/topics.ts'

/** What policies are read from. */
export interface PolicySources {
  readonly store: UserPolicyStore
  readonly maxEntries: number
}

/** Compiled policies by principal. */
export interface PolicyCache {
  /**
   * Every policy that bears on the caller's requests. A stored policy that can't be read refuses all
   * of them: leaving it out could lose a Deny. @throws ServiceError `MalformedPolicyDocument`
   */
  load(caller: Caller): Promise<ApplicablePolicies>
  invalidate(topics: readonly string[]): void
}

const NO_POLICIES: ApplicablePolicies = {
  identity: [],
  boundary: null,
  session: null,
  serviceControl: [],
  resourceControl: [],
  isAccountRoot: false,
}

/** Makes an empty cache over a store. */
export function createPolicyCache({ store, maxEntries }: PolicySources): PolicyCache {
  const users = createReadCache<readonly AppliedPolicy[]>({
    maxEntries,
    load: async key => {
      const [accountId, userId] = key.split('/') as [AccountId, UniqueId]
      return loadUserPolicies(store, accountId, userId)
    },
  })
  return {
    async load(caller) {
      switch (caller.kind) {
        case 'root':
          return { ...NO_POLICIES, isAccountRoot: true }
        case 'user': {
          const identity = await users.get(`${caller.account.id}/${caller.user.id}`)
          return { ...NO_POLICIES, identity: identity ?? [] }
        }
        case 'assumed-role':
        case 'federated-user':
          throw new TypeError(`no policies are known for a caller of kind ${caller.kind}`)
      }
    },
    invalidate: topics => users.invalidate(topics),
  }
}

async function loadUserPolicies(
  store: UserPolicyStore,
  accountId: AccountId,
  userId: UniqueId,
): Promise<Loaded<readonly AppliedPolicy[]>> {
  const policies = await store.listUserPolicies(accountId, userId)
  const value = policies.map(({ name, document }) => ({
    policyId: `inline:${name}`,
    policy: parsePolicy(document, 'identity'),
  }))
  return { value, topics: [formatUserTopic(accountId, userId)] }
}
