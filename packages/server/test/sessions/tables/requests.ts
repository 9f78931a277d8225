import { sessionTags } from '../../support/sts-calls.ts'
import { policyArns } from '../../support/worlds/session.ts'
import { ASSUME_ROLE_ROWS } from './assume-role-requests.ts'
import {
  atLeast,
  atMost,
  DUPLICATE_TAGS,
  fullTags,
  invalid,
  matching,
  NAME_PATTERN,
  NOT_NULL,
  packed,
  policyOf,
  RESERVED_TAG,
  type RequestRow,
  ROLE_ARN,
} from './request-row.ts'

function webIdentity(
  what: string,
  changes: Readonly<Record<string, string>>,
  refusal: RequestRow['refusal'],
): RequestRow {
  return {
    what,
    caller: null,
    action: 'AssumeRoleWithWebIdentity',
    parameters: {
      RoleArn: ROLE_ARN,
      RoleSessionName: 'session',
      WebIdentityToken: 'abcd',
      ...changes,
    },
    refusal,
  }
}

const NO_TOKEN = [
  400,
  'InvalidIdentityToken',
  'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
] as const

/** `AssumeRoleWithWebIdentity`, as far as no token is needed to refuse it. */
const WEB_IDENTITY: readonly RequestRow[] = [
  {
    ...webIdentity('no token', {}, invalid('webIdentityToken', null, NOT_NULL)),
    parameters: { RoleArn: ROLE_ARN, RoleSessionName: 'session' },
  },
  webIdentity('a token of 4 characters', {}, NO_TOKEN),
  webIdentity(
    'a token of 3 characters',
    { WebIdentityToken: 'abc' },
    invalid('webIdentityToken', 'abc', atLeast(4)),
  ),
  webIdentity('a token of 20,000 characters', { WebIdentityToken: 'a'.repeat(20_000) }, NO_TOKEN),
  webIdentity(
    'a token of 20,001 characters',
    { WebIdentityToken: 'a'.repeat(20_001) },
    invalid('webIdentityToken', 'a'.repeat(20_001), atMost(20_000)),
  ),
  webIdentity(
    'a session policy of 2,049 characters',
    { Policy: policyOf(2049) },
    invalid('policy', policyOf(2049), atMost(2048)),
  ),
  webIdentity('a malformed role', { RoleArn: 'no-arn-but-long-enough' }, [
    400,
    'ValidationError',
    'no-arn-but-long-enough is invalid',
  ]),
  webIdentity('a provider that speaks OAuth 2.0', { ProviderId: 'www.amazon.com' }, [
    403,
    'AccessDenied',
    'ProviderId is not for OpenID Connect tokens',
  ]),
]

function federate(
  what: string,
  changes: Readonly<Record<string, string>>,
  refusal: RequestRow['refusal'],
): RequestRow {
  return { what, action: 'GetFederationToken', parameters: { Name: 'bob', ...changes }, refusal }
}

const FEDERATION: readonly RequestRow[] = [
  { ...federate('no name', {}, invalid('name', null, NOT_NULL)), parameters: {} },
  federate('a name of 2 characters', { Name: 'ab' }, null),
  federate('a name of 32 characters', { Name: 'a'.repeat(32) }, null),
  federate('a name of 1 character', { Name: 'a' }, invalid('name', 'a', atLeast(2))),
  federate(
    'a name of 33 characters',
    { Name: 'a'.repeat(33) },
    invalid('name', 'a'.repeat(33), atMost(32)),
  ),
  federate('a name with a space', { Name: 'a b' }, invalid('name', 'a b', matching(NAME_PATTERN))),
  federate('129,600 seconds', { DurationSeconds: '129600' }, null),
  federate(
    '129,601 seconds',
    { DurationSeconds: '129601' },
    invalid('durationSeconds', '129601', 'Member must have value less than or equal to 129600'),
  ),
  federate(
    'a session policy of 2,049 characters',
    { Policy: policyOf(2049) },
    invalid('policy', policyOf(2049), atMost(2048)),
  ),
  federate(
    'session policies of 2,049 characters together',
    { Policy: policyOf(2000), ...policyArns([`arn:aws:iam::aws:policy/${'p'.repeat(25)}`]) },
    packed(101),
  ),
  federate('a tag key twice', sessionTags({ Team: 'a', TEAM: 'b' }), DUPLICATE_TAGS),
  federate('a tag key of AWS', sessionTags({ 'AWS:team': 'a' }), RESERVED_TAG),
  federate('tags that take one byte too much', fullTags(1), packed(101)),
  federate('a managed policy that is not there', policyArns(['arn:aws:iam::aws:policy/Nothing']), [
    400,
    'ValidationError',
    'Policy arn:aws:iam::aws:policy/Nothing does not exist.',
  ]),
  {
    ...federate('a root', {}, [
      403,
      'AccessDenied',
      'Cannot call GetFederationToken as the account root',
    ]),
    caller: 'root',
  },
]

