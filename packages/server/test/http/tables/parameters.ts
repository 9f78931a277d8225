import { audiences, manyTags, tags, tokenCall } from '../../support/token-call.ts'
import type { RefusalRow } from '../refusal.ts'

const KEY_PATTERN = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+'
const VALUE_PATTERN = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*'
const SCOPE_VALUE = '[\\x21\\x23-\\x2B\\x2D-\\x5B\\x5D-\\x7E]+'
const SCOPE_PATTERN = `${SCOPE_VALUE}( ${SCOPE_VALUE})*`
const AUDIENCE_RULES =
  'Member must satisfy constraint: [Member must have length less than or equal to 1000, Member must have length greater than or equal to 1]'
const UNSUPPORTED =
  'Requested SigningAlgorithm is not supported. See the GetWebIdentityToken documentation for supported algorithms'
const NOT_AN_INTEGER = 'An integer must be decimal digits and fit into 32 bits'

/** What the parameters of a token violate (aws-wire §1.1, §1.3). */
export const PARAMETER_REFUSALS: readonly RefusalRow[] = [
  one('no algorithm', { SigningAlgorithm: null }, "null at 'signingAlgorithm'", 'must not be null'),
  one('an empty algorithm', { SigningAlgorithm: '' }, "'' at 'signingAlgorithm'", atLeast(5)),
  one(
    'an algorithm that is too short',
    { SigningAlgorithm: 'none' },
    "'none' at 'signingAlgorithm'",
    atLeast(5),
  ),
  one(
    'an algorithm that is too long',
    { SigningAlgorithm: 'RS256x' },
    "'RS256x' at 'signingAlgorithm'",
    atMost(5),
  ),
  ...['RS384', 'RS512', 'ES256', 'HS256', 'PS256', 'rs256', 'es384'].map(algorithm =>
    invalid(`the algorithm ${algorithm}`, { SigningAlgorithm: algorithm }, UNSUPPORTED),
  ),

  one('no audience', { 'Audience.member.1': null }, "null at 'audience'", 'must not be null'),
  one(
    'an empty list of audiences',
    { 'Audience.member.1': null, Audience: '' },
    "null at 'audience'",
    'must not be null',
  ),
  invalid(
    'an empty audience',
    { 'Audience.member.1': '' },
    `1 validation error detected: Value '[]' at 'audience' failed to satisfy constraint: ${AUDIENCE_RULES}`,
  ),
  invalid(
    'an audience of 1,001 characters',
    { 'Audience.member.1': 'a'.repeat(1001) },
    `1 validation error detected: Value '[${'a'.repeat(1001)}]' at 'audience' failed to satisfy constraint: ${AUDIENCE_RULES}`,
  ),
  invalid(
    'an audience of 501 characters outside the basic plane, which count twice',
    { 'Audience.member.1': '😀'.repeat(501) },
    `1 validation error detected: Value '[${'😀'.repeat(501)}]' at 'audience' failed to satisfy constraint: ${AUDIENCE_RULES}`,
  ),
  one(
    '11 audiences',
    audiences(11),
    "'[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]' at 'audience'",
    atMost(10),
  ),

  one(
    'a second audience alone',
    { 'Audience.member.1': null, 'Audience.member.2': 'a' },
    "null at 'audience.1.member'",
    'must not be null',
  ),
  one(
    'a gap among audiences',
    { 'Audience.member.3': 'a' },
    "null at 'audience.2.member'",
    'must not be null',
  ),
  malformed(
    'eleven missing audiences',
    { 'Audience.member.13': 'a' },
    'Excessively sparse input would skip 11 list elements',
  ),

  ...['0', '59', '-1', '-2147483648'].map(duration =>
    one(
      `a duration of ${duration}`,
      { DurationSeconds: duration },
      `'${duration}' at 'durationSeconds'`,
      'must have value greater than or equal to 60',
    ),
  ),
  ...['3601', '2147483647'].map(duration =>
    one(
      `a duration of ${duration}`,
      { DurationSeconds: duration },
      `'${duration}' at 'durationSeconds'`,
      'must have value less than or equal to 3600',
    ),
  ),
  malformed('an empty duration', { DurationSeconds: '' }, 'missing value for decimal type'),
  ...[' 900 ', '\t900', '900\n', '900.0', '9e2', 'abc', '0x384', '2147483648', '-2147483649'].map(
    duration =>
      malformed(
        `a duration of ${JSON.stringify(duration)}`,
        { DurationSeconds: duration },
        NOT_AN_INTEGER,
      ),
  ),

  invalid(
    'an empty tag key',
    tags([['', 'a']]),
    `2 validation errors detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: ${KEY_PATTERN}`,
  ),
  one(
    'a tag key with other characters',
    tags([['<team>', 'a']]),
    "'<team>' at 'tags.1.member.key'",
    `must satisfy regular expression pattern: ${KEY_PATTERN}`,
  ),
  one(
    'a tag value with other characters',
    tags([
      ['team', 'a'],
      ['role', 'a&b'],
    ]),
    "'a&b' at 'tags.2.member.value'",
    `must satisfy regular expression pattern: ${VALUE_PATTERN}`,
  ),
  one(
    'a tag key of 129 characters',
    tags([['k'.repeat(129), 'a']]),
    `'${'k'.repeat(129)}' at 'tags.1.member.key'`,
    atMost(128),
  ),
  one(
    'a tag value of 257 characters',
    tags([['team', 'v'.repeat(257)]]),
    `'${'v'.repeat(257)}' at 'tags.1.member.value'`,
    atMost(256),
  ),
  one(
    'a tag without a value',
    { 'Tags.member.1.Key': 'team' },
    "null at 'tags.1.member.value'",
    'must not be null',
  ),
  one(
    '51 tags',
    manyTags(51),
    `'[${Array.from({ length: 51 }, (_, key) => `Tag(key=${key}, value=test)`).join(', ')}]' at 'tags'`,
    atMost(50),
  ),
  {
    what: 'tag keys that differ in case alone',
    call: tokenCall(
      tags([
        ['Team', 'a'],
        ['team', 'b'],
      ]),
    ),
    refusal: [
      400,
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
  },

  one(
    'an unknown subject mode',
    { SubjectMode: 'originIdentity' },
    "'originIdentity' at 'subjectMode'",
    'must satisfy enum value set: [AWSIdentity, OriginIdentity]',
  ),
  ...[' read', 'read ', 'read  write', 'read,write', 'a"b', 'a\\b', 'größe', 'a\tb'].map(scope =>
    one(
      `the scope ${JSON.stringify(scope)}`,
      { Scope: scope },
      `'${scope}' at 'scope'`,
      `must satisfy regular expression pattern: ${SCOPE_PATTERN}`,
    ),
  ),
  one(
    'a scope of 257 characters',
    { Scope: 's'.repeat(257) },
    `'${'s'.repeat(257)}' at 'scope'`,
    atMost(256),
  ),
  invalid(
    'a scope with a value twice',
    { Scope: 'read write read', SubjectMode: 'OriginIdentity' },
    'Scope must not have a value twice.',
  ),
  invalid(
    'a scope of a token for its own principal',
    { Scope: 'read READ' },
    'Scope can be specified only when SubjectMode is OriginIdentity.',
  ),
  invalid(
    'a scope of a token for several audiences',
    { Scope: 'read', SubjectMode: 'OriginIdentity', 'Audience.member.2': 'other' },
    'Scope can be specified only with exactly one Audience.',
  ),

  invalid(
    'several violations at once',
    { 'Audience.member.1': null, SigningAlgorithm: 'none', DurationSeconds: '59' },
    "3 validation errors detected: Value null at 'audience' failed to satisfy constraint: Member must not be null; Value '59' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60; Value 'none' at 'signingAlgorithm' failed to satisfy constraint: Member must have length greater than or equal to 5",
  ),
  malformed(
    'a list sent as a text',
    { Audience: 'https://api.example.com' },
    'Unexpected list element termination',
  ),
  malformed(
    'a list without `member`',
    { 'Audience.1': 'https://api.example.com' },
    'Top level element may not be treated as a list',
  ),
  malformed('a list that counts from 0', { 'Audience.member.0': 'a' }, '0 is not a valid index'),
]

function atLeast(length: number): string {
  return `must have length greater than or equal to ${length}`
}

function atMost(length: number): string {
  return `must have length less than or equal to ${length}`
}

/** One violation: `value at 'path'`, and the rule without `Member`. */
function one(
  what: string,
  changes: Readonly<Record<string, string | null>>,
  valueAtPath: string,
  rule: string,
): RefusalRow {
  return invalid(
    what,
    changes,
    `1 validation error detected: Value ${valueAtPath} failed to satisfy constraint: Member ${rule}`,
  )
}

function invalid(
  what: string,
  changes: Readonly<Record<string, string | null>>,
  message: string,
): RefusalRow {
  return { what, call: tokenCall(changes), refusal: [400, 'ValidationError', message] }
}

function malformed(
  what: string,
  changes: Readonly<Record<string, string | null>>,
  message: string,
): RefusalRow {
  return { what, call: tokenCall(changes), refusal: [400, 'MalformedInput', message] }
}
