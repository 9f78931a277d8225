import type { Parameters } from '../../support/calls.ts'
import { SESSION_ACTIONS, type Statements, trust } from '../../support/policies.ts'
import { members, sessionTags } from '../../support/sts-calls.ts'

/** The account of the role, and of the caller where a row does not say otherwise. */
export const HOME = '111111111111'
/** Another account. */
export const AWAY = '222222222222'

/** A trust policy, a caller with policies, a request, and what becomes of it. */
export interface TrustRow {
  readonly what: string
  /** The caller is of {@link AWAY}. */
  readonly isAway?: boolean
  /** The trust policy; `USER` stands for the caller's name. */
  readonly trust: Statements
  /** What the caller may do; nothing when it is left out. */
  readonly allows?: Statements
  readonly tags?: Readonly<Record<string, string>>
  readonly roleTags?: Readonly<Record<string, string>>
  readonly parameters?: Parameters
  /** The action that is refused; null when the role is assumed. */
  readonly refused: string | null
}

const ASSUME = 'sts:AssumeRole'
const TAG = 'sts:TagSession'
const SOURCE = 'sts:SetSourceIdentity'
const ALL = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }
const ASSUME_ONLY = { Action: ASSUME }

const USER = (account: string): string => `arn:aws:iam::${account}:user/test/USER`
const DENY = { Effect: 'Deny' }

