import { ServiceError } from '../../errors.ts'
import type { ContextValue } from '../../policy/decision.ts'
import { formatAssumedRoleArn, parseArn } from '../../principals/arn.ts'
import { parseComputeContext } from '../../principals/compute-context.ts'
import type { Session } from '../../principals/session.ts'
import { mergePrincipalTags, normalizeTagKey, type Tag } from '../../principals/tags.ts'
import {
  type Infer,
  integer,
  list,
  optional,
  required,
  string,
  structure,
} from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { tagKeys } from '../iam/iam-shapes.ts'
import { type Call, defineOperation, type Permission } from '../operation.ts'
import {
  arn,
  checkSessionPolicy,
  checkSessionTags,
  credentials,
  describeCredentials,
  describeIssued,
  issueSession,
  listPolicyArns,
  roleSessionName,
  sessionPolicyInput,
  sessionTags,
} from './session-request.ts'

const DEFAULT_SECONDS = 3600
/** The longest session of a role that was assumed by another role's session. */
const CHAINED_SECONDS = 3600

const input = structure('AssumeRoleRequest', {
  roleArn: required(arn),
  roleSessionName: required(roleSessionName),
  ...sessionPolicyInput,
  durationSeconds: optional(integer({ min: 900, max: 43_200 })),
  tags: sessionTags,
  transitiveTagKeys: optional(tagKeys),
  externalId: optional(string({ minLength: 2, maxLength: 1224, pattern: '[\\w+=,.@:\\/-]*' })),
  serialNumber: optional(string({ minLength: 9, maxLength: 256, pattern: '[\\w+=/:,.@-]*' })),
  tokenCode: optional(string({ minLength: 6, maxLength: 6, pattern: '[\\d]*' })),
  sourceIdentity: optional(string({ minLength: 2, maxLength: 64, pattern: '[\\w+=,.@-]*' })),
  providedContexts: optional(
    list(
      structure('ProvidedContext', {
        providerArn: optional(arn),
        contextAssertion: optional(string({ minLength: 4, maxLength: 2048 })),
      }),
      { minItems: 1, maxItems: 5 },
    ),
  ),
})

/** `AssumedRoleUser` of an answer. */
export const assumedRoleUser = structure('AssumedRoleUser', {
  assumedRoleId: required(string()),
  arn: required(string()),
})

const output = structure('AssumeRoleResponse', {
  credentials: required(credentials),
  assumedRoleUser: required(assumedRoleUser),
  packedPolicySize: optional(integer()),
  sourceIdentity: optional(string()),
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
  requestParameters: ({
    roleArn,
    roleSessionName: name,
    durationSeconds,
    sourceIdentity,
    tags = [],
  }) => ({
    roleArn,
    roleSessionName: name,
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(tags.length > 0 && { tags: tags.map(({ key, value }) => ({ key, value })) }),
  }),
  checkInput,
  checkCaller,
  permissions,
  run,
})

function checkInput(request: Input): void {
  checkRoleArn(request.roleArn)
  checkSessionPolicy(request)
  checkSessionTags(request.tags ?? [])
  if (request.tokenCode !== undefined) {
    throw new ServiceError(
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
    )
  }
  if (request.sourceIdentity?.toLowerCase().startsWith('aws:')) {
    throw new ServiceError('ValidationError', 'SourceIdentity may not begin with aws:')
  }
}

/** @throws ServiceError `ValidationError` for what is no role's ARN */
export function checkRoleArn(roleArn: string): void {
  const parts = parseArn(roleArn)
  const isRole = parts?.service === 'iam' && /^role\/./.test(parts.resource)
  if (!isRole || !/^\d{12}$/.test(parts.account)) {
    throw new ServiceError('ValidationError', `${roleArn} is invalid`)
  }
}

function checkCaller({ caller }: Call): void {
  if (caller.kind === 'root') {
    throw new ServiceError('AccessDenied', 'Roles may not be assumed by root accounts.')
  }
  if (caller.kind === 'federated-user') {
    // The text is UNVERIFIED; that these sessions may not call it is not.
    throw new ServiceError('AccessDenied', 'Cannot call AssumeRole with federated user credentials')
  }
}

async function permissions(request: Input, call: Call): Promise<readonly Permission[]> {
  const { caller, services } = call
  const { roleArn: resource, externalId, tags = [], transitiveTagKeys = [] } = request
  const trustingRole = await services.directory.findTrustingRole(resource)
  const inherited = listInheritedTags(caller.session)
  const effectiveIdentity = caller.session?.sourceIdentity ?? request.sourceIdentity ?? null

  const context: (readonly [string, ContextValue])[] = [
    ['sts:RoleSessionName', request.roleSessionName],
  ]
  if (externalId !== undefined) context.push(['sts:ExternalId', externalId])
  if (effectiveIdentity !== null) context.push(['sts:SourceIdentity', effectiveIdentity])
  const requested = mergePrincipalTags(inherited, tags)
  if (requested.length > 0) context.push(['aws:TagKeys', requested.map(({ key }) => key)])
  for (const { key, value } of requested) context.push([`aws:RequestTag/${key}`, value])
  if (transitiveTagKeys.length > 0) context.push(['sts:TransitiveTagKeys', transitiveTagKeys])
  for (const { key, value } of trustingRole?.role.tags ?? []) {
    context.push([`aws:ResourceTag/${key}`, value])
  }

  const actions = ['sts:AssumeRole']
  if (requested.length > 0) actions.push('sts:TagSession')
  if (effectiveIdentity !== null) actions.push('sts:SetSourceIdentity')
  if (request.providedContexts !== undefined) actions.push('sts:SetContext')
  return actions.map(action => ({ action, resource, context, trustingRole }))
}

