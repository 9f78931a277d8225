import type { ApplicablePolicies, AppliedPolicy } from '../policy/applicable-policies.ts'
import type { Policy } from '../policy/policy-document.ts'
import type { Account, Role, User } from '../principals/entities.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { PolicySubject, SessionRestrictions } from '../principals/policy-subject.ts'
import type { CacheStatisticsByName } from '../runtime/cache-statistics.ts'
import { CountedCache } from '../runtime/counted-cache.ts'
import { type ControlPolicyDeps, createControlPolicyCache } from './control-policies.ts'
import { createManagedPolicyCache, type ManagedPolicyDeps } from './managed-policies.ts'
import {
  createPrincipalPolicyCache,
  type PrincipalKey,
  type PrincipalPolicyDeps,
} from './principal-policies.ts'
import { compileStoredPolicy } from './stored-policy.ts'

/** What policies are read from. */
export type PolicyDeps = ControlPolicyDeps & ManagedPolicyDeps & PrincipalPolicyDeps

/** Compiled policies of callers. */
export interface PolicyCache {
  /**
   * Every policy that applies to the caller's requests to resources of an account. @throws
   * StoredPolicyError when one of them can't be read: then all is refused
   */
  load(caller: PolicySubject, resourceAccount: Account): Promise<ApplicablePolicies>
  /** Whether an account has a managed policy, or AWS has it. @throws StoredPolicyError */
  hasManaged(accountId: AccountId, arn: string): Promise<boolean>
  invalidate(topics: readonly string[]): void
  cacheStatistics(): CacheStatisticsByName
}

/** What {@link PolicyCache.load} found for a caller, good until anything changes. */
interface KnownPolicies {
  readonly resourceAccount: Account
  readonly generation: number
  readonly policies: ApplicablePolicies
}

/** Compiled inline session policies. Sessions are many and short; their policies are few and alike. */
const MAX_SESSION_POLICIES = 1_000

const NO_POLICIES: ApplicablePolicies = {
  identity: [],
  boundary: null,
  session: null,
  scopeDown: [],
  serviceControl: [],
  resourceControl: [],
  isAccountRoot: false,
}

