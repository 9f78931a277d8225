import { ServiceError } from '../../errors.ts'
import { formatAssumedRoleArn, parseArn, toArnHome } from '../../principals/arn.ts'
import { COMPUTE_CONTEXT_KEYS } from '../../principals/compute-context.ts'
import { isAccountId } from '../../principals/identifiers.ts'
import { listIdentityContextKeys } from '../../principals/identity-context.ts'
import type { Session } from '../../principals/session.ts'
import type { AssertedIdentity, Call, ContextPairs, Permission } from '../operation.ts'
import { listRequestTags, listResourceTags } from '../tag-context.ts'
import { issueSession } from './issue-session.ts'
import { formatComputeProvider } from './provided-contexts.ts'
import { listPolicyArns, requireManagedPolicies, type SessionPolicies } from './session-policies.ts'

const DEFAULT_SECONDS = 3600
/** The longest session of a role that was assumed by another role's session. */
const CHAINED_SECONDS = 3600

/** What every request for a session of a role says. */
export interface RoleSessionRequest extends SessionPolicies {
  readonly roleArn: string
  readonly roleSessionName: string
  readonly durationSeconds?: number | undefined
  readonly minimumSessionTokenSize?: number | undefined
}

/** What a session of a role has from whoever asks for it: from the request, a session or a token. */
export type SessionTraits = Pick<
  Session,
  | 'tags'
  | 'transitiveTagKeys'
  | 'sourceIdentity'
  | 'federatedProvider'
  | 'webIdentity'
  | 'isChained'
  | 'computeContext'
  | 'identityContext'
>

/** @throws ServiceError `ValidationError` for what is no role's ARN */
export function checkRoleArn(roleArn: string): void {
  const parts = parseArn(roleArn)
  const isRole = parts?.service === 'iam' && parts.region === '' && /^role\/./.test(parts.resource)
  if (!isRole || !isAccountId(parts.account)) {
    throw new ServiceError('ValidationError', `${roleArn} is invalid`)
  }
}

/**
 * What the role's trust policy must allow: `action`, and more for what the session is to carry,
 * even when it is inherited from the caller's session. That a source identity comes first is
 * observed: one that the trust policy does not want is refused as `sts:SetSourceIdentity`.
 */
export async function permissionsForRoleSession(
  call: Call,
  action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity',
  { roleArn: resource, roleSessionName }: RoleSessionRequest,
  traits: Omit<SessionTraits, 'identityContext'>,
  ownContext: ContextPairs,
  assertedIdentity: AssertedIdentity | null = null,
): Promise<readonly Permission[]> {
  const { tags, transitiveTagKeys, sourceIdentity, computeContext } = traits
  const trustingRole = await call.services.directory.findTrustingRole(resource)
  const context: ContextPairs = [
    ['sts:RoleSessionName', roleSessionName],
    ...ownContext,
    ...(sourceIdentity === null ? [] : [['sts:SourceIdentity', sourceIdentity] as const]),
    ...listRequestTags(tags),
    ...(transitiveTagKeys.length === 0
      ? []
      : [['sts:TransitiveTagKeys', transitiveTagKeys] as const]),
    ...listProvidedKeys(computeContext, assertedIdentity, parseArn(resource)?.partition ?? ''),
    ...listResourceTags(trustingRole?.role.tags ?? []),
  ]
  const actions = [
    ...(sourceIdentity === null ? [] : ['sts:SetSourceIdentity']),
    action,
    ...(tags.length === 0 ? [] : ['sts:TagSession']),
    ...(computeContext.size === 0 && assertedIdentity === null ? [] : ['sts:SetContext']),
  ]
  return actions.map(each => ({
    ...{ action: each, resource, context, trustingRole },
    ...(assertedIdentity !== null && { assertedIdentity }),
  }))
}

/** What is asserted of the session, by the condition keys that it will have. */
function listProvidedKeys(
  computeContext: Session['computeContext'],
  assertedIdentity: AssertedIdentity | null,
  partition: string,
): ContextPairs {
  const providers = [
    ...(computeContext.size === 0 ? [] : [formatComputeProvider(partition)]),
    ...(assertedIdentity === null ? [] : [assertedIdentity.providerArn]),
  ]
  if (providers.length === 0) return []
  const identityContext = assertedIdentity?.context ?? null
  const asserted: ContextPairs = [
    ...[...computeContext].flatMap(([claim, value]) => {
      const key = COMPUTE_CONTEXT_KEYS.get(claim)
      return key === undefined ? [] : [[key, value] as const]
    }),
    ...(identityContext === null ? [] : listIdentityContextKeys(identityContext)),
  ]
  return [
    ['sts:RequestContextProviders', providers],
    ...asserted.map(([key, value]) => [`sts:RequestContext/${key}`, value] as const),
  ]
}

/**
 * Turns the role that was permitted and the traits of the session into credentials.
 * @returns members of the output and of the audit's `responseElements`
 * @throws ServiceError `ValidationError`, `PackedPolicyTooLarge`
 */
export async function issueRoleSession(
  call: Call,
  permitted: readonly Permission[],
  request: RoleSessionRequest,
  traits: SessionTraits,
) {
  const target = permitted[0]?.trustingRole ?? null
  if (target === null) throw new TypeError('a role was permitted that is not there')
  const { role, account } = target
  const { roleSessionName: name, durationSeconds = DEFAULT_SECONDS, policy = null } = request
  checkDuration(durationSeconds, role.maxSessionSeconds, traits.isChained)
  await requireManagedPolicies(call, account, request)
  const session: Session = {
    ...traits,
    kind: 'assumed-role',
    name,
    issuedAtMs: call.nowMs,
    expiresAtMs: call.nowMs + durationSeconds * 1000,
    inlinePolicy: policy,
    policyArns: listPolicyArns(request),
    scopeDownPolicies: [],
  }
  const principal = { kind: 'role', accountId: account.id, roleId: role.id } as const
  const { output, responseElements } = issueSession(call, session, principal, request)
  const { sourceIdentity } = traits
  const common = {
    assumedRoleUser: {
      assumedRoleId: `${role.id}:${name}`,
      arn: formatAssumedRoleArn(toArnHome(account), role.name, name),
    },
    ...(sourceIdentity !== null && { sourceIdentity }),
  }
  return {
    output: { ...output, ...common },
    responseElements: { ...responseElements, ...common },
  }
}

/** The role's own limit comes before that of a chain: observed, as are both texts. */
function checkDuration(
  durationSeconds: number,
  maxSessionSeconds: number,
  isChained: boolean,
): void {
  if (durationSeconds > maxSessionSeconds) {
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
  if (isChained && durationSeconds > CHAINED_SECONDS) {
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
}
