import { ServiceError } from '../../errors.ts'
import { type Infer, integer, optional, required, string, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { type Call, defineOperation, type Permission } from '../operation.ts'
import { tagKeys } from '../tag-shapes.ts'
import { examineAssertion, isOfOidcProvider, requireAsserted } from './asserted-identity.ts'
import { refuseSessionsOf } from './long-term-caller.ts'
import { checkMfa } from './mfa.ts'
import { providedContexts, readComputeContext } from './provided-contexts.ts'
import {
  checkRoleArn,
  issueRoleSession,
  permissionsForRoleSession,
  type SessionTraits,
} from './role-session.ts'
import { checkSessionPolicies, toSessionPolicyParameters } from './session-policies.ts'
import {
  assumedRoleUser,
  credentials,
  mfaInput,
  roleArn,
  roleSessionName,
  sessionPolicyInput,
  sessionTags,
  tokenSizeInput,
  tokenSizeOutput,
  unboundedPolicy,
} from './session-shapes.ts'
import { checkSessionTags, combineTags, toSessionTagParameters } from './session-tags.ts'

const input = structure('AssumeRoleRequest', {
  roleArn: required(roleArn),
  roleSessionName: required(roleSessionName),
  ...sessionPolicyInput(unboundedPolicy),
  durationSeconds: optional(integer({ min: 900, max: 43_200 })),
  tags: sessionTags,
  transitiveTagKeys: optional(tagKeys),
  externalId: optional(string({ minLength: 2, maxLength: 1224, pattern: '[\\w+=,.@:\\/-]*' })),
  ...mfaInput,
  sourceIdentity: optional(string({ minLength: 2, maxLength: 256, pattern: '[\\w+=,.@-]*' })),
  providedContexts,
  ...tokenSizeInput,
})

const output = structure('AssumeRoleResponse', {
  assumedRoleUser: required(assumedRoleUser),
  credentials: required(credentials),
  packedPolicySize: optional(integer()),
  sourceIdentity: optional(string()),
  ...tokenSizeOutput,
})

type Input = Infer<typeof input>

/**
 * Temporary credentials of a role (AWS STS API Reference: AssumeRole; aws-wire §8). The role's trust
 * policy decides together with the caller's own policies.
 */
export const assumeRole = defineOperation({
  api: STS,
  name: 'AssumeRole',
  input,
  output,
  authentication: 'signature',
  readOnly: true,
  effect: 'grants',
  rateClass: 'sts',
  requestParameters: request => ({
    roleArn: request.roleArn,
    roleSessionName: request.roleSessionName,
    ...(request.durationSeconds !== undefined && { durationSeconds: request.durationSeconds }),
    ...(request.externalId !== undefined && { externalId: request.externalId }),
    ...(request.sourceIdentity !== undefined && { sourceIdentity: request.sourceIdentity }),
    ...toSessionPolicyParameters(request),
    ...toSessionTagParameters(request),
    ...(request.providedContexts !== undefined && {
      providedContexts: request.providedContexts.map(({ providerArn = null }) => ({ providerArn })),
    }),
  }),
  checkInput: request => {
    checkRoleArn(request.roleArn)
    checkSessionPolicies(request)
    checkSessionTags(request)
    checkMfa(request)
  },
  checkCaller: call => {
    if (call.caller.kind === 'root') {
      throw new ServiceError('AccessDenied', 'Roles may not be assumed by root accounts.')
    }
    refuseSessionsOf(['federated-user'], call, 'AssumeRole')
  },
  permissions,
  run: async (request, call, permitted) => {
    const traits = { ...findTraits(request, call), identityContext: requireAsserted(permitted) }
    return {
      ...(await issueRoleSession(call, permitted, request, traits)),
      additionalEventData: null,
    }
  },
})

async function permissions(request: Input, call: Call): Promise<readonly Permission[]> {
  const { externalId, roleArn, providedContexts } = request
  const { services } = call
  const context = externalId === undefined ? [] : [['sts:ExternalId', externalId] as const]
  const traits = findTraits(request, call)
  const role = await services.directory.findTrustingRole(roleArn)
  const asserted = await examineAssertion(providedContexts, role, services)
  return permissionsForRoleSession(call, 'sts:AssumeRole', request, traits, context, asserted)
}

/** @throws ServiceError when the request would change what its caller's session has for good */
function findTraits(request: Input, call: Call): Omit<SessionTraits, 'identityContext'> {
  const { caller } = call
  const { providedContexts = [] } = request
  return {
    ...combineTags(request, caller.session),
    sourceIdentity: combineSourceIdentity(request, call),
    // Only the session that was made with a token tells of it (aws-wire §3.3).
    federatedProvider: null,
    webIdentity: null,
    isChained: caller.kind === 'assumed-role',
    computeContext: readComputeContext(
      providedContexts.filter(context => !isOfOidcProvider(context)),
      call,
    ),
  }
}

/** Once set, a source identity goes through every later role unchanged. The refusal is observed. */
function combineSourceIdentity({ sourceIdentity }: Input, { caller }: Call): string | null {
  const inherited = caller.session?.sourceIdentity ?? null
  if (inherited !== null && sourceIdentity !== undefined && sourceIdentity !== inherited) {
    throw new ServiceError(
      'ValidationError',
      'The source identity is already set for this assume role session',
    )
  }
  return inherited ?? sourceIdentity ?? null
}