/** Who may assume a role (AWS IAM User Guide: policy evaluation within and across accounts). */
export const TRUST_ROWS: readonly TrustRow[] = [
  { what: 'the user itself, who has no policy', trust: [trust(USER(HOME))], refused: null },
  { what: 'the account, and the user may', trust: [trust(HOME)], allows: [ALL], refused: null },
  {
    what: 'the account by its root, and the user may',
    trust: [trust(`arn:aws:iam::${HOME}:root`)],
    allows: [ALL],
    refused: null,
  },
  { what: 'the account, and the user may not', trust: [trust(HOME)], refused: ASSUME },
  {
    what: 'the user, whose own policy denies it',
    trust: [trust(USER(HOME))],
    allows: [{ ...ALL, ...DENY, Action: ASSUME }],
    refused: ASSUME,
  },
  {
    what: 'the user, and denies it as well',
    trust: [trust(USER(HOME)), trust(USER(HOME), DENY)],
    refused: ASSUME,
  },
  { what: 'everyone', trust: [trust('*')], refused: null },
  {
    what: 'another user',
    trust: [trust(`arn:aws:iam::${HOME}:user/other`)],
    allows: [ALL],
    refused: ASSUME,
  },
  {
    what: 'a service',
    trust: [trust('', { Principal: { Service: 'lambda.amazonaws.com' } })],
    allows: [ALL],
    refused: ASSUME,
  },
  {
    what: 'an OIDC provider',
    trust: [
      trust('', { Principal: { Federated: `arn:aws:iam::${HOME}:oidc-provider/a.example` } }),
    ],
    allows: [ALL],
    refused: ASSUME,
  },
  {
    what: 'another action',
    trust: [trust(HOME, { Action: 'sts:AssumeRoleWithWebIdentity' })],
    allows: [ALL],
    refused: ASSUME,
  },

  {
    what: 'a user of another account, who may',
    isAway: true,
    trust: [trust(USER(AWAY))],
    allows: [ALL],
    refused: null,
  },
  {
    what: 'a user of another account, who has no policy',
    isAway: true,
    trust: [trust(USER(AWAY))],
    refused: ASSUME,
  },
  {
    what: 'everyone, and the user of another account has no policy',
    isAway: true,
    trust: [trust('*')],
    refused: ASSUME,
  },
  {
    what: 'everyone, and the user of another account may',
    isAway: true,
    trust: [trust('*')],
    allows: [ALL],
    refused: null,
  },
  {
    what: 'another account, whose user may',
    isAway: true,
    trust: [trust(AWAY)],
    allows: [ALL],
    refused: null,
  },
  {
    what: 'its own account, and the user of another one may',
    isAway: true,
    trust: [trust(HOME)],
    allows: [ALL],
    refused: ASSUME,
  },

  ...['right', 'wrong', null].map(
    (externalId): TrustRow => ({
      what: `whoever knows the external id: ${externalId}`,
      trust: [trust(HOME, { Condition: { StringEquals: { 'sts:ExternalId': 'right' } } })],
      allows: [ALL],
      parameters: externalId === null ? {} : { ExternalId: externalId },
      refused: externalId === 'right' ? null : ASSUME,
    }),
  ),
  ...['USER', 'other'].map(
    (name): TrustRow => ({
      what: `sessions that are named after their user: ${name}`,
      trust: [
        trust(HOME, {
          Condition: { StringEquals: { 'sts:RoleSessionName': `\${aws:username}` } },
        }),
      ],
      allows: [ALL],
      parameters: { RoleSessionName: name },
      refused: name === 'USER' ? null : ASSUME,
    }),
  ),
  ...['data', 'web'].map(
    (team): TrustRow => ({
      what: `users of its own team: ${team}`,
      trust: [
        trust(HOME, {
          Condition: { StringEquals: { 'aws:PrincipalTag/team': `\${aws:ResourceTag/team}` } },
        }),
      ],
      allows: [ALL],
      tags: { team },
      roleTags: { Team: 'data' },
      refused: team === 'data' ? null : ASSUME,
    }),
  ),
  ...['iam:ResourceTag/team', 'aws:ResourceTag/team'].flatMap(key =>
    ['data', 'web'].map(
      (team): TrustRow => ({
        what: `the account, and the user may assume roles by ${key}: ${team}`,
        trust: [trust(HOME)],
        allows: [{ ...ALL, Condition: { StringEquals: { [key]: 'data' } } }],
        roleTags: { team },
        refused: team === 'data' ? null : ASSUME,
      }),
    ),
  ),
  {
    what: 'calls from this machine',
    trust: [trust(HOME, { Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.1' } } })],
    allows: [ALL],
    refused: null,
  },
  {
    what: 'calls from another network',
    trust: [trust(HOME, { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })],
    allows: [ALL],
    refused: ASSUME,
  },
  {
    what: 'callers with a second factor',
    trust: [trust(HOME, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })],
    allows: [ALL],
    refused: ASSUME,
  },

  ...sourceIdentityRows(),
  ...tagRows(),
]

/** Observed: what is omitted is missed by `AssumeRole`, what is wrong by `SetSourceIdentity`. */
function sourceIdentityRows(): readonly TrustRow[] {
  const condition = { Condition: { StringEquals: { 'sts:SourceIdentity': 'alice' } } }
  const row = (what: string, changes: Partial<TrustRow>): TrustRow => ({
    what: `source identity: ${what}`,
    trust: [trust(HOME, condition)],
    allows: [ALL],
    refused: null,
    ...changes,
  })
  return [
    row('as required', { parameters: { SourceIdentity: 'alice' } }),
    row('another one', { parameters: { SourceIdentity: 'mallory' }, refused: SOURCE }),
    row('none', { refused: ASSUME }),
    row('one that the role does not let be set', {
      trust: [trust(HOME, ASSUME_ONLY)],
      parameters: { SourceIdentity: 'alice' },
      refused: SOURCE,
    }),
    row('one that the user may not set', {
      trust: [trust(HOME)],
      allows: [{ ...ALL, ...ASSUME_ONLY }],
      parameters: { SourceIdentity: 'alice' },
      refused: SOURCE,
    }),
    row('none, where none may be set', { trust: [trust(HOME, ASSUME_ONLY)] }),
  ]
}

function tagRows(): readonly TrustRow[] {
  const row = (what: string, changes: Partial<TrustRow>): TrustRow => ({
    what: `session tags: ${what}`,
    trust: [trust(HOME)],
    allows: [ALL],
    parameters: sessionTags({ Team: 'data' }),
    refused: null,
    ...changes,
  })
  const when = (condition: object): Statements => [
    trust(HOME, ASSUME_ONLY),
    trust(HOME, { Action: SESSION_ACTIONS, Condition: condition }),
  ]
  return [
    row('that anybody may set', {}),
    row('that the role does not let be set', {
      trust: [trust(HOME, ASSUME_ONLY)],
      refused: TAG,
    }),
    row('that the user may not set', { allows: [{ ...ALL, ...ASSUME_ONLY }], refused: TAG }),
    row('none, where none may be set', { trust: [trust(HOME, ASSUME_ONLY)], parameters: {} }),
    row('an empty list, where none may be set', {
      trust: [trust(HOME, ASSUME_ONLY)],
      parameters: { Tags: '' },
    }),
    row('with the value that is wanted', {
      trust: when({ StringEquals: { 'aws:RequestTag/team': 'data' } }),
    }),
    row('with another value', {
      trust: when({ StringEquals: { 'aws:RequestTag/team': 'web' } }),
      refused: TAG,
    }),
    row('with keys that are wanted', {
      trust: when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team', 'Project'] } }),
    }),
    row('with a key beside those that are wanted', {
      trust: when({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] } }),
      parameters: sessionTags({ Team: 'data', Project: 'x' }),
      refused: TAG,
    }),
    row('transitive ones that are wanted', {
      trust: when({ 'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['Team'] } }),
      parameters: { ...sessionTags({ Team: 'data' }), ...members('TransitiveTagKeys', ['Team']) },
    }),
    row('transitive ones that are not wanted', {
      trust: when({ Null: { 'sts:TransitiveTagKeys': 'true' } }),
      parameters: { ...sessionTags({ Team: 'data' }), ...members('TransitiveTagKeys', ['Team']) },
      refused: TAG,
    }),
  ]
}