const OTHERS: readonly RequestRow[] = [
  ...[
    ['900', null],
    ['129600', null],
    [
      '899',
      invalid('durationSeconds', '899', 'Member must have value greater than or equal to 900'),
    ],
    [
      '129601',
      invalid('durationSeconds', '129601', 'Member must have value less than or equal to 129600'),
    ],
    ['9e2', [400, 'MalformedInput', 'An integer must be decimal digits and fit into 32 bits']],
    ['', [400, 'MalformedInput', 'missing value for decimal type']],
  ].map(([duration, refusal]) => ({
    what: `GetSessionToken for ${JSON.stringify(duration)} seconds`,
    action: 'GetSessionToken',
    parameters: { DurationSeconds: String(duration) },
    refusal: refusal as RequestRow['refusal'],
  })),
  {
    what: 'GetSessionToken with a second factor that nobody has',
    action: 'GetSessionToken',
    parameters: { SerialNumber: 'GAHT12345678', TokenCode: '123456' },
    refusal: [
      403,
      'AccessDenied',
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    ],
  },
  {
    what: 'GetAccessKeyInfo of a key that is not kept here',
    action: 'GetAccessKeyInfo',
    parameters: { AccessKeyId: 'AKIAUNKNOWN000000000' },
    refusal: [400, 'InvalidParameterValue', 'The access key id is not known here.'],
  },
  {
    what: 'GetAccessKeyInfo of 15 characters',
    action: 'GetAccessKeyInfo',
    parameters: { AccessKeyId: 'AKIAUNKNOWN0000' },
    refusal: invalid('accessKeyId', 'AKIAUNKNOWN0000', atLeast(16)),
  },
  {
    what: 'DecodeAuthorizationMessage of nothing',
    action: 'DecodeAuthorizationMessage',
    parameters: { EncodedMessage: '' },
    refusal: invalid('encodedMessage', '', atLeast(1)),
  },
  {
    what: 'DecodeAuthorizationMessage of 10,241 characters',
    action: 'DecodeAuthorizationMessage',
    parameters: { EncodedMessage: 'a'.repeat(10_241) },
    refusal: invalid('encodedMessage', 'a'.repeat(10_241), atMost(10_240)),
  },
  ...['a', 'bm90IHNlYWxlZA==', '<>', 'a'.repeat(10_240)].map(message => ({
    what: `DecodeAuthorizationMessage of what nobody has sealed: ${message.slice(0, 20)}`,
    action: 'DecodeAuthorizationMessage',
    parameters: { EncodedMessage: message },
    refusal: [400, 'InvalidAuthorizationMessageException', 'Message is not valid'] as const,
  })),
]

/** Requests for sessions, with everything that a request can have right or wrong. */
export const REQUEST_ROWS: Readonly<Record<string, readonly RequestRow[]>> = {
  AssumeRole: ASSUME_ROLE_ROWS,
  AssumeRoleWithWebIdentity: WEB_IDENTITY,
  GetFederationToken: FEDERATION,
  'the other operations': OTHERS,
}
