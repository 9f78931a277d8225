import type { Parameters } from '../../support/calls.ts'
import { ALLOW_ALL, formatPolicy } from '../../support/policies.ts'
import { members, sessionTags } from '../../support/sts-calls.ts'
import { ACCOUNT, policyArns } from '../../support/worlds/session.ts'
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

const ARN_PATTERN =
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+'
const EXTERNAL_ID_PATTERN = '[\\w+=,.@:\\/-]*'
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
const SHORT_ODD_ARN = 'arn:aws:iam::1:ro\u{1F600}'
const ODD_ARN_OF_FULL_LENGTH = `${LONG_ARN.slice(0, 2047)}\u{1F600}`
const SUPPLEMENTARY_ARN = `arn:aws:iam::${ACCOUNT}:role/\u{1F600}`

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
export const ASSUME_ROLE_ROWS: readonly RequestRow[] = [
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
  assume('a role with two faults, the pattern first', { RoleArn: SHORT_ODD_ARN }, [
    400,
    'ValidationError',
    `2 validation errors detected: ${[matching(ARN_PATTERN), atLeast(20)]
      .map(rule => `Value '${SHORT_ODD_ARN}' at 'roleArn' failed to satisfy constraint: ${rule}`)
      .join('; ')}`,
  ]),
  assume(
    'a role of 2,048 code points, of which one is two units long',
    { RoleArn: ODD_ARN_OF_FULL_LENGTH },
    invalid('roleArn', ODD_ARN_OF_FULL_LENGTH, matching(ARN_PATTERN)),
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
  assume('a source identity of 256 characters', { SourceIdentity: 'a'.repeat(256) }, null),
  assume(
    'a source identity of 1 character',
    { SourceIdentity: 'a' },
    invalid('sourceIdentity', 'a', atLeast(2)),
  ),
  assume(
    'a source identity of 257 characters',
    { SourceIdentity: 'a'.repeat(257) },
    invalid('sourceIdentity', 'a'.repeat(257), atMost(256)),
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
