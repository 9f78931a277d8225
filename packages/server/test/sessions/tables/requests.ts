import type { Parameters } from '../../http/call.ts'
import { members, sessionTags } from '../session-calls.ts'
import { ACCOUNT, ALLOW_ALL, type CallerName, policyArns } from '../session-world.ts'
import { formatPolicy } from '../test-roles.ts'

/** A call of an operation with parameters, and its refusal. */
export interface RequestRow {
  readonly what: string
  /** `user`; null for a request without a signature. */
  readonly caller?: CallerName | null
  readonly action: string
  readonly parameters: Parameters
  /** Null where the call is granted. */
  readonly refusal: readonly [status: number, code: string, message: string] | null
}

const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/team/deployer`
const ARN_PATTERN =
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+'
const NAME_PATTERN = '[\\w+=,.@-]*'
const EXTERNAL_ID_PATTERN = '[\\w+=,.@:\\/-]*'
const NOT_NULL = 'Member must not be null'

const DUPLICATE_TAGS = [
  400,
  'InvalidParameterValue',
  'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
] as const
const RESERVED_TAG = [
  400,
  'InvalidParameterValue',
  'The tag key AWS:team is reserved: keys may not begin with aws:.',
] as const

/** A policy that allows everything, in exactly so many characters. */
function policyOf(characters: number): string {
  return formatPolicy([ALLOW_ALL]).padEnd(characters, ' ')
}

/** The refusal of one violated constraint. */
function invalid(member: string, value: string | null, rule: string) {
  const printed = value === null ? 'null' : `'${value}'`
  const text = `1 validation error detected: Value ${printed} at '${member}' failed to satisfy constraint: ${rule}`
  return [400, 'ValidationError', text] as const
}

const atLeast = (count: number): string =>
  `Member must have length greater than or equal to ${count}`
const atMost = (count: number): string => `Member must have length less than or equal to ${count}`
const matching = (pattern: string): string =>
  `Member must satisfy regular expression pattern: ${pattern}`

function packed(percent: number) {
  const text = `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`
  return [400, 'PackedPolicyTooLarge', text] as const
}

function assume(
  what: string,
  changes: Readonly<Record<string, string | null>>,
  refusal: RequestRow['refusal'],
): RequestRow {
  const request = { RoleArn: ROLE_ARN, RoleSessionName: 'session', ...changes }
  const parameters = Object.fromEntries(
    Object.entries(request).filter((pair): pair is [string, string] => pair[1] !== null),
  )
  return { what, action: 'AssumeRole', parameters, refusal }
}

const LONG_ARN = `arn:aws:iam::${ACCOUNT}:role/`.padEnd(2049, 'r')
const SUPPLEMENTARY_ARN = `arn:aws:iam::${ACCOUNT}:role/\u{1F600}`

/** Tags that take 4,096 bytes of a session, which is all there is, and so many more. */
function fullTags(extraBytes: number): Parameters {
  const tags = Array.from({ length: 16 }, (_, index) => [
    `k-${index + 10}`,
    'v'.repeat(248 + (index === 0 ? extraBytes : 0)),
  ])
  return sessionTags(Object.fromEntries(tags))
}

const manyTags = (count: number): Parameters =>
  sessionTags(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, ''])))

const MALFORMED_POLICIES: readonly (readonly [what: string, policy: string, text: string])[] = [
  [
    'that is no JSON',
    '{',
    'Syntax errors in policy: a text in double quotes is expected (at $, line 1, column 2)',
  ],
  [
    'with a principal',
    formatPolicy([{ ...ALLOW_ALL, Principal: '*' }]),
    'Has prohibited field Principal (at $.Statement[0], line 1, column 84)',
  ],
  [
    'without a resource',
    formatPolicy([{ Effect: 'Allow', Action: '*' }]),
    'Missing required field Resource (at $.Statement[0], line 1, column 38)',
  ],
]

/** `AssumeRole`: every parameter, just enough and just too much. */
const ASSUME_ROLE: readonly RequestRow[] = [
  assume('no role', { RoleArn: null }, invalid('roleArn', null, NOT_NULL)),
  assume('no session name', { RoleSessionName: null }, invalid('roleSessionName', null, NOT_NULL)),
  assume(
    'a role of 19 characters',
    { RoleArn: 'arn:aws:iam::1:role' },
    invalid('roleArn', 'arn:aws:iam::1:role', atLeast(20)),
  ),
  assume(
    'a role of 2,049 characters',
    { RoleArn: LONG_ARN },
    invalid('roleArn', LONG_ARN, atMost(2048)),
  ),
  assume(
    'a role outside the basic plane, which the pattern only seems to allow',
    { RoleArn: SUPPLEMENTARY_ARN },
    invalid('roleArn', SUPPLEMENTARY_ARN, matching(ARN_PATTERN)),
  ),
  ...[
    'no-arn-but-long-enough',
    `arn:aws:iam::${ACCOUNT}:user/team/alice`,
    `arn:aws:iam::${ACCOUNT}:role/`,
    'arn:aws:iam::aws:role/deployer',
    `arn:aws:iam:eu-west-1:${ACCOUNT}:role/deployer`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/session`,
    `${ROLE_ARN.slice(0, 13)}11111111111:role/deployer`,
  ].map(arn =>
    assume(`a role ${arn}`, { RoleArn: arn }, [400, 'ValidationError', `${arn} is invalid`]),
  ),
  assume('a session name of 2 characters', { RoleSessionName: 'ab' }, null),
  assume('a session name of 64 characters', { RoleSessionName: 'a'.repeat(64) }, null),
  assume('a session name of all characters', { RoleSessionName: 'azAZ09_+=,.@-' }, null),
  assume(
    'a session name of 1 character',
    { RoleSessionName: 'a' },
    invalid('roleSessionName', 'a', atLeast(2)),
  ),
  assume(
    'a session name of 65 characters',
    { RoleSessionName: 'a'.repeat(65) },
    invalid('roleSessionName', 'a'.repeat(65), atMost(64)),
  ),
  assume(
    'a session name with a space',
    { RoleSessionName: 'a b' },
    invalid('roleSessionName', 'a b', matching(NAME_PATTERN)),
  ),
  assume('900 seconds', { DurationSeconds: '900' }, null),
  assume('43,200 seconds', { DurationSeconds: '43200' }, null),
  assume(
    '899 seconds',
    { DurationSeconds: '899' },
    invalid('durationSeconds', '899', 'Member must have value greater than or equal to 900'),
  ),
  assume(
    '43,201 seconds',
    { DurationSeconds: '43201' },
    invalid('durationSeconds', '43201', 'Member must have value less than or equal to 43200'),
  ),
  assume('an external id of 2 characters', { ExternalId: '12' }, null),
  assume('an external id of all characters', { ExternalId: 'azAZ09_+=,.@:/-' }, null),
  assume('an external id of 1,224 characters', { ExternalId: 'x'.repeat(1224) }, null),
  assume(
    'an external id of 1 character',
    { ExternalId: '1' },
    invalid('externalId', '1', atLeast(2)),
  ),
  assume(
    'an external id of 1,225 characters',
    { ExternalId: 'x'.repeat(1225) },
    invalid('externalId', 'x'.repeat(1225), atMost(1224)),
  ),
  assume(
    'an external id with a space',
    { ExternalId: 'a b' },
    invalid('externalId', 'a b', matching(EXTERNAL_ID_PATTERN)),
  ),
  assume('a source identity of 2 characters', { SourceIdentity: 'al' }, null),
  assume('a source identity of 64 characters', { SourceIdentity: 'a'.repeat(64) }, null),
  assume(
    'a source identity of 1 character',
    { SourceIdentity: 'a' },
    invalid('sourceIdentity', 'a', atLeast(2)),
  ),
  assume(
    'a source identity of 65 characters',
    { SourceIdentity: 'a'.repeat(65) },
    invalid('sourceIdentity', 'a'.repeat(65), atMost(64)),
  ),
  assume(
    'a source identity of AWS',
    { SourceIdentity: 'aws:alice' },
    invalid('sourceIdentity', 'aws:alice', matching(NAME_PATTERN)),
  ),
  assume('50 tags', manyTags(50), null),
  assume(
    '51 tags',
    manyTags(51),
    invalid(
      'tags',
      `[${Array.from({ length: 51 }, (_, index) => `Tag(key=k${index}, value=)`).join(', ')}]`,
      atMost(50),
    ),
  ),
  assume('a tag key twice', sessionTags({ Team: 'a', TEAM: 'b' }), DUPLICATE_TAGS),
  assume('a tag key of AWS', sessionTags({ 'AWS:team': 'a' }), RESERVED_TAG),
  assume(
    'a transitive key in another case',
    { ...sessionTags({ Team: 'a' }), ...members('TransitiveTagKeys', ['team']) },
    null,
  ),
  assume(
    'a transitive key that is no tag',
    { ...sessionTags({ Team: 'a' }), ...members('TransitiveTagKeys', ['Team', 'project']) },
    [
      400,
      'InvalidParameterValue',
      'The specified transitive tag key must be included in the requested tags.',
    ],
  ),
  assume('a session policy of 2,048 characters', { Policy: policyOf(2048) }, null),
  assume('a session policy of 2,049 characters', { Policy: policyOf(2049) }, packed(101)),
  assume(
    'session policies of 2,049 characters together',
    { Policy: policyOf(2000), ...policyArns([`arn:aws:iam::aws:policy/${'p'.repeat(25)}`]) },
    packed(101),
  ),
  assume('tags that take all of the space', fullTags(0), null),
  assume('tags that take one byte more', fullTags(1), packed(101)),
  assume(
    'more session policies than ten',
    policyArns(Array.from({ length: 11 }, (_, i) => `arn:aws:iam::aws:policy/Policy${i}`)),
    invalid(
      'policyArns',
      `[${Array.from({ length: 11 }, (_, i) => `PolicyDescriptorType(arn=arn:aws:iam::aws:policy/Policy${i})`).join(', ')}]`,
      atMost(10),
    ),
  ),
  assume('one of AWS own policies', policyArns(['arn:aws:iam::aws:policy/ReadOnlyAccess']), null),
  ...MALFORMED_POLICIES.map(([what, policy, text]) =>
    assume(`a session policy ${what}`, { Policy: policy }, [400, 'MalformedPolicyDocument', text]),
  ),
  ...[
    'arn:aws:iam::aws:policy/NoSuchPolicy',
    'arn:aws-cn:iam::aws:policy/ReadOnlyAccess',
    `arn:aws:iam::${ACCOUNT}:policy/NoSuchPolicy`,
    'arn:aws:iam::222222222222:policy/Foreign',
    `arn:aws:iam::${ACCOUNT}:role/team/deployer`,
  ].map(arn =>
    assume(`a session policy ${arn}`, policyArns([arn]), [
      400,
      'ValidationError',
      `Policy ${arn} does not exist.`,
    ]),
  ),
  assume(
    'a second factor of a device that nobody has',
    { SerialNumber: `arn:aws:iam::${ACCOUNT}:mfa/alice`, TokenCode: '123456' },
    [
      403,
      'AccessDenied',
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    ],
  ),
  ...[{ SerialNumber: 'GAHT12345678' }, { TokenCode: '123456' }].map(half =>
    assume(`half of a second factor: ${Object.keys(half)[0]}`, half, [
      403,
      'AccessDenied',
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
    ]),
  ),
  {
    ...assume('a root', {}, [403, 'AccessDenied', 'Roles may not be assumed by root accounts.']),
    caller: 'root',
  },
]

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
  AssumeRole: ASSUME_ROLE,
  AssumeRoleWithWebIdentity: WEB_IDENTITY,
  GetFederationToken: FEDERATION,
  'the other operations': OTHERS,
}
