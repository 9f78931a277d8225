import { ServiceError } from '../../errors.ts'
import {
  type Arn,
  findProviderIssuer,
  formatOidcProviderArn,
  parseArn,
  toArnHome,
} from '../../principals/arn.ts'
import type { WebIdentityCaller } from '../../principals/caller.ts'
import type { Account, OidcProvider } from '../../principals/entities.ts'
import { isAccountId } from '../../principals/identifiers.ts'
import { type IdentityContext, listIdentityContextKeys } from '../../principals/identity-context.ts'
import type { VerifiedWebIdentity } from '../../principals/web-identity.ts'
import { type Infer, integer, optional, required, string, structure } from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import {
  type Call,
  type ContextPairs,
  defineOperation,
  type Outcome,
  type Permission,
  type UnsignedCall,
} from '../operation.ts'
import type { Services } from '../services.ts'
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
  policy,
  roleArn,
  roleSessionName,
  sessionPolicyInput,
  tokenSizeInput,
  tokenSizeOutput,
  trustedIdentityPropagationContext,
} from './session-shapes.ts'

const input = structure('AssumeRoleWithWebIdentityRequest', {
  roleArn: required(roleArn),
  roleSessionName: required(roleSessionName),
  webIdentityToken: required(string({ minLength: 4, maxLength: 20_000 })),
  providerId: optional(string({ minLength: 4, maxLength: 2048 })),
  ...sessionPolicyInput(policy),
  durationSeconds: optional(integer({ min: 900, max: 43_200 })),
  ...tokenSizeInput,
})

const output = structure('AssumeRoleWithWebIdentityResponse', {
  audience: required(string()),
  assumedRoleUser: required(assumedRoleUser),
  provider: required(string()),
  credentials: required(credentials),
  subjectFromWebIdentityToken: required(string()),
  packedPolicySize: optional(integer()),
  sourceIdentity: optional(string()),
  ...tokenSizeOutput,
  trustedIdentityPropagationContext: optional(trustedIdentityPropagationContext),
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
  effect: 'grants',
  rateClass: 'sts',
  requestParameters: request => ({
    roleArn: request.roleArn,
    roleSessionName: request.roleSessionName,
    ...(request.providerId !== undefined && { providerId: request.providerId }),
    ...(request.durationSeconds !== undefined && { durationSeconds: request.durationSeconds }),
    ...toSessionPolicyParameters(request),
  }),
  checkInput: request => {
    checkRoleArn(request.roleArn)
    checkSessionPolicies(request)
    if (request.providerId !== undefined) {
      // Only for Login with Amazon and Facebook, whose OAuth 2.0 tokens are no JWTs. The code is observed.
      throw new ServiceError('AccessDenied', 'ProviderId is not for OpenID Connect tokens')
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
  const account = isAccountId(accountId) ? await services.directory.findAccount(accountId) : null
  const identity = await services.webIdentity.verify(request.webIdentityToken, issuer =>
    findProvider(services, account, issuer),
  )
  // A provider was found, so the account is there.
  if (account === null) throw new TypeError('a token was verified for an account that is not there')
  checkRoles(identity, request.roleArn)
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

/** Providers are known by their URL without its scheme; `iss` must be the whole of it. */
async function findProvider(
  { directory }: Services,
  account: Account | null,
  issuer: string,
): Promise<OidcProvider | null> {
  if (account === null) return null
  const arn = formatOidcProviderArn(toArnHome(account), issuer)
  const provider = await directory.findOidcProvider(account.id, arn)
  return provider?.url === issuer ? provider : null
}

/**
 * A token may be for certain roles only. Any other role is refused, whomever it trusts. Text
 * observed.
 */
function checkRoles({ authorizedRoleArns }: VerifiedWebIdentity, roleArn: string): void {
  if (authorizedRoleArns === null || authorizedRoleArns.includes(roleArn)) return
  throw new ServiceError(
    'InvalidIdentityToken',
    'The target role ARN is not present in the roles claim of the identity token',
  )
}

function permissions(request: Input, call: Call): Promise<readonly Permission[]> {
  const identity = findIdentity(call)
  const context = listTokenContext(identity)
  const traits = findTraits(identity)
  return permissionsForRoleSession(call, 'sts:AssumeRoleWithWebIdentity', request, traits, context)
}

/** Condition keys that begin with the issuer, without its scheme. */
function listTokenContext(identity: VerifiedWebIdentity): ContextPairs {
  const issuer = findProviderIssuer(identity.provider.arn)
  const [audience, ...others] = identity.originalAudiences
  // One audience is a text. Several are a set, which no operator for single values matches.
  const original = audience === undefined || others.length > 0 ? null : audience
  const { authenticationMethods, email, providerClaims, identityContext } = identity
  return [
    [`${issuer}:aud`, identity.audience],
    [`${issuer}:oaud`, original ?? identity.originalAudiences],
    [`${issuer}:sub`, identity.subject],
    ...(authenticationMethods === null ? [] : [[`${issuer}:amr`, authenticationMethods] as const]),
    ...(email === null ? [] : [[`${issuer}:email`, email] as const]),
    ...[...providerClaims].map(([name, value]) => [`${issuer}:${name}`, value] as const),
    ['sts:RoleAuthorizedByIdp', String(identity.authorizedRoleArns !== null)],
    ...(identityContext === null ? [] : listIdentityContextKeys(identityContext)),
  ]
}

function findTraits(identity: VerifiedWebIdentity): SessionTraits {
  return {
    tags: identity.sessionTags,
    transitiveTagKeys: identity.transitiveTagKeys,
    sourceIdentity: identity.sourceIdentity,
    federatedProvider: identity.provider.arn,
    webIdentity: {
      subject: identity.subject,
      audience: identity.audience,
      authenticationMethods: identity.authenticationMethods,
    },
    isChained: false,
    computeContext: new Map(),
    identityContext: identity.identityContext,
  }
}

async function run(
  request: Input,
  call: Call,
  permitted: readonly Permission[],
): Promise<Outcome<Infer<typeof output>>> {
  const identity = findIdentity(call)
  const issued = await issueRoleSession(call, permitted, request, findTraits(identity))
  const proven = {
    audience: identity.audience,
    provider: identity.provider.arn,
    subjectFromWebIdentityToken: identity.subject,
  }
  return {
    output: { ...issued.output, ...proven, ...toContextFields(identity.identityContext) },
    // The context is left out, since it is about a person. The events of the session say whom it
    // acts for.
    responseElements: { ...issued.responseElements, ...proven },
    additionalEventData:
      identity.authorizedRoleArns === null ? null : { RoleAuthorizedByIdp: true },
  }
}

function toContextFields(context: IdentityContext | null) {
  if (context === null) return {}
  const { origin, claims } = context
  const { subject, subjectType, issuer, federatedProvider } = origin
  return {
    trustedIdentityPropagationContext: {
      originIdentity: {
        subject,
        ...(subjectType !== null && { subjectType }),
        issuer,
        federatedProviderArn: federatedProvider,
      },
      ...(claims.size > 0 && { transactionContext: { identityProvider: claims } }),
    },
  }
}

function findIdentity({ caller }: Call): VerifiedWebIdentity {
  if (caller.kind === 'web-identity') return caller.identity
  throw new TypeError(`the caller of an unsigned operation is of kind ${caller.kind}`)
}