async function run(request: Input, call: Call) {
  const { caller, nowMs, services } = call
  // The trust policy has just been read: without the role nothing was allowed.
  const target = await services.directory.findTrustingRole(request.roleArn)
  if (target === null) throw new ServiceError('AccessDenied', 'The role does not exist.')
  const { role, account } = target

  const isChained = caller.kind === 'assumed-role'
  const durationSeconds = request.durationSeconds ?? DEFAULT_SECONDS
  checkDuration(durationSeconds, role.maxSessionSeconds, isChained)
  const session: Session = {
    kind: 'assumed-role',
    name: request.roleSessionName,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + durationSeconds * 1000,
    ...combineTags(request, caller.session),
    sourceIdentity: combineSourceIdentity(request, call),
    federatedProvider: null,
    isChained,
    inlinePolicy: request.policy ?? null,
    policyArns: listPolicyArns(request),
    computeContext: readComputeContext(request, call),
  }
  const principal = { kind: 'role', accountId: account.id, roleId: role.id } as const
  const { issued, packedPolicySize } = issueSession(call, session, principal)
  const home = { partition: account.partition, accountId: account.id }
  const user = {
    assumedRoleId: `${role.id}:${request.roleSessionName}`,
    arn: formatAssumedRoleArn(home, role.name, request.roleSessionName),
  }
  return {
    output: {
      credentials: describeCredentials(issued),
      assumedRoleUser: user,
      ...(packedPolicySize !== null && { packedPolicySize }),
      ...(session.sourceIdentity !== null && { sourceIdentity: session.sourceIdentity }),
    },
    responseElements: { credentials: describeIssued(issued), assumedRoleUser: user },
    additionalEventData: null,
  }
}

/** @throws ServiceError `ValidationError` when the session would be longer than its role or a chain allows */
export function checkDuration(
  durationSeconds: number,
  maxSessionSeconds: number,
  isChained: boolean,
): void {
  if (isChained && durationSeconds > CHAINED_SECONDS) {
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    )
  }
  if (durationSeconds > maxSessionSeconds) {
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
}

/** The tags that a session hands on to the next role: those whose keys are transitive. */
function listInheritedTags(session: Session | null): readonly Tag[] {
  if (session === null) return []
  const transitive = new Set(session.transitiveTagKeys.map(normalizeTagKey))
  return session.tags.filter(({ key }) => transitive.has(normalizeTagKey(key)))
}

/** Inherited transitive tags stay as they are; what the request adds may not touch them. */
function combineTags(
  { tags = [], transitiveTagKeys = [] }: Input,
  session: Session | null,
): Pick<Session, 'tags' | 'transitiveTagKeys'> {
  const inherited = listInheritedTags(session)
  const inheritedKeys = new Set(inherited.map(({ key }) => normalizeTagKey(key)))
  if (tags.some(({ key }) => inheritedKeys.has(normalizeTagKey(key)))) {
    throw new ServiceError(
      'InvalidParameterValue',
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
  const own = new Set(tags.map(({ key }) => normalizeTagKey(key)))
  const unknown = transitiveTagKeys.find(key => !own.has(normalizeTagKey(key)))
  if (unknown !== undefined) {
    // The text is UNVERIFIED.
    throw new ServiceError(
      'InvalidParameterValue',
      `The specified transitive tag key ${unknown} must be included in the requested tags.`,
    )
  }
  return {
    tags: [...inherited, ...tags],
    transitiveTagKeys: [...inherited.map(({ key }) => key), ...transitiveTagKeys],
  }
}

/** Once set, a source identity goes through every later role unchanged. */
function combineSourceIdentity({ sourceIdentity }: Input, { caller }: Call): string | null {
  const inherited = caller.session?.sourceIdentity ?? null
  if (inherited !== null && sourceIdentity !== undefined && sourceIdentity !== inherited) {
    throw new ServiceError(
      'AccessDenied',
      'The source identity of the calling session cannot be changed.',
    )
  }
  return inherited ?? sourceIdentity ?? null
}

/** What a trusted broker says of where the workload runs. Anybody else is refused. */
function readComputeContext(
  { providedContexts = [] }: Input,
  { caller, services }: Call,
): ReadonlyMap<string, string> {
  const claims = new Map<string, string>()
  for (const { providerArn, contextAssertion } of providedContexts) {
    if (!services.computeContextBrokers.has(caller.principalArn)) {
      throw new ServiceError(
        'AccessDenied',
        `User: ${caller.arn} is not trusted to provide compute context`,
      )
    }
    if (providerArn !== COMPUTE_CONTEXT_PROVIDER || contextAssertion === undefined) {
      throw new ServiceError(
        'InvalidParameterValue',
        `ProvidedContexts needs the ProviderArn ${COMPUTE_CONTEXT_PROVIDER} and a ContextAssertion.`,
      )
    }
    for (const [name, value] of parseComputeContext(contextAssertion)) claims.set(name, value)
  }
  return claims
}

/** The provider under which `ProvidedContexts` carries compute context. */
const COMPUTE_CONTEXT_PROVIDER = 'arn:aws:iam::aws:contextProvider/Compute'
