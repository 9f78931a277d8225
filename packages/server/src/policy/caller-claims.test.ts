import { describe, expect, it } from 'vitest'
import { listOpenProviders } from './caller-claims.ts'
import { parsePolicy } from './parse-policy.ts'

const EQUAL = 'StringEquals'
const PROVIDER = nameProvider('idp.example.com')

function nameProvider(issuer: string): string {
  return `arn:aws:iam::123456789012:oidc-provider/${issuer}`
}

/** The providers that a trust policy leaves open to all their callers. */
function openProviders(condition: object, provider: string = PROVIDER): readonly string[] {
  const document = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: condition,
    },
  }
  const policy = parsePolicy(JSON.stringify(document), 'trust')
  return listOpenProviders(policy).map(({ principal }) => principal)
}

describe('callers of a provider are told apart', () => {
  it.each([
    'sub',
    'email',
    'actor',
    'actor_id',
    'enterprise_id',
    'google/organization_number',
    'job_workflow_ref',
    'oidc.circleci.com/project-id',
    'repository',
    'repository_id',
    'repository_owner_id',
    'rpst_id',
  ])('by the claim %s', claim => {
    expect(openProviders({ [EQUAL]: { [`idp.example.com:${claim}`]: 'mine' } })).toEqual([])
  })

  it.each([
    [{ StringLike: { 'IDP.example.com:SUB': 'ci:*' } }],
    [{ [EQUAL]: { 'sts:SourceIdentity': 'alice' } }],
    [{ [EQUAL]: { 'aws:RequestTag/Team': 'data' } }],
    [{ 'ForAnyValue:StringEquals': { 'idp.example.com:email': 'alice@example.com' } }],
  ])('by %j', condition => {
    expect(openProviders(condition)).toEqual([])
  })

  it('by the key that AWS names for a shared issuer, and for that issuer alone', () => {
    const azure = 'sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d'
    const condition = { [EQUAL]: { 'sts:RoleSessionName': 'mine' } }
    expect(openProviders(condition, nameProvider(azure))).toEqual([])
    expect(openProviders(condition)).toEqual([PROVIDER])
  })
})

describe('callers of a provider are not told apart', () => {
  it.each([
    [{}],
    [{ [EQUAL]: { 'idp.example.com:aud': 'client' } }],
    [{ [EQUAL]: { 'idp.example.com:environment': 'production' } }],
    [{ [EQUAL]: { 'other.example.com:sub': 'alice' } }],
    [{ [EQUAL]: { 'sts:RoleSessionName': 'alice' } }],
    [{ [EQUAL]: { 'aws:PrincipalTag/Team': 'data' } }],
    [{ StringLike: { 'idp.example.com:sub': '*' } }],
    [{ StringLike: { 'idp.example.com:sub': '?*' } }],
    [{ StringLike: { 'idp.example.com:sub': '*?' } }],
    [{ StringLike: { 'idp.example.com:sub': ['alice', '**'] } }],
    [{ StringNotEquals: { 'idp.example.com:sub': 'alice' } }],
    [{ StringEqualsIfExists: { 'idp.example.com:email': 'alice@example.com' } }],
    [{ 'ForAllValues:StringEquals': { 'idp.example.com:email': 'alice@example.com' } }],
  ])('by %j', condition => {
    expect(openProviders(condition)).toEqual([PROVIDER])
  })

  it('where only one end of a value is a wildcard, they are', () => {
    expect(openProviders({ StringLike: { 'idp.example.com:sub': '*:mine' } })).toEqual([])
    expect(openProviders({ StringLike: { 'idp.example.com:sub': 'mine:*' } })).toEqual([])
  })
})

it('a provider of SAML has no such claims and is not listed', () => {
  expect(openProviders({}, 'arn:aws:iam::123456789012:saml-provider/idp')).toEqual([])
})
