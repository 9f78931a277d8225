import { type CallOptions, REGION } from '../../support/calls.ts'
import type { Statements } from '../../support/policies.ts'
import { tags, tokenCall } from '../../support/token-call.ts'
import { ACCOUNT } from '../../support/worlds/http.ts'

/** A user with one policy, a call, and what becomes of it. */
export interface AuthorizationRow {
  readonly what: string
  readonly statements: Statements
  /** A token for `https://api.example.com` with default duration. */
  readonly call?: CallOptions
  /** Null when the call is allowed; else the end of the message, from the action on. */
  readonly denial: string | null
}

const SELF = `arn:aws:sts::${ACCOUNT}:self`
const TOKEN = 'sts:GetWebIdentityToken'
const TAG = 'sts:TagGetWebIdentityToken'
const API = 'https://api.example.com'
const FOREIGN = tokenCall({ 'Audience.member.1': 'https://foreign.example' })
const MIXED = tokenCall({ 'Audience.member.2': 'https://foreign.example' })
const TAGGED = tokenCall(tags([['scope', 'read']]))
const AUDIENCE = 'sts:IdentityTokenAudience'

const NOT_ALLOWED = `${TOKEN} on resource: ${SELF} because no identity-based policy allows the ${TOKEN} action`
const DENIED = `${TOKEN} on resource: ${SELF} with an explicit deny in an identity-based policy`
const TAG_NOT_ALLOWED = `${TAG} on resource: ${SELF} because no identity-based policy allows the ${TAG} action`
const TAG_DENIED = `${TAG} on resource: ${SELF} with an explicit deny in an identity-based policy`