/** Makes an empty cache over a store. */
export function createPolicyCache(deps: PolicyDeps): PolicyCache {
  const managed = createManagedPolicyCache(deps)
  const principals = createPrincipalPolicyCache(deps)
  const controls = createControlPolicyCache(deps)
  /**
   * What was found for callers with long-term keys: such a caller is the same object for all its
   * calls until it changes. Putting the layers together anew would take a tenth of the time that
   * its calls take beside signing.
   */
  const known = new WeakMap<PolicySubject, KnownPolicies>()
  let generation = 0
  const inlineSessionPolicies = new CountedCache<Policy>({ max: MAX_SESSION_POLICIES })

  /** Of the principal and its groups. A policy that comes by several ways counts once. */
  async function loadIdentity(key: PrincipalKey): Promise<readonly AppliedPolicy[]> {
    const { accountId } = key
    const own = await principals.get(key)
    if (own === null) return []
    const groups = await Promise.all(own.groupIds.map(id => principals.get({ accountId, id })))
    const holders = [own, ...groups.flatMap(group => group ?? [])]
    const arns = new Set(holders.flatMap(({ attachedArns }) => attachedArns))
    const attached = await Promise.all([...arns].map(arn => managed.get({ accountId, arn })))
    return [
      ...holders.flatMap(({ inline }) => inline),
      // A policy that has just been deleted was detached before, so it is left out.
      ...attached.flatMap(policy => policy ?? []),
    ]
  }

  /** A policy that a boundary or a session names. When it is gone, nothing is allowed. */
  async function loadNamed(accountId: AccountId, arn: string): Promise<AppliedPolicy> {
    return (await managed.get({ accountId, arn })) ?? createMissingPolicy(arn)
  }

  /** The session policies are null when the session was made without any. */
  async function loadSession(
    accountId: AccountId,
    { inlinePolicy, policyArns, scopeDownPolicies }: SessionRestrictions,
  ): Promise<Pick<ApplicablePolicies, 'session' | 'scopeDown'>> {
    const named = await Promise.all(policyArns.map(arn => loadNamed(accountId, arn)))
    const inline =
      inlinePolicy === null ? [] : [compileSessionPolicy(SESSION_POLICY_ID, inlinePolicy)]
    const policies = [...inline, ...named]
    return {
      session: policies.length === 0 ? null : policies,
      scopeDown: scopeDownPolicies.map((document, index) =>
        compileSessionPolicy(`inline:scope-down-${index + 1}`, document),
      ),
    }
  }

  function compileSessionPolicy(policyId: string, document: string): AppliedPolicy {
    const cached = inlineSessionPolicies.get(document)
    if (cached !== undefined) return { policyId, policy: cached }
    const compiled = compileStoredPolicy(policyId, document, 'session')
    inlineSessionPolicies.set(document, compiled.policy)
    return compiled
  }

  async function loadKeySession(
    accountId: AccountId,
    session: SessionRestrictions | null,
  ): Promise<Partial<ApplicablePolicies>> {
    return session === null ? {} : loadSession(accountId, session)
  }

  async function loadOfEntity(
    accountId: AccountId,
    { id, permissionsBoundaryArn }: User | Role,
  ): Promise<Pick<ApplicablePolicies, 'identity' | 'boundary'>> {
    const [identity, boundary] = await Promise.all([
      loadIdentity({ accountId, id }),
      permissionsBoundaryArn === null ? null : loadNamed(accountId, permissionsBoundaryArn),
    ])
    return { identity, boundary }
  }

  async function loadPrincipalLayers(caller: PolicySubject): Promise<Partial<ApplicablePolicies>> {
    const { id } = caller.account
    switch (caller.kind) {
      case 'root':
        return { isAccountRoot: true, ...(await loadKeySession(id, caller.session)) }
      case 'user':
        // A session of `GetSessionToken` may do what its user may, unless it was narrowed later.
        return {
          ...(await loadOfEntity(id, caller.user)),
          ...(await loadKeySession(id, caller.session)),
        }
      case 'assumed-role':
        return {
          ...(await loadOfEntity(id, caller.role)),
          ...(await loadSession(id, caller.session)),
        }
      case 'federated-user': {
        const { session, scopeDown } = await loadSession(id, caller.session)
        // Made without session policies, the session may do nothing (aws-wire §8).
        return { ...(await loadOfEntity(id, caller.user)), session: session ?? [], scopeDown }
      }
      case 'web-identity':
        return {}
    }
  }

  async function assemble(
    caller: PolicySubject,
    resourceAccount: Account,
  ): Promise<ApplicablePolicies> {
    // Whoever only has a token of another issuer is no principal of the organization.
    const isPrincipal = caller.kind !== 'web-identity'
    const [layers, serviceControl, resourceControl] = await Promise.all([
      loadPrincipalLayers(caller),
      isPrincipal ? controls.loadServiceControl(caller.account) : [],
      controls.loadResourceControl(resourceAccount),
    ])
    return { ...NO_POLICIES, ...layers, serviceControl, resourceControl }
  }

  return {
    async load(caller, resourceAccount) {
      const kept = known.get(caller)
      if (kept?.generation === generation && kept.resourceAccount === resourceAccount) {
        return kept.policies
      }
      // Read before the wait: what changes meanwhile makes the answer stale for later callers.
      const begun = generation
      const policies = await assemble(caller, resourceAccount)
      if (caller.kind === 'user' || caller.kind === 'root') {
        known.set(caller, { resourceAccount, generation: begun, policies })
      }
      return policies
    },
    hasManaged: async (accountId, arn) => (await managed.get({ accountId, arn })) !== null,
    invalidate(topics) {
      if (topics.length > 0) generation += 1
      managed.invalidate(topics)
      principals.invalidate(topics)
      controls.invalidate(topics)
    },
    cacheStatistics: () => ({
      'managed-policies': managed.statistics(),
      'principal-policies': principals.statistics(),
      'session-policies': inlineSessionPolicies.statistics(),
      ...controls.cacheStatistics(),
    }),
  }
}

/** How the audit names the policy that was passed with the session. */
const SESSION_POLICY_ID = 'inline:session'

/** Stands for a named policy that does not exist: what it denied is unknown, so all is denied. */
function createMissingPolicy(arn: string): AppliedPolicy {
  return { policyId: arn, policy: DENY_ALL.policy }
}

const DENY_ALL = compileStoredPolicy(
  'missing',
  '{"Version":"2012-10-17","Statement":{"Sid":"PolicyIsMissing","Effect":"Deny","Action":"*","Resource":"*"}}',
  'boundary',
)
