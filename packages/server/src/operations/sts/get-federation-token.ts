import { ServiceError } from '../../errors.ts'
import { formatFederatedUserArn, toArnHome } from '../../principals/arn.ts'
import type { Session } from '../../principals/session.ts'
import { type Infer, integer, optional, required, string, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { type Call, defineOperation, type Permission } from '../operation.ts'
import { listRequestTags } from '../tag-context.ts'
import { issueSession } from './issue-session.ts'
import { findLongTermPrincipal } from './long-term-caller.ts'
import {
  checkSessionPolicies,
  listPolicyArns,
  requireManagedPolicies,
  toSessionPolicyParameters,
} from './session-policies.ts'
import {
  credentials,
  policy,
  sessionPolicyInput,
  sessionTags,
  tokenSizeInput,
  tokenSizeOutput,
} from './session-shapes.ts'
import { checkSessionTags, toSessionTagParameters } from './session-tags.ts'

const DEFAULT_SECONDS = 43_200

const input = structure('GetFederationTokenRequest', {
  name: required(string({ minLength: 2, maxLength: 32, pattern: '[\\w+=,.@-]*' })),
  ...sessionPolicyInput(policy),
  durationSeconds: optional(integer({ min: 900, max: 129_600 })),
  tags: sessionTags,
  ...tokenSizeInput,
})

type Input = Infer<typeof input>

/**
 * Temporary credentials for somebody whom the calling user vouches for. They allow only what both the
 * user's policies and the session policies allow; without session policies, nothing (AWS STS API
 * Reference: GetFederationToken; aws-wire §8).
 */
export const getFederationToken = defineOperation({
  api: STS,
  name: 'GetFederationToken',
  input,
  output: structure('GetFederationTokenResponse', {
    credentials: required(credentials),
    federatedUser: required(
      structure('FederatedUser', { federatedUserId: required(string()), arn: required(string()) }),
    ),
    packedPolicySize: required(integer()),
    ...tokenSizeOutput,
  }),
  authentication: 'signature',
  readOnly: true,
  effect: 'grants',
  rateClass: 'sts',
  requestParameters: request => ({
    name: request.name,
    ...(request.durationSeconds !== undefined && { durationSeconds: request.durationSeconds }),
    ...toSessionPolicyParameters(request),
    ...toSessionTagParameters(request),
  }),
  checkInput: request => {
    checkSessionPolicies(request)
    checkSessionTags(request)
  },
  checkCaller: call => {
    const principal = findLongTermPrincipal(call, 'GetFederationToken')
    if (principal.kind === 'root') {
      // AWS advises against it; a federated root would be bound by nothing but its session policy.
      throw new ServiceError('AccessDenied', 'Cannot call GetFederationToken as the account root')
    }
  },
  permissions,
  run,
})

function permissions({ name, tags = [] }: Input, { caller }: Call): readonly Permission[] {
  const resource = formatFederatedUserArn(toArnHome(caller.account), name)
  const context = listRequestTags(tags)
  const actions = ['sts:GetFederationToken', ...(tags.length === 0 ? [] : ['sts:TagSession'])]
  return actions.map(action => ({ action, resource, context }))
}

async function run(request: Input, call: Call) {
  const { account } = call.caller
  const {
    name,
    durationSeconds = DEFAULT_SECONDS,
    tags = [],
    policy: inlinePolicy = null,
  } = request
  await requireManagedPolicies(call, account, request)
  const session: Session = {
    kind: 'federated-user',
    name,
    issuedAtMs: call.nowMs,
    expiresAtMs: call.nowMs + durationSeconds * 1000,
    tags,
    transitiveTagKeys: [],
    sourceIdentity: null,
    federatedProvider: null,
    webIdentity: null,
    isChained: false,
    inlinePolicy,
    policyArns: listPolicyArns(request),
    computeContext: new Map(),
    scopeDownPolicies: [],
    identityContext: null,
  }
  const principal = findLongTermPrincipal(call, 'GetFederationToken')
  const { output, responseElements } = issueSession(call, session, principal, request)
  const federatedUser = {
    federatedUserId: `${account.id}:${name}`,
    arn: formatFederatedUserArn(toArnHome(account), name),
  }
  return {
    // AWS gives the size here even when nothing was packed (aws-wire-news §8).
    output: { packedPolicySize: 0, ...output, federatedUser },
    responseElements: { ...responseElements, federatedUser },
    additionalEventData: null,
  }
}