/** Which policies allow a token (aws-wire §5.1 to §5.5). */
export const AUTHORIZATION_ROWS: readonly AuthorizationRow[] = [
  { what: 'nothing', statements: [], denial: NOT_ALLOWED },
  { what: 'an Allow of the account itself', statements: [allow({})], denial: null },
  { what: 'an Allow of everything', statements: [allow({ Resource: '*' })], denial: null },
  {
    what: 'an Allow of the user',
    statements: [allow({ Resource: `arn:aws:iam::${ACCOUNT}:user/*` })],
    denial: NOT_ALLOWED,
  },
  {
    what: 'an Allow of another account',
    statements: [allow({ Resource: 'arn:aws:sts::999999999999:self' })],
    denial: NOT_ALLOWED,
  },
  {
    what: 'an action in another case',
    statements: [allow({ Action: 'STS:getwebidentity*' })],
    denial: null,
  },
  {
    what: 'an Allow and a Deny',
    statements: [allow({}), deny({})],
    denial: DENIED,
  },
  {
    what: 'a Deny that stands first',
    statements: [deny({ Action: '*', Resource: '*' }), allow({ Action: '*', Resource: '*' })],
    denial: DENIED,
  },
  {
    what: 'a Deny whose condition does not hold',
    statements: [allow({}), deny({ Condition: { StringEquals: { 'aws:username': 'other' } } })],
    denial: null,
  },

  ...audienceRows(
    'ForAllValues with Null',
    { 'ForAllValues:StringEquals': { [AUDIENCE]: [API] }, Null: { [AUDIENCE]: 'false' } },
    { right: null, foreign: NOT_ALLOWED, mixed: NOT_ALLOWED },
  ),
  ...audienceRows(
    'ForAnyValue, which lets a foreign one pass beside an allowed one',
    { 'ForAnyValue:StringEquals': { [AUDIENCE]: [API] } },
    { right: null, foreign: NOT_ALLOWED, mixed: null },
  ),
  ...audienceRows(
    'a plain operator, which never matches',
    { StringEquals: { [AUDIENCE]: [API] } },
    { right: NOT_ALLOWED, foreign: NOT_ALLOWED, mixed: NOT_ALLOWED },
  ),
  ...audienceRows(
    'a plain negated operator, which never matches either',
    { StringNotEquals: { [AUDIENCE]: [API] } },
    { right: NOT_ALLOWED, foreign: NOT_ALLOWED, mixed: NOT_ALLOWED },
  ),
  {
    what: 'a Deny with a plain operator on the audience never fires',
    statements: [allow({}), deny({ Condition: { StringEquals: { [AUDIENCE]: API } } })],
    denial: null,
  },
  {
    what: 'a Deny of any foreign audience',
    statements: [
      allow({}),
      deny({ Condition: { 'ForAnyValue:StringNotEquals': { [AUDIENCE]: API } } }),
    ],
    call: MIXED,
    denial: DENIED,
  },

  {
    what: 'the default duration is visible',
    statements: [allow({ Condition: { NumericEquals: { 'sts:DurationSeconds': '300' } } })],
    denial: null,
  },
  ...durationRows([
    ['300', null],
    ['301', NOT_ALLOWED],
  ]),
  {
    what: 'the algorithm that is allowed',
    statements: [allow({ Condition: { StringEquals: { 'sts:SigningAlgorithm': 'ES384' } } })],
    denial: null,
  },
  {
    what: 'another algorithm',
    statements: [allow({ Condition: { StringEquals: { 'sts:SigningAlgorithm': 'ES384' } } })],
    call: tokenCall({ SigningAlgorithm: 'RS256' }),
    denial: NOT_ALLOWED,
  },

  { what: 'tags without leave', statements: [allow({})], call: TAGGED, denial: TAG_NOT_ALLOWED },
  {
    what: 'tags with leave',
    statements: [allow({ Action: [TOKEN, TAG] })],
    call: TAGGED,
    denial: null,
  },
  {
    what: 'leave for tags alone',
    statements: [allow({ Action: TAG })],
    call: TAGGED,
    denial: NOT_ALLOWED,
  },
  {
    what: 'an empty list of tags needs no leave',
    statements: [allow({})],
    call: tokenCall({ Tags: '' }),
    denial: null,
  },
  {
    what: 'a Deny of tags',
    statements: [allow({ Action: '*' }), deny({ Action: TAG })],
    call: TAGGED,
    denial: TAG_DENIED,
  },
  ...tagRows('a tag value', { StringEquals: { 'aws:RequestTag/SCOPE': ['read', 'list'] } }, [
    [['scope', 'read'], null],
    [['scope', 'write'], TAG_NOT_ALLOWED],
    [['other', 'read'], TAG_NOT_ALLOWED],
  ]),
  ...tagRows('tag keys', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['scope'] } }, [
    [['scope', 'write'], null],
    [['Scope', 'read'], TAG_NOT_ALLOWED],
    [['other', 'read'], TAG_NOT_ALLOWED],
  ]),
  ...tagRows('the audience', { 'ForAllValues:StringEquals': { [AUDIENCE]: [API] } }, [
    [['scope', 'read'], null],
  ]),

  ...contextRows({
    ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:user/test/*` },
    Bool: { 'aws:SecureTransport': 'false' },
    DateLessThan: { 'aws:CurrentTime': '2026-11-22T20:12:20Z' },
    DateGreaterThan: { 'aws:CurrentTime': '2026-11-22T20:12:19Z' },
    NumericEquals: { 'aws:EpochTime': '1795378339' },
    IpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
    StringEquals: {
      'aws:PrincipalAccount': ACCOUNT,
      'aws:PrincipalType': 'User',
      'aws:PrincipalTag/Team': 'data',
      'aws:PrincipalOrgID': 'o-example1234',
      'aws:RequestedRegion': REGION,
    },
    'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-example1234/r-ab12/*' },
    StringLike: { 'aws:userid': 'AIDA*', 'aws:username': 'user-*', 'aws:UserAgent': 'test/*' },
    Null: { 'aws:TokenIssueTime': 'true', 'aws:SourceIdentity': 'true' },
  }),
  {
    what: 'a variable in a condition',
    statements: [
      allow({
        Condition: {
          'ForAllValues:StringEquals': { [AUDIENCE]: `https://\${aws:PrincipalTag/team}.example` },
        },
      }),
    ],
    call: tokenCall({ 'Audience.member.1': 'https://data.example' }),
    denial: null,
  },

  ...[
    'EnableOutboundWebIdentityFederation',
    'DisableOutboundWebIdentityFederation',
    'GetOutboundWebIdentityFederationInfo',
  ].map(action => ({
    what: `${action} is asked for on everything`,
    statements: [allow({ Action: 'iam:*', Resource: `arn:aws:iam::${ACCOUNT}:*` })],
    call: { service: 'iam', parameters: { Action: action } } as const,
    denial: `iam:${action} on resource: * because no identity-based policy allows the iam:${action} action`,
  })),
  {
    what: 'GetCallerIdentity cannot be denied',
    statements: [deny({ Action: '*', Resource: '*' })],
    call: { parameters: { Action: 'GetCallerIdentity' } },
    denial: null,
  },
]

function allow(changes: object): Statements[number] {
  return { Effect: 'Allow', Action: TOKEN, Resource: SELF, ...changes }
}

function deny(changes: object): Statements[number] {
  return { Effect: 'Deny', Action: TOKEN, Resource: SELF, ...changes }
}

function audienceRows(
  operator: string,
  condition: object,
  denials: Readonly<Record<'right' | 'foreign' | 'mixed', string | null>>,
): readonly AuthorizationRow[] {
  const statements = [allow({ Condition: condition })]
  return [
    { what: `${operator}: the right audience`, statements, denial: denials.right },
    { what: `${operator}: a foreign one`, statements, call: FOREIGN, denial: denials.foreign },
    { what: `${operator}: both`, statements, call: MIXED, denial: denials.mixed },
  ]
}

function durationRows(
  cases: readonly (readonly [duration: string, denial: string | null])[],
): readonly AuthorizationRow[] {
  const condition = { NumericLessThanEquals: { 'sts:DurationSeconds': '300' } }
  return cases.map(([duration, denial]) => ({
    what: `at most 300 seconds: ${duration}`,
    statements: [allow({ Condition: condition })],
    call: tokenCall({ DurationSeconds: duration }),
    denial,
  }))
}

function tagRows(
  what: string,
  condition: object,
  cases: readonly (readonly [tag: readonly [string, string], denial: string | null])[],
): readonly AuthorizationRow[] {
  return cases.map(([tag, denial]) => ({
    what: `leave for tags by ${what}: ${tag.join('=')}`,
    statements: [allow({}), allow({ Action: TAG, Condition: condition })],
    call: tokenCall(tags([tag])),
    denial,
  }))
}

/** One row per key: the condition holds. And one where its opposite denies. */
function contextRows(
  conditions: Readonly<Record<string, Readonly<Record<string, string>>>>,
): readonly AuthorizationRow[] {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, value]) => {
      const condition = { Condition: { [operator]: { [key]: value } } }
      const call = tokenCall({}, { headers: ['User-Agent', 'test/1.0'] })
      return [
        { what: `${operator} ${key}`, statements: [allow(condition)], call, denial: null },
        {
          what: `a Deny by ${operator} ${key}`,
          statements: [allow({}), deny(condition)],
          call,
          denial: DENIED,
        },
      ]
    }),
  )
}
