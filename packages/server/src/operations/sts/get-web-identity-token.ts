import { ServiceError } from '../../errors.ts'
import type { SessionClaims } from '../../issuer/issuer.ts'
import { isSigningAlgorithm } from '../../principals/algorithms.ts'
import { formatSelfArn, toArnHome } from '../../principals/arn.ts'
import type { Session } from '../../principals/session.ts'
import { SUBJECT_MODES, type SubjectMode } from '../../principals/subject-mode.ts'
import { findDuplicateTagKey } from '../../principals/tags.ts'
import {
  defaulted,
  type Infer,
  integer,
  list,
  optional,
  required,
  string,
  structure,
  timestamp,
} from '../../shapes/shape.ts'
import { STS } from '../apis.ts'
import { type Call, type ContextPairs, defineOperation, type Permission } from '../operation.ts'
import { listRequestTags } from '../tag-context.ts'
import { tags as requestTags } from '../tag-shapes.ts'
import { refuseGlobalEndpoint } from './global-endpoint.ts'
import { findTokenSubject } from './token-subject.ts'

// As AWS prints it: RFC 6749 §3.3 without the comma (aws-wire-news §1.1).
const SCOPE_VALUE = '[\\x21\\x23-\\x2B\\x2D-\\x5B\\x5D-\\x7E]+'

const input = structure('GetWebIdentityTokenRequest', {
  audience: required(
    list(string({ minLength: 1, maxLength: 1000 }), { minItems: 1, maxItems: 10 }),
  ),
  durationSeconds: defaulted(integer({ min: 60, max: 3600 }), 300),
  signingAlgorithm: required(string({ minLength: 5, maxLength: 5 })),
  scope: optional(
    string({ minLength: 1, maxLength: 256, pattern: `${SCOPE_VALUE}( ${SCOPE_VALUE})*` }),
  ),
  subjectMode: defaulted(string({ values: SUBJECT_MODES }), 'AWSIdentity'),
  tags: optional(requestTags),
})

const output = structure('GetWebIdentityTokenResponse', {
  webIdentityToken: required(string()),
  expiration: required(timestamp('milliseconds')),
})

type Input = Infer<typeof input>

/**
 * Issues a signed JWT that says who the caller is (AWS STS API Reference: GetWebIdentityToken;
 * aws-wire §1). The order of checks is the pipeline's; only what is special about tokens is here.
 */
export const getWebIdentityToken = defineOperation({
  api: STS,
  name: 'GetWebIdentityToken',
  input,
  output,
  authentication: 'signature',
  readOnly: true,
  effect: 'grants',
  rateClass: 'sts',
  requestParameters: ({ audience, durationSeconds, signingAlgorithm, tags = [], ...request }) => ({
    audience,
    durationSeconds,
    signingAlgorithm,
    ...(request.subjectMode !== 'AWSIdentity' && { subjectMode: request.subjectMode }),
    ...(request.scope !== undefined && { scope: request.scope }),
    ...(tags.length > 0 && { tags: tags.map(({ key, value }) => ({ key, value })) }),
  }),
  checkInput,
  checkCaller,
  permissions,
  run,
})

function checkInput(request: Input): void {
  const { signingAlgorithm, tags = [] } = request
  if (!isSigningAlgorithm(signingAlgorithm)) {
    throw new ServiceError(
      'ValidationError',
      'Requested SigningAlgorithm is not supported. See the GetWebIdentityToken documentation for supported algorithms',
    )
  }
  if (findDuplicateTagKey(tags) !== null) {
    throw new ServiceError(
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    )
  }
  checkScope(request)
}

/** AWS documents the rules; codes, texts and their order are UNVERIFIED (aws-wire-news §1.1). */
function checkScope({ scope, subjectMode, audience }: Input): void {
  if (scope === undefined) return
  const refuse = (text: string) => new ServiceError('ValidationError', text)
  if (new Set(listScopeValues(scope)).size < listScopeValues(scope).length) {
    throw refuse('Scope must not have a value twice.')
  }
  if (subjectMode !== 'OriginIdentity') {
    throw refuse('Scope can be specified only when SubjectMode is OriginIdentity.')
  }
  if (audience.length > 1) throw refuse('Scope can be specified only with exactly one Audience.')
}

