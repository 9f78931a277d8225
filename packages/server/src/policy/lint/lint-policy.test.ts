import { describe, expect, test } from 'vitest'
import { parsePolicy } from '../parse-policy.ts'
import { lintPolicy } from './lint-policy.ts'

const NOW_MS = Date.UTC(2026, 10, 30)
const AUDIENCE = 'sts:IdentityTokenAudience'

function lint(Condition: object, Effect = 'Allow') {
  const Statement = [{ Sid: 'S', Effect, Action: '*', Resource: '*', Condition }]
  return lintPolicy(
    parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'identity'),
    NOW_MS,
  )
}

test.each([
  ['StringEquals', 'Allow', 'multivalued-key-never-matches'],
  ['StringNotLikeIfExists', 'Deny', 'multivalued-key-never-matches'],
  ['ForAnyValue:StringEquals', 'Allow', 'any-value-lets-others-through'],
  ['ForAnyValue:StringEquals', 'Deny', null],
  ['ForAllValues:StringEquals', 'Allow', 'missing-key-lets-through'],
  ['ForAllValues:StringNotEquals', 'Deny', 'all-values-denies-too-little'],
])('%s in %s: %s', (operator, effect, code) => {
  const found = lint({ [operator]: { [AUDIENCE]: 'https://api.example.com' } }, effect)
  expect(found.map(finding => finding.id)).toEqual(code === null ? [] : [code])
})

test.each([
  ['false', true],
  [['false', 'no'], true],
  ['true', false],
  [['false', 'true'], false],
])('Null %j makes ForAllValues safe: %s', (asked, isSafe) => {
  const found = lint({
    'ForAllValues:StringEquals': { [AUDIENCE]: 'x' },
    Null: { 'STS:identitytokenaudience': asked },
  })
  expect(found.length).toBe(isSafe ? 0 : 1)
})

test('Null on another key makes nothing safe', () => {
  const found = lint({
    'ForAllValues:StringEquals': { [AUDIENCE]: 'x' },
    Null: { 'aws:TagKeys': 'false' },
  })
  expect(found).toHaveLength(1)
})

test.each([
  'aws:PrincipalOrgPaths',
  'aws:ResourceOrgPaths',
  'aws:TagKeys',
  'sts:TransitiveTagKeys',
])('%s is a multivalued key', key => {
  expect(lint({ StringLike: { [key]: 'x' } })).toMatchObject([{ key: key, operator: 'StringLike' }])
})

describe('trust in whoever has a token', () => {
  const PRIVATE = 'idp.example.com'

  function lintTrust(Condition: object, issuer = PRIVATE, Effect = 'Allow') {
    const Federated = `arn:aws:iam::123456789012:oidc-provider/${issuer}`
    const statement = { Sid: 'S', Effect, Principal: { Federated }, Condition }
    const Statement = [{ ...statement, Action: 'sts:AssumeRoleWithWebIdentity' }]
    return lintPolicy(
      parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'trust'),
      NOW_MS,
    )
  }

  test.each([
    ['of a private issuer', PRIVATE, 'idp.example.com:aud'],
    ['of a shared issuer, stored long ago', 'gitlab.com', 'gitlab.com:aud'],
  ])('is found: %s', (_, issuer, key) => {
    expect(lintTrust({ StringEquals: { [key]: 'x' } }, issuer)).toMatchObject([
      {
        id: 'callers-not-told-apart',
        statementId: 'S',
        operator: 'StringEquals',
        key: `${issuer}:sub`,
        explanation: `Whoever has a token of ${issuer} may assume the role: compare ${issuer}:sub, or another claim that tells its callers apart.`,
      },
    ])
  })

  test.each([
    ['where sub is compared', { StringLike: { [`${PRIVATE}:sub`]: 'me:*' } }],
    ['where an address is compared', { StringEquals: { [`${PRIVATE}:email`]: 'a@example.com' } }],
  ])('is not found %s', (_, condition) => {
    expect(lintTrust(condition)).toEqual([])
  })

  test.each([
    ['api.pulumi.com/oidc', 'api.pulumi.com/oidc:aud'],
    ['sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d', 'sts:RoleSessionName'],
  ])('is not found where AWS takes another key of %s', (issuer, key) => {
    expect(lintTrust({ StringEquals: { [key]: 'mine' } }, issuer)).toEqual([])
  })

  test('is not found in a Deny', () => {
    expect(lintTrust({}, PRIVATE, 'Deny')).toEqual([])
  })
})

test('a single-valued key needs no set operator', () => {
  expect(lint({ StringEquals: { 'aws:username': 'x' } })).toEqual([])
})

test('a finding names its statement and explains itself in one sentence', () => {
  const found = [
    ...lint({ StringEquals: { [AUDIENCE]: 'x' } }),
    ...lint({ 'ForAnyValue:StringEquals': { [AUDIENCE]: 'x' } }),
    ...lint({ 'ForAllValues:StringEquals': { [AUDIENCE]: 'x' } }),
    ...lint({ 'ForAllValues:StringEquals': { [AUDIENCE]: 'x' } }, 'Deny'),
    ...lint({ StringEquals: { [AUDIENCE]: 'x' } }, 'Deny'),
  ]
  expect(found).toMatchObject([
    {
      id: 'multivalued-key-never-matches',
      statementId: 'S',
      operator: 'StringEquals',
      key: AUDIENCE,
      explanation:
        'sts:IdentityTokenAudience holds a set of values, so StringEquals never matches it: use ForAllValues:StringEquals with "Null": {"sts:IdentityTokenAudience": "false"}.',
    },
    {
      id: 'any-value-lets-others-through',
      statementId: 'S',
      operator: 'ForAnyValue:StringEquals',
      key: AUDIENCE,
      explanation:
        'ForAnyValue:StringEquals matches as soon as one value of sts:IdentityTokenAudience does, so other values pass along with it: use ForAllValues: with "Null": {"sts:IdentityTokenAudience": "false"}.',
    },
    {
      id: 'missing-key-lets-through',
      statementId: 'S',
      operator: 'ForAllValues:StringEquals',
      key: AUDIENCE,
      explanation:
        'ForAllValues:StringEquals also matches a request without sts:IdentityTokenAudience: add "Null": {"sts:IdentityTokenAudience": "false"}.',
    },
    {
      id: 'all-values-denies-too-little',
      statementId: 'S',
      operator: 'ForAllValues:StringEquals',
      key: AUDIENCE,
      explanation:
        'ForAllValues:StringEquals denies only when every value of sts:IdentityTokenAudience matches, so one more value evades it: use ForAnyValue:.',
    },
    {
      id: 'multivalued-key-never-matches',
      statementId: 'S',
      operator: 'StringEquals',
      key: AUDIENCE,
      explanation:
        'sts:IdentityTokenAudience holds a set of values, so StringEquals never matches it: use ForAnyValue:StringEquals.',
    },
  ])
})

test.each(['Allow', 'Deny'])('IfExists after ForAnyValue is told in %s', effect => {
  const condition = { 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'x' } }
  const found = lint(condition, effect).at(-1)
  expect(found).toMatchObject({ id: 'if-exists-has-no-effect', key: 'aws:TagKeys' })
  expect(found?.explanation).toContain(`${effect.toLowerCase()} such requests in another statement`)
})
