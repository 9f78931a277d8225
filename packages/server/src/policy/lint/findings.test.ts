import { describe, expect, test } from 'vitest'
import { parsePolicy } from '../parse-policy.ts'
import type { PolicyKind } from '../policy-document.ts'
import { FINDING_KINDS, type FindingId, findFindingPage } from './finding-kinds.ts'
import { lintPolicy } from './lint-policy.ts'

const NOW_MS = Date.UTC(2026, 10, 30)

interface Case {
  readonly kind?: PolicyKind
  /** Null leaves the version out. */
  readonly version?: string | null
  /** Over an Allow of everything; of a trust policy over one of `sts:AssumeRole` for an account. */
  readonly statements: readonly object[]
}

const IDENTITY = { Effect: 'Allow', Action: '*', Resource: '*' }
const ISSUER = 'idp.example.com'
const TRUST = {
  Effect: 'Allow',
  Principal: { AWS: '123456789012' },
  Action: 'sts:AssumeRole',
}

function lint({ kind = 'identity', version = '2012-10-17', statements }: Case) {
  const base = kind === 'trust' ? TRUST : IDENTITY
  const document = {
    ...(version !== null && { Version: version }),
    Statement: statements.map(each => ({ ...base, ...each })),
  }
  return lintPolicy(parsePolicy(JSON.stringify(document), kind), NOW_MS)
}

const when = (operator: string, key: string, value: unknown) => ({
  Condition: { [operator]: { [key]: value } },
})