function listScopeValues(scope: string | undefined): readonly string[] {
  return scope === undefined ? [] : scope.split(' ')
}

function checkCaller(call: Call): void {
  refuseGlobalEndpoint(call)
  if (call.caller.kind === 'federated-user') {
    throw new ServiceError(
      'AccessDenied',
      'GetWebIdentityToken does not support federated user sessions',
    )
  }
}

/** @throws ServiceError where the session acts for nobody whom the token could name */
function permissions(request: Input, { caller }: Call): readonly Permission[] {
  const { audience, durationSeconds, signingAlgorithm, tags = [], scope, subjectMode } = request
  // Whether AWS looks at the session before or after its policies is UNVERIFIED.
  findTokenSubject(readSubjectMode(subjectMode), caller)
  const resource = formatSelfArn(toArnHome(caller.account))
  const context: ContextPairs = [
    ['sts:IdentityTokenAudience', audience],
    ['sts:DurationSeconds', String(durationSeconds)],
    ['sts:SigningAlgorithm', signingAlgorithm],
    ['sts:SubjectMode', subjectMode],
    ...(scope === undefined ? [] : [['sts:IdentityTokenScope', listScopeValues(scope)] as const]),
    ...listRequestTags(tags),
  ]
  const actions = [
    'sts:GetWebIdentityToken',
    ...(tags.length === 0 ? [] : ['sts:TagGetWebIdentityToken']),
    ...(scope === undefined ? [] : ['sts:SetWebIdentityTokenScope']),
  ]
  return actions.map(action => ({ action, resource, context }))
}

async function run(request: Input, { caller, nowMs, region, services }: Call) {
  const { audience, durationSeconds, signingAlgorithm, tags = [] } = request
  if (!isSigningAlgorithm(signingAlgorithm)) throw new Error('checkInput has let an algorithm by')
  const { session } = caller
  const subjectMode = readSubjectMode(request.subjectMode)
  const { subject, federatedProvider } = findTokenSubject(subjectMode, caller)
  checkSessionOutlives(session, nowMs + durationSeconds * 1000)
  const issued = await services.issuer.issueToken({
    account: caller.account,
    subject,
    subjectMode,
    scope: request.scope ?? null,
    principalArn: caller.principalArn,
    principalTags: caller.principalTags,
    requestTags: tags,
    audiences: audience,
    sourceRegion: region,
    algorithm: signingAlgorithm,
    durationSeconds,
    nowMs,
    ...(session !== null && { sessionClaims: toSessionClaims(session, federatedProvider) }),
  })
  const expiration = new Date(issued.expiresAtMs).toISOString()
  return {
    output: { webIdentityToken: issued.token, expiration: issued.expiresAtMs },
    responseElements: { webIdentityTokenId: issued.tokenId, expiration },
    additionalEventData: { keyId: issued.keyId },
  }
}

/**
 * A token may not outlive the session that asked for it. The message says "before", so a token that
 * ends with its session is refused too (equality is UNVERIFIED, aws-wire §1.4).
 */
function checkSessionOutlives(session: Session | null, tokenExpiresAtMs: number): void {
  if (session !== null && tokenExpiresAtMs >= session.expiresAtMs) {
    throw new ServiceError(
      'SessionDurationEscalationException',
      "Requested token expiry time must be before the original session's expiry time.",
    )
  }
}

/** The shape admits only these two texts, but its type is `string`. */
function readSubjectMode(text: string): SubjectMode {
  return text === 'OriginIdentity' ? text : 'AWSIdentity'
}

/** The claims that only a session brings (aws-wire §3.3). */
function toSessionClaims(
  { expiresAtMs, sourceIdentity, computeContext }: Session,
  federatedProvider: string | null,
): SessionClaims {
  return {
    ...(sourceIdentity !== null && { source_identity: sourceIdentity }),
    original_session_exp: new Date(expiresAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(federatedProvider !== null && { federated_provider: federatedProvider }),
    ...Object.fromEntries(computeContext),
  }
}
