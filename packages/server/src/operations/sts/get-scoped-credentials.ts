import { ServiceError } from '../../errors.ts'
import type { Caller } from '../../principals/caller.ts'
import type { Session } from '../../principals/session.ts'
import type { SessionPrincipal } from '../../principals/session-principal.ts'
import { type Infer, integer, optional, required, string, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { type Call, defineOperation } from '../operation.ts'
import { refuseGlobalEndpoint } from './global-endpoint.ts'
import { issueSession } from './issue-session.ts'
import { checkSessionPolicies } from './session-policies.ts'
import { credentials, policy, tokenSizeInput, tokenSizeOutput } from './session-shapes.ts'

/** Policies that may narrow a session one after the other (AWS STS API Reference: GetScopedCredentials). */
const MAX_SCOPE_DOWN_POLICIES = 3

const input = structure('GetScopedCredentialsRequest', {
  policy: optional(policy),
  durationSeconds: optional(integer({ min: 1, max: 129_600 })),
  ...tokenSizeInput,
  scopedSessionDescription: optional(
    string({
      minLength: 2,
      maxLength: 256,
      pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
    }),
  ),
})

type Input = Infer<typeof input>

/**
 * Temporary credentials of the caller's own session that may do less, or end sooner, or both (AWS
 * STS API Reference: GetScopedCredentials; aws-wire-news §1.3). The caller stays the same. AWS's
 * texts are UNVERIFIED, and so is that the action needs a permission, on `*`: without one a Deny
 * would do nothing.
 */
export const getScopedCredentials = defineOperation({
  api: STS,
  name: 'GetScopedCredentials',
  input,
  output: structure('GetScopedCredentialsResponse', {
    credentials: required(credentials),
    sessionInfo: required(
      structure('ScopedSession', { scopedSessionId: required(string()), arn: required(string()) }),
    ),
    ...tokenSizeOutput,
    scopedPoliciesCount: required(integer()),
    sourceIdentity: optional(string()),
  }),
  authentication: 'signature',
  readOnly: true,
  effect: 'grants',
  rateClass: 'sts',
  requestParameters: request => ({
    ...(request.policy !== undefined && { policy: request.policy }),
    ...(request.durationSeconds !== undefined && { durationSeconds: request.durationSeconds }),
    ...(request.scopedSessionDescription !== undefined && {
      scopedSessionDescription: request.scopedSessionDescription,
    }),
  }),
  checkInput: request => {
    if (request.policy === undefined && request.durationSeconds === undefined) {
      throw new ServiceError(
        'ValidationError',
        'At least one of Policy and DurationSeconds must be specified.',
      )
    }
    checkSessionPolicies({ policy: request.policy })
  },
  checkCaller: call => {
    refuseGlobalEndpoint(call)
    requireSession(call.caller)
  },
  permissions: () => [{ action: 'sts:GetScopedCredentials', resource: '*', context: [] }],
  run,
})

async function run(request: Input, call: Call) {
  const { caller } = call
  const { session, principal } = requireSession(caller)
  const scoped: Session = {
    // It keeps the instant at which the session was made: whatever revokes that session revokes
    // this one.
    ...session,
    expiresAtMs: findEnd(request, session, call.nowMs),
    scopeDownPolicies: addLayer(session.scopeDownPolicies, request.policy),
  }
  const { output, responseElements } = issueSession(call, scoped, principal, request)
  const { sourceIdentity } = session
  const common = {
    sessionInfo: { scopedSessionId: caller.userId, arn: caller.arn },
    scopedPoliciesCount: scoped.scopeDownPolicies.length,
    ...(sourceIdentity !== null && { sourceIdentity }),
  }
  return {
    output: { ...output, ...common },
    responseElements: { credentials: responseElements.credentials, ...common },
    additionalEventData: null,
  }
}

/** @throws ServiceError `InsufficientSessionLifetime`: a session never lasts longer than it was made for */
function findEnd({ durationSeconds }: Input, { expiresAtMs }: Session, nowMs: number): number {
  if (durationSeconds === undefined) return expiresAtMs
  const endsAtMs = nowMs + durationSeconds * 1000
  if (endsAtMs <= expiresAtMs) return endsAtMs
  throw new ServiceError(
    'InsufficientSessionLifetime',
    'The requested DurationSeconds exceeds the remaining lifetime of the calling session.',
  )
}

function addLayer(layers: readonly string[], added: string | undefined): readonly string[] {
  if (added === undefined) return layers
  if (layers.length < MAX_SCOPE_DOWN_POLICIES) return [...layers, added]
  throw new ServiceError(
    'AccessDenied',
    `A session can have at most ${MAX_SCOPE_DOWN_POLICIES} scope-down policies.`,
  )
}

/** @throws ServiceError `InvalidSubjectCredentials` for a long-term key */
function requireSession(caller: Caller): {
  readonly session: Session
  readonly principal: SessionPrincipal
} {
  const principal = findPrincipal(caller)
  if (caller.session !== null && principal !== null) return { session: caller.session, principal }
  throw new ServiceError(
    'InvalidSubjectCredentials',
    'GetScopedCredentials can be called with temporary security credentials only.',
  )
}

/** Whose session it is; null for a caller without one. */
function findPrincipal(caller: Caller): SessionPrincipal | null {
  const accountId = caller.account.id
  if (caller.kind === 'assumed-role') return { kind: 'role', accountId, roleId: caller.role.id }
  const { parentAccessKeyId } = caller
  if (parentAccessKeyId === undefined || caller.kind === 'web-identity') return null
  if (caller.kind === 'root') return { kind: 'root', accountId, parentAccessKeyId }
  return { kind: 'user', accountId, userId: caller.user.id, parentAccessKeyId }
}
