import type { CallOptions } from '../../support/calls.ts'
import { audiences, manyTags, tags, tokenCall } from '../../support/token-call.ts'
import { ACCOUNT, ACCOUNT_WITHOUT_FEDERATION } from '../../support/worlds/http.ts'
import type { RefusalRow } from '../refusal.ts'

const DISABLED = [
  403,
  'OutboundWebIdentityFederationDisabledException',
  'OutboundWebIdentityFederation is disabled.',
] as const
const TOO_LARGE = {
  ...audiences(10, index => String(index).padEnd(1000, 'a')),
  ...manyTags(50, index => String(index).padEnd(128, 'k'), 'v'.repeat(256)),
}
const GLOBAL = { host: 'sts.amazonaws.com', region: 'us-east-1' }
const DUPLICATE_TAGS = tags([
  ['a', '1'],
  ['A', '2'],
])

/** What the three operations of IAM and `GetWebIdentityToken` refuse (aws-wire §1.3, §2). */
export const OPERATION_REFUSALS: readonly RefusalRow[] = [
  {
    what: 'a token while federation is off',
    caller: 'outsider',
    call: tokenCall(),
    refusal: DISABLED,
  },
  {
    what: 'a token with too many claims',
    call: tokenCall(TOO_LARGE),
    refusal: [400, 'JWTPayloadSizeExceededException', 'JWT payload exceeds maximum allowed size'],
  },
  {
    what: 'a token in the name of somebody, for a caller who acts for nobody',
    call: tokenCall({ SubjectMode: 'OriginIdentity' }),
    refusal: [
      400,
      'ValidationError',
      'SubjectMode OriginIdentity requires a session whose trusted identity propagation context has aws:OriginIdentity/Subject and aws:OriginIdentity/Issuer or aws:OriginIdentity/FederatedProviderArn.',
    ],
  },
  {
    what: 'a token at the global endpoint',
    call: tokenCall({}, GLOBAL),
    refusal: [400, 'InvalidAction', 'Operation not supported on STS global endpoint'],
  },
  {
    what: 'a token at the global endpoint, whatever its port and case',
    call: tokenCall({}, { ...GLOBAL, host: 'STS.amazonaws.com:443' }),
    refusal: [400, 'InvalidAction', 'Operation not supported on STS global endpoint'],
  },
  {
    what: 'enabling twice',
    call: iamCall('EnableOutboundWebIdentityFederation'),
    refusal: [
      409,
      'FeatureEnabled',
      `Outbound identity federation is already enabled for account ${ACCOUNT}`,
    ],
  },
  {
    what: 'disabling what is disabled',
    caller: 'outsider',
    call: iamCall('DisableOutboundWebIdentityFederation'),
    refusal: [
      404,
      'FeatureDisabled',
      `Outbound identity federation is already disabled for account ${ACCOUNT_WITHOUT_FEDERATION}`,
    ],
  },
  {
    what: 'the issuer while federation is off',
    caller: 'outsider',
    call: iamCall('GetOutboundWebIdentityFederationInfo'),
    refusal: [
      404,
      'FeatureDisabled',
      `Outbound identity federation is disabled for account ${ACCOUNT_WITHOUT_FEDERATION}`,
    ],
  },
]

/** Which of two refusals comes first (aws-wire §1.4). */
export const ORDER_REFUSALS: readonly RefusalRow[] = [
  {
    what: 'route before authentication',
    caller: 'unknown',
    call: { parameters: { Action: 'NoSuchAction' } },
    refusal: [400, 'InvalidAction', 'Could not find operation NoSuchAction for version 2011-06-15'],
  },
  {
    what: 'authentication before validation',
    caller: 'unknown',
    call: tokenCall({ SigningAlgorithm: null }),
    refusal: [
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    ],
  },
  {
    what: 'constraints before rules on the input',
    call: tokenCall({ ...DUPLICATE_TAGS, DurationSeconds: '59' }),
    refusal: [
      400,
      'ValidationError',
      "1 validation error detected: Value '59' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60",
    ],
  },
  {
    what: 'what cannot be read before constraints',
    call: tokenCall({ SigningAlgorithm: 'none', DurationSeconds: '9e2' }),
    refusal: [400, 'MalformedInput', 'An integer must be decimal digits and fit into 32 bits'],
  },
  {
    what: 'rules on the input before the endpoint',
    call: tokenCall(DUPLICATE_TAGS, GLOBAL),
    refusal: [
      400,
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
  },
  {
    what: 'rules on the input before authorisation',
    caller: 'nobody',
    call: tokenCall(DUPLICATE_TAGS),
    refusal: [
      400,
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
  },
  {
    what: 'the endpoint before authorisation',
    caller: 'nobody',
    call: tokenCall({}, GLOBAL),
    refusal: [400, 'InvalidAction', 'Operation not supported on STS global endpoint'],
  },
  {
    what: 'authorisation before the state of federation (STS)',
    caller: 'outsider-nobody',
    call: tokenCall(),
    refusal: [
      403,
      'AccessDenied',
      `User: arn:aws:iam::${ACCOUNT_WITHOUT_FEDERATION}:user/nobody is not authorized to perform: sts:GetWebIdentityToken on resource: arn:aws:sts::${ACCOUNT_WITHOUT_FEDERATION}:self because no identity-based policy allows the sts:GetWebIdentityToken action`,
    ],
  },
  ...[
    'EnableOutboundWebIdentityFederation',
    'DisableOutboundWebIdentityFederation',
    'GetOutboundWebIdentityFederationInfo',
  ].map(
    (action): RefusalRow => ({
      what: `authorisation before the state of federation (${action})`,
      caller: action.startsWith('Enable') ? 'nobody' : 'outsider-nobody',
      call: iamCall(action),
      refusal: [
        403,
        'AccessDenied',
        `User: arn:aws:iam::${action.startsWith('Enable') ? ACCOUNT : ACCOUNT_WITHOUT_FEDERATION}:user/nobody is not authorized to perform: iam:${action} on resource: * because no identity-based policy allows the iam:${action} action`,
      ],
    }),
  ),
  {
    what: 'the state of federation before the size of the token',
    caller: 'outsider',
    call: tokenCall(TOO_LARGE),
    refusal: DISABLED,
  },
]

function iamCall(action: string): CallOptions {
  return { service: 'iam', parameters: { Action: action } }
}
