import { ServiceError } from '../../errors.ts'
import type { SessionClaims } from '../../issuer/issuer.ts'
import { isSigningAlgorithm } from '../../principals/algorithms.ts'
import { formatSelfArn, homeOf } from '../../principals/arn.ts'
import type { Session } from '../../principals/session.ts'
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

const input = structure('GetWebIdentityTokenRequest', {
  audience: required(
    list(string({ minLength: 1, maxLength: 1000 }), { minItems: 1, maxItems: 10 }),
  ),
  durationSeconds: defaulted(integer({ min: 60, max: 3600 }), 300),
  signingAlgorithm: required(string({ minLength: 5, maxLength: 5 })),
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
  requestParameters: ({ audience, durationSeconds, signingAlgorithm, tags = [] }) => ({
    audience,
    durationSeconds,
    signingAlgorithm,
    ...(tags.length > 0 && { tags: tags.map(({ key, value }) => ({ key, value })) }),
  }),
  checkInput,
  checkCaller,
  permissions,
  run,
})

function checkInput({ signingAlgorithm, tags = [] }: Input): void {
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
}

// Whether AWS looks at the endpoint before or after the input is UNVERIFIED (aws-wire §1.4).
function checkCaller({ caller, isGlobalEndpoint }: Call): void {
  if (isGlobalEndpoint) {
    throw new ServiceError('InvalidAction', 'Operation not supported on STS global endpoint')
  }
  if (caller.kind === 'federated-user') {
    throw new ServiceError(
      'AccessDenied',
      'GetWebIdentityToken does not support federated user sessions',
    )
  }
}

function permissions(request: Input, { caller }: Call): readonly Permission[] {
  const { audience, durationSeconds, signingAlgorithm, tags = [] } = request
  const resource = formatSelfArn(homeOf(caller.account))
  const context: ContextPairs = [
    ['sts:IdentityTokenAudience', audience],
    ['sts:DurationSeconds', String(durationSeconds)],
    ['sts:SigningAlgorithm', signingAlgorithm],
    ['sts:SubjectMode', 'AWSIdentity'],
    ...listRequestTags(tags),
  ]
  const actions = [
    'sts:GetWebIdentityToken',
    ...(tags.length === 0 ? [] : ['sts:TagGetWebIdentityToken']),
  ]
  return actions.map(action => ({ action, resource, context }))
}

async function run(request: Input, { caller, nowMs, region, services }: Call) {
  const { audience, durationSeconds, signingAlgorithm, tags = [] } = request
  if (!isSigningAlgorithm(signingAlgorithm)) throw new Error('checkInput has let an algorithm by')
  const { session } = caller
  checkSessionOutlives(session, nowMs + durationSeconds * 1000)
  const issued = await services.issuer.issueToken({
    account: caller.account,
    principalArn: caller.principalArn,
    principalTags: caller.principalTags,
    requestTags: tags,
    audiences: audience,
    sourceRegion: region,
    algorithm: signingAlgorithm,
    durationSeconds,
    nowMs,
    ...(session !== null && { sessionClaims: describeSession(session) }),
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

/** The claims that only a session brings (aws-wire §3.3). */
function describeSession(session: Session): SessionClaims {
  const { expiresAtMs, sourceIdentity, federatedProvider, computeContext } = session
  return {
    ...(sourceIdentity !== null && { source_identity: sourceIdentity }),
    original_session_exp: new Date(expiresAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(federatedProvider !== null && { federated_provider: federatedProvider }),
    ...Object.fromEntries(computeContext),
  }
}
