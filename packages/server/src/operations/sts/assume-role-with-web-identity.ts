import { ServiceError } from '../../errors.ts'
import type { ContextValue } from '../../policy/decision.ts'
import { type Arn, formatAssumedRoleArn, parseArn } from '../../principals/arn.ts'
import type { WebIdentityCaller } from '../../principals/caller.ts'
import { isAccountId } from '../../principals/identifiers.ts'
import type { Session } from '../../principals/session.ts'
import { type Infer, integer, optional, required, string, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { type Call, defineOperation, type Permission, type UnsignedCall } from '../operation.ts'
import { assumedRoleUser, checkDuration, checkRoleArn } from './assume-role.ts'
import {
  arn,
  checkSessionPolicy,
  credentials,
  describeCredentials,
  describeIssued,
  issueSession,
  listPolicyArns,
  roleSessionName,
  sessionPolicyInput,
} from './session-request.ts'

const DEFAULT_SECONDS = 3600

const input = structure('AssumeRoleWithWebIdentityRequest', {
  roleArn: required(arn),
  roleSessionName: required(roleSessionName),
  webIdentityToken: required(string({ minLength: 4, maxLength: 20_000 })),
  providerId: optional(string({ minLength: 4, maxLength: 2048 })),
  ...sessionPolicyInput,
  durationSeconds: optional(integer({ min: 900, max: 43_200 })),
})

const output = structure('AssumeRoleWithWebIdentityResponse', {
  credentials: required(credentials),
  subjectFromWebIdentityToken: required(string()),
  assumedRoleUser: required(assumedRoleUser),
  packedPolicySize: optional(integer()),
  provider: required(string()),
  audience: required(string()),
  sourceIdentity: optional(string()),
})

type Input = Infer<typeof input>

/**
 * Temporary credentials of a role for whoever holds a token of an OIDC provider that the role's account
 * has registered (AWS STS API Reference: AssumeRoleWithWebIdentity; aws-wire §8). The request is not
 * signed: the token is what proves who calls.
 */
export const assumeRoleWithWebIdentity = defineOperation({
  api: STS,
  name: 'AssumeRoleWithWebIdentity',
  input,
  output,
  authentication: authenticateByToken,
  readOnly: true,
  requestParameters: ({ roleArn, roleSessionName: name, durationSeconds }) => ({
    roleArn,
    roleSessionName: name,
    ...(durationSeconds !== undefined && { durationSeconds }),
  }),
  checkInput: request => {
    checkRoleArn(request.roleArn)
    checkSessionPolicy(request)
    if (request.providerId !== undefined) {
      // Only for Login with Amazon and Facebook, whose OAuth 2.0 tokens are no JWTs.
      throw new ServiceError(
        'ValidationError',
        'ProviderId is not supported for OpenID Connect tokens',
      )
    }
  },
  checkCaller: null,
  permissions,
  run,
})

async function authenticateByToken(
  request: Input,
  { services }: UnsignedCall,
): Promise<WebIdentityCaller> {
  const accountId = parseArn(request.roleArn)?.account ?? ''
  const account = isAccountId(accountId) ? await services.store.findAccount(accountId) : null
  const providers = account === null ? [] : await services.store.listOidcProviders(account.id)
  const identity = await services.webIdentity.verify(request.webIdentityToken, providers)
  // A provider was found, so the account is there.
  if (account === null) throw new Error('a token was verified for an account that is not there')
  const providerArn = identity.provider.arn as Arn
  return {
    kind: 'web-identity',
    account,
    identity,
    accessKeyId: null,
    session: null,
    arn: providerArn,
    principalArn: providerArn,
    userId: `${providerArn}:${identity.audience}:${identity.subject}`,
    principalTags: identity.sessionTags,
  }
}

async function permissions(request: Input, call: Call): Promise<readonly Permission[]> {
  const { identity } = asWebIdentity(call)
  const { roleArn: resource } = request
  if (identity.authorizedRoleArns !== null && !identity.authorizedRoleArns.includes(resource)) {
    throw new ServiceError(
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    )
  }
  const trustingRole = await call.services.directory.findTrustingRole(resource)
  const { sessionTags, transitiveTagKeys, sourceIdentity } = identity
  const provider = identity.issuer.replace(/^https?:\/\//, '')
  const context: (readonly [string, ContextValue])[] = [
    ['sts:RoleSessionName', request.roleSessionName],
    ['aws:FederatedProvider', identity.provider.arn],
    [`${provider}:aud`, identity.audience],
    [`${provider}:oaud`, identity.originalAudiences],
    [`${provider}:sub`, identity.subject],
  ]
  if (sourceIdentity !== null) context.push(['sts:SourceIdentity', sourceIdentity])
  if (sessionTags.length > 0) context.push(['aws:TagKeys', sessionTags.map(({ key }) => key)])
  for (const { key, value } of sessionTags) context.push([`aws:RequestTag/${key}`, value])
  if (transitiveTagKeys.length > 0) context.push(['sts:TransitiveTagKeys', transitiveTagKeys])
  for (const { key, value } of trustingRole?.role.tags ?? []) {
    context.push([`aws:ResourceTag/${key}`, value])
  }
  const actions = ['sts:AssumeRoleWithWebIdentity']
  if (sessionTags.length > 0) actions.push('sts:TagSession')
  if (sourceIdentity !== null) actions.push('sts:SetSourceIdentity')
  return actions.map(action => ({ action, resource, context, trustingRole }))
}

async function run(request: Input, call: Call) {
  const { nowMs, services } = call
  const { identity } = asWebIdentity(call)
  // The trust policy has just been read: without the role nothing was allowed.
  const target = await services.directory.findTrustingRole(request.roleArn)
  if (target === null) throw new ServiceError('AccessDenied', 'The role does not exist.')
  const { role, account } = target
  const durationSeconds = request.durationSeconds ?? DEFAULT_SECONDS
  checkDuration(durationSeconds, role.maxSessionSeconds, false)
  const session: Session = {
    kind: 'assumed-role',
    name: request.roleSessionName,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + durationSeconds * 1000,
    tags: identity.sessionTags,
    transitiveTagKeys: identity.transitiveTagKeys,
    sourceIdentity: identity.sourceIdentity,
    federatedProvider: identity.provider.arn,
    isChained: false,
    inlinePolicy: request.policy ?? null,
    policyArns: listPolicyArns(request),
    computeContext: new Map(),
  }
  const principal = { kind: 'role', accountId: account.id, roleId: role.id } as const
  const { issued, packedPolicySize } = issueSession(call, session, principal)
  const home = { partition: account.partition, accountId: account.id }
  const user = {
    assumedRoleId: `${role.id}:${request.roleSessionName}`,
    arn: formatAssumedRoleArn(home, role.name, request.roleSessionName),
  }
  const { subject, audience, sourceIdentity, provider } = identity
  return {
    output: {
      credentials: describeCredentials(issued),
      subjectFromWebIdentityToken: subject,
      assumedRoleUser: user,
      ...(packedPolicySize !== null && { packedPolicySize }),
      provider: provider.arn,
      audience,
      ...(sourceIdentity !== null && { sourceIdentity }),
    },
    responseElements: {
      credentials: describeIssued(issued),
      assumedRoleUser: user,
      subjectFromWebIdentityToken: subject,
      provider: provider.arn,
      audience,
    },
    additionalEventData: null,
  }
}

function asWebIdentity({ caller }: Call): WebIdentityCaller {
  if (caller.kind === 'web-identity') return caller
  throw new TypeError(`the caller of an unsigned operation is of kind ${caller.kind}`)
}