const oidc = (condition: object) => ({
  Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${ISSUER}` },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { [`${ISSUER}:sub`]: 'me', ...condition } },
})

const one = (statement: object, rest: Omit<Case, 'statements'> = {}): Case => ({
  ...rest,
  statements: [statement],
})
const trust = (statement: object): Case => one(statement, { kind: 'trust' })
const session = (...statements: readonly object[]): Case => ({ kind: 'session', statements })
const denied = (condition: object): Case => one({ Effect: 'Deny', ...condition })

const SELF = 'arn:aws:sts::123456789012:self'
const ROLE = 'arn:aws:iam::123456789012:role/x'
const AUDIENCE = 'sts:IdentityTokenAudience'
const USER_VARIABLE = `arn:aws:iam::123456789012:user/\${aws:username}`

type Some<Item> = readonly [Item, ...Item[]]

/** What is found, with a piece of what is said; and what looks alike and is right. */
interface CasesOfKind {
  readonly found: Some<readonly [Case, string]>
  readonly right: Some<Case>
}

const CASES: Readonly<Record<FindingId, CasesOfKind>> = {
  'unknown-action': {
    found: [
      [one({ Action: 'sts:AsumeRole' }), 'no action sts:AsumeRole; did you mean sts:AssumeRole?'],
      [one({ Action: ['iam:GetUser', 'iam:Crate*'] }), 'no action iam:Crate*.'],
      [one({ NotAction: 'iam:ListUser', Action: undefined }), 'did you mean iam:ListUsers?'],
      [one({ Action: 'sst:AssumeRole' }), 'did you mean sts:AssumeRole?'],
      [one({ Action: 'iamm:CreateRole' }), 'did you mean iam:CreateRole?'],
      [denied({ Action: 'sts:Nothing?' }), 'no action sts:Nothing?.'],
    ],
    right: [
      one({ Action: ['sts:assumerole', 'IAM:Get*', 'iam:PassRole', 'sts:SetContext', '*:*'] }),
      one({
        Action: ['s3:GetObjekt', 'ses:AssumeRole', 'ram:CreateRole', 'cognito-idp:ListUsers'],
      }),
      one({ Action: ['sts:GetScopedCredentials', 'iam:UpdateOpenIDConnectProvider'] }),
    ],
  },
  'unknown-key': {
    found: [
      [one(when('StringEquals', 'aws:SourceIP4', '192.0.2.1')), 'did you mean aws:SourceIp?'],
      [
        denied(when('StringEquals', 'sts:IdentityTokenAudiance', 'x')),
        'did you mean sts:IdentityTokenAudience?',
      ],
      [one(when('StringEquals', 'asw:PrincipalArn', 'x')), 'never allows anything'],
      [
        one({ Resource: `arn:aws:iam::123456789012:user/\${aws:usernme}` }),
        'did you mean aws:username?',
      ],
      [trust(oidc({ [`${ISSUER}:subb`]: 'x' })), `did you mean ${ISSUER}:sub?`],
    ],
    right: [
      one(when('StringEquals', 's3:prefix', 'x')),
      one(when('StringEquals', 'ram:ResourceTag/x', 'x')),
      one(when('StringEquals', 'aws:RequestTag/anything', 'x')),
      trust(oidc({ [`${ISSUER}:email`]: 'x' })),
    ],
  },
  'key-never-there': {
    found: [[one(when('StringEquals', 'aws:SourceVpc', 'vpc-1')), 'never allows anything']],
    right: [one(when('IpAddress', 'aws:SourceIp', '192.0.2.0/24'))],
  },
  'deny-never-applies': {
    found: [[denied(when('StringEquals', 'aws:SourceVpc', 'vpc-1')), 'this Deny never applies']],
    right: [denied(when('StringEquals', 'aws:PrincipalAccount', '123456789012'))],
  },
  'key-twice': {
    found: [
      [
        one({
          Condition: {
            StringEquals: { 'aws:PrincipalTag/Team': 'a', 'aws:principaltag/team': 'b' },
          },
        }),
        'aws:principaltag/team and aws:PrincipalTag/Team are the same key',
      ],
    ],
    right: [
      one({
        Condition: {
          StringLike: { 'aws:PrincipalTag/Team': 'a*' },
          StringNotEquals: { 'aws:principaltag/team': 'ab' },
        },
      }),
    ],
  },
  'multivalued-key-never-matches': {
    found: [
      [one(when('StringEquals', AUDIENCE, 'x')), 'never matches it: use ForAllValues:StringEquals'],
      [one(when('StringLike', 'aws:PrincipalOrgPaths', 'o-1/*')), 'use ForAnyValue:StringLike.'],
      [
        denied(when('StringNotEquals', AUDIENCE, 'x')),
        'matches no request that has one, and every request that has none: use ForAnyValue:StringNotEquals.',
      ],
      [
        denied(when('StringNotLike', 'aws:PrincipalOrgPaths', 'o-1/*')),
        'use ForAllValues:StringNotLike.',
      ],
      [one(when('StringEqualsIfExists', AUDIENCE, 'x')), 'and every request that has none'],
    ],
    right: [one(when('Null', AUDIENCE, 'false')), one(when('StringEquals', 'aws:username', 'x'))],
  },
  'set-operator-on-single-value': {
    found: [
      [
        one(when('ForAllValues:StringEquals', 'aws:PrincipalTag/team', 'x')),
        'also matches every request without it: use StringEquals, or StringEqualsIfExists',
      ],
      [
        denied(when('ForAnyValue:StringNotLikeIfExists', 'aws:username', 'x')),
        'is the same as StringNotLike, and IfExists does nothing',
      ],
    ],
    right: [one(when('ForAnyValue:StringLike', 'cognito-identity.amazonaws.com:amr', 'x'))],
  },
  'any-value-lets-others-through': {
    found: [
      [one(when('ForAnyValue:StringEquals', AUDIENCE, 'x')), 'other values pass along'],
      [one(when('ForAnyValue:StringEquals', 'aws:TagKeys', 'x')), 'other values pass along'],
    ],
    right: [
      denied(when('ForAnyValue:StringEquals', AUDIENCE, 'x')),
      one(when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-1/*')),
      one(when('ForAnyValue:StringLike', 'aws:ResourceOrgPaths', 'o-1/*')),
    ],
  },
  'missing-key-lets-through': {
    found: [
      [one(when('ForAllValues:StringEquals', AUDIENCE, 'x')), 'add "Null"'],
      [one(when('ForAllValues:StringEquals', 's3:RequestObjectTagKeys', 'x')), 'add "Null"'],
    ],
    right: [
      one({
        Action: 'sts:GetWebIdentityToken',
        Resource: SELF,
        ...when('ForAllValues:StringEquals', AUDIENCE, 'x'),
      }),
      one({
        Condition: {
          'ForAllValues:StringEquals': { [AUDIENCE]: 'x' },
          Null: { [AUDIENCE]: 'false' },
        },
      }),
    ],
  },
  'all-values-denies-too-little': {
    found: [
      [denied(when('ForAllValues:StringEquals', 'aws:TagKeys', 'x')), 'one more value evades it'],
    ],
    right: [denied(when('ForAllValues:StringNotLike', 'aws:PrincipalOrgPaths', 'o-1/*'))],
  },
  'if-exists-has-no-effect': {
    found: [
      [
        denied(when('ForAnyValue:StringEqualsIfExists', 'aws:TagKeys', 'x')),
        'deny such requests in another statement',
      ],
    ],
    right: [denied(when('ForAnyValue:StringEquals', 'aws:TagKeys', 'x'))],
  },
  'variable-in-older-version': {
    found: [
      [
        one({ Resource: USER_VARIABLE }, { version: null }),
        'no variable in a document of 2008-10-17',
      ],
      [
        one(
          { NotResource: USER_VARIABLE, Resource: undefined, Effect: 'Deny' },
          { version: '2008-10-17' },
        ),
        'aws:username',
      ],
      [
        one(when('StringEquals', 'aws:PrincipalTag/a', `\${aws:PrincipalTag/b}`), {
          version: '2008-10-17',
        }),
        'the text itself',
      ],
    ],
    right: [one({ Resource: USER_VARIABLE }), one({}, { version: null })],
  },
  'wildcard-compared-literally': {
    found: [
      [one(when('StringEquals', 'aws:PrincipalTag/team', 'data-*')), 'use StringLike.'],
      [
        denied(when('StringNotEqualsIfExists', 'aws:PrincipalTag/team', ['a', '*'])),
        'use StringNotLike.',
      ],
      [one(when('ForAnyValue:StringEqualsIgnoreCase', AUDIENCE, 'https://*')), 'use StringLike.'],
    ],
    right: [
      one(when('StringLike', 'aws:PrincipalTag/team', 'data-*')),
      one(when('ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:role/x')),
      one(when('StringEquals', 'aws:PrincipalTag/team', `a\${*}`)),
    ],
  },
  'value-never-matches': {
    found: [
      [session(when('NumericLessThan', 'sts:DurationSeconds', 'many')), '"many" is not a'],
      [session(when('StringEquals', 'aws:username', [])), 'StringEquals has no value'],
      [trust(when('StringNotEquals', 'sts:ExternalId', [])), 'nothing meets the condition'],
      [
        session(when('DateLessThanIfExists', 'aws:TokenIssueTime', 'soon')),
        'met only without the key',
      ],
    ],
    right: [
      session(when('NumericLessThan', 'sts:DurationSeconds', ['many', '300'])),
      session(when('NotIpAddress', 'aws:SourceIp', 'here')),
    ],
  },
  'time-is-over': {
    found: [
      [
        one(when('DateLessThan', 'aws:CurrentTime', '2020-07-01T00:00:00Z')),
        'allows nothing any more',
      ],
      [
        denied(when('NumericLessThanEquals', 'aws:EpochTime', '1593561600')),
        'denies nothing any more',
      ],
      [one(when('DateEquals', 'aws:CurrentTime', ['2020', '2021'])), 'ends at 2021'],
    ],
    right: [
      one(when('DateGreaterThan', 'aws:CurrentTime', '2020-07-01T00:00:00Z')),
      one(when('DateLessThan', 'aws:CurrentTime', ['2020', '2030'])),
      one(when('DateLessThan', 'aws:CurrentTime', '2026-11-30T00:00:00Z')),
      // How sessions are revoked.
      denied(when('DateLessThan', 'aws:TokenIssueTime', '2020-07-01T00:00:00Z')),
    ],
  },
  'mfa-deny-misses-keys': {
    found: [[denied(when('Bool', 'aws:MultiFactorAuthPresent', 'false')), 'use BoolIfExists']],
    right: [
      denied(when('BoolIfExists', 'aws:MultiFactorAuthPresent', 'false')),
      one(when('Bool', 'aws:MultiFactorAuthPresent', 'true')),
      denied(when('Bool', 'aws:MultiFactorAuthPresent', 'true')),
    ],
  },
  'allow-with-not-action': {
    found: [
      [one({ Action: undefined, NotAction: ['iam:*', 'sts:*'] }), 'every service but iam:*, sts:*'],
    ],
    right: [denied({ Action: undefined, NotAction: 'iam:*' })],
  },
  'allow-with-not-resource': {
    found: [[one({ Resource: undefined, NotResource: ROLE }), `every resource but ${ROLE}`]],
    right: [denied({ Resource: undefined, NotResource: ROLE })],
  },
  'token-on-other-resource': {
    found: [
      [one({ Action: 'sts:GetWebIdentityToken', Resource: ROLE }), `which ${ROLE} does not name`],
      [
        one({ Action: ['sts:getwebidentitytoken', 'iam:GetRole'], Resource: [ROLE, `${SELF}/x`] }),
        'which no Resource of the statement names',
      ],
      [
        one({ Action: 'sts:GetWebIdentityToken', Resource: 'arn:aws:sts::12345:self' }),
        'does not name',
      ],
    ],
    right: [
      one({ Action: 'sts:GetWebIdentityToken', Resource: SELF }),
      one({ Action: 'sts:GetWebIdentityToken', Resource: '*' }),
      one({ Action: 'sts:GetWebIdentityToken', Resource: ['arn:aws-cn:sts::*:self', ROLE] }),
      one({
        Action: 'sts:GetWebIdentityToken',
        Resource: `arn:aws:sts::\${aws:PrincipalAccount}:self`,
      }),
      one({ Action: 'sts:*', Resource: ROLE }),
      one({ Action: 'sts:AssumeRole', Resource: ROLE }),
    ],
  },
  'second-permission-missing': {
    found: [
      [
        one({
          Action: 'sts:AssumeRole',
          Resource: ROLE,
          ...when('StringEquals', 'aws:RequestTag/team', 'x'),
        }),
        'needs sts:TagSession too',
      ],
      [
        one({
          Action: 'sts:GetWebIdentityToken',
          Resource: SELF,
          ...when('StringLike', 'aws:RequestTag/team', 'x'),
        }),
        'needs sts:TagGetWebIdentityToken too',
      ],
      [
        trust(when('StringEquals', 'sts:SourceIdentity', 'alice')),
        'needs sts:SetSourceIdentity too',
      ],
      [
        one({ Action: 'iam:CreateUser', ...when('Null', 'aws:RequestTag/team', 'false') }),
        'needs iam:TagUser too',
      ],
    ],
    right: [
      trust({
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        ...when('StringEquals', 'aws:RequestTag/team', 'x'),
      }),
      {
        statements: [
          { Action: 'iam:CreateUser', ...when('StringEquals', 'aws:RequestTag/team', 'x') },
          { Action: 'iam:Tag*' },
        ],
      },
      one({
        Action: 'iam:CreateUser',
        ...when('StringEqualsIfExists', 'aws:RequestTag/team', 'x'),
      }),
      one({ Action: 'iam:CreateUser', ...when('StringNotEquals', 'aws:RequestTag/team', 'x') }),
      one({ Action: 'iam:*', ...when('StringEquals', 'aws:RequestTag/team', 'x') }),
    ],
  },
  'trust-for-everyone': {
    found: [
      [trust({ Principal: { AWS: '*' } }), 'Everyone, in every account'],
      [trust({ Principal: { AWS: ['123456789012', '*'] } }), 'Everyone, in every account'],
      [
        trust({ Principal: { AWS: '*' }, ...when('StringEquals', 'sts:ExternalId', 'known') }),
        'Everyone',
      ],
      [
        trust({ Principal: { AWS: '*' }, ...when('StringLike', 'aws:PrincipalArn', '*') }),
        'Everyone',
      ],
    ],
    right: [
      trust({}),
      trust({
        Principal: { AWS: '*' },
        ...when('StringEquals', 'aws:PrincipalOrgID', 'o-example1234'),
      }),
      trust({
        Principal: { AWS: '*' },
        ...when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::123456789012:role/*'),
      }),
      trust({ Principal: { AWS: '*' }, Effect: 'Deny' }),
    ],
  },
  'callers-not-told-apart': {
    found: [
      [
        trust({ ...oidc({}), Condition: { StringEquals: { [`${ISSUER}:aud`]: 'x' } } }),
        `Whoever has a token of ${ISSUER}`,
      ],
    ],
    right: [trust(oidc({}))],
  },
  'session-allows-nothing': {
    found: [
      [session({ Effect: 'Deny' }), 'the policy has no Allow'],
      [session(when('StringEquals', AUDIENCE, 'x')), 'no Allow of the policy ever applies'],
      [
        session({ Action: 'sts:AsumeRole' }, when('StringEquals', 'aws:SourceVpc', 'x')),
        'no Allow',
      ],
    ],
    right: [
      session({}),
      session({ Action: 'sts:AsumeRole' }, { Action: 'sts:AssumeRole' }),
      session(when('StringEqualsIfExists', AUDIENCE, 'x')),
    ],
  },
}

describe.each(Object.entries(CASES))('%s', (id, { found, right }) => {
  test.each(found.map(([policy, words]) => [words, policy] as const))(
    'is found: %s',
    (words, policy) => {
      const explanations = lint(policy).flatMap(each => (each.id === id ? [each.explanation] : []))
      expect(explanations.join('\n')).toContain(words)
    },
  )

  test.each(right.map(policy => [JSON.stringify(policy.statements), policy] as const))(
    'is not found in %s',
    (_name, policy) => {
      expect(lint(policy).filter(each => each.id === id)).toEqual([])
    },
  )
})

test.each(Object.keys(FINDING_KINDS) as FindingId[])('%s has a page', id => {
  expect(findFindingPage(id)).toBe(`docs/policy-findings.md#${id}`)
})
