import { ServiceError } from '../../errors.ts'
import { formatFederatedUserArn } from '../../principals/arn.ts'
import type { Session } from '../../principals/session.ts'
import { type Infer, integer, optional, required, string, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { type Call, defineOperation, type Permission } from '../operation.ts'
import { findLongTermPrincipal } from './get-session-token.ts'
import {
  checkSessionPolicy,
  checkSessionTags,
  credentials,
  describeCredentials,
  describeIssued,
  issueSession,
  listPolicyArns,
  sessionPolicyInput,
  sessionTags,
} from './session-request.ts'

const DEFAULT_SECONDS = 43_200

const input = structure('GetFederationTokenRequest', {
  name: required(string({ minLength: 2, maxLength: 32, pattern: '[\\w+=,.@-]*' })),
  ...sessionPolicyInput,
  durationSeconds: optional(integer({ min: 900, max: 129_600 })),
  tags: sessionTags,
})

type Input = Infer<typeof input>

/**
 * Temporary credentials for somebody whom the calling user vouches for: at most what the user may, and
 * of that only what the session policies allow; without session policies, nothing (AWS STS API
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
    packedPolicySize: optional(integer()),
  }),
  authentication: 'signature',
  readOnly: true,
  requestParameters: ({ name, durationSeconds, tags = [] }) => ({
    name,
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(tags.length > 0 && { tags: tags.map(({ key, value }) => ({ key, value })) }),
  }),
  checkInput: request => {
    checkSessionPolicy(request)
    checkSessionTags(request.tags ?? [])
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
  const home = { partition: caller.account.partition, accountId: caller.account.id }
  const resource = formatFederatedUserArn(home, name)
  const context = [
    ...(tags.length > 0 ? [['aws:TagKeys', tags.map(({ key }) => key)] as const] : []),
    ...tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
  ]
  const permission = { action: 'sts:GetFederationToken', resource, context }
  return tags.length === 0
    ? [permission]
    : [permission, { ...permission, action: 'sts:TagSession' }]
}

async function run(request: Input, call: Call) {
  const { caller, nowMs } = call
  const { name, durationSeconds = DEFAULT_SECONDS, tags = [], policy = null } = request
  const session: Session = {
    kind: 'federated-user',
    name,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + durationSeconds * 1000,
    tags,
    transitiveTagKeys: [],
    sourceIdentity: null,
    federatedProvider: null,
    isChained: false,
    inlinePolicy: policy,
    policyArns: listPolicyArns(request),
    computeContext: new Map(),
  }
  const principal = findLongTermPrincipal(call, 'GetFederationToken')
  const { issued, packedPolicySize } = issueSession(call, session, principal)
  const home = { partition: caller.account.partition, accountId: caller.account.id }
  const federatedUser = {
    federatedUserId: `${caller.account.id}:${name}`,
    arn: formatFederatedUserArn(home, name),
  }
  return {
    output: {
      credentials: describeCredentials(issued),
      federatedUser,
      ...(packedPolicySize !== null && { packedPolicySize }),
    },
    responseElements: { credentials: describeIssued(issued), federatedUser },
    additionalEventData: null,
  }
}
