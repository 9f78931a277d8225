import { describe, expect, it } from 'vitest'
import type { Arn } from '../principals/arn.ts'
import {
  type KeyPrincipal,
  type KeySession,
  listAccountKeys,
  listKnownKeys,
  listResourceKeys,
  listTransportKeys,
} from './request-keys.ts'

const NOW_MS = Date.UTC(2026, 10, 30, 12, 0, 0, 999)
const PROVIDER = 'arn:aws:iam::123456789012:oidc-provider/idp.example.com/team'
const ORGANIZATION = { organizationId: 'o-abc', path: ['r-1', 'ou-1'], isManagementAccount: false }
const ALONE = { id: '123456789012', organization: null }
const MEMBER = { id: '123456789012', organization: ORGANIZATION }

const ALICE: KeyPrincipal = {
  kind: 'user',
  account: ALONE,
  principalArn: 'arn:aws:iam::123456789012:user/alice' as Arn,
  userId: 'AIDAEXAMPLE',
  principalTags: [{ key: 'Team', value: 'data' }],
  user: { name: 'alice' },
}

const SESSION: KeySession = {
  issuedAtMs: Date.UTC(2026, 10, 30, 11),
  sourceIdentity: null,
  federatedProvider: null,
  webIdentity: null,
  computeContext: new Map(),
  identityContext: null,
}

/** What every direct call has. */
const DIRECT = {
  'aws:ViaAWSService': 'false',
  'aws:ViaAWSMCPService': 'false',
  'aws:PrincipalIsAWSService': 'false',
  'aws:CurrentTime': '2026-11-30T12:00:00.999Z',
  'aws:EpochTime': '1796040000',
}

function knownKeys(principal: KeyPrincipal, session: KeySession | null = null): object {
  return Object.fromEntries(listKnownKeys(principal, session, NOW_MS))
}

describe('the keys of a principal', () => {
  it('are those of a user, with its name and tags', () => {
    expect(knownKeys(ALICE)).toEqual({
      'aws:PrincipalAccount': '123456789012',
      'aws:PrincipalArn': ALICE.principalArn,
      'aws:PrincipalType': 'User',
      'aws:userid': 'AIDAEXAMPLE',
      'aws:username': 'alice',
      'aws:PrincipalTag/Team': 'data',
      ...DIRECT,
    })
  })

  it.each([
    ['root', 'Account'],
    ['assumed-role', 'AssumedRole'],
    ['federated-user', 'FederatedUser'],
  ] as const)('name a %s as %s, without a user name', (kind, type) => {
    expect(knownKeys({ ...ALICE, kind, principalTags: [] })).toEqual({
      'aws:PrincipalAccount': '123456789012',
      'aws:PrincipalArn': ALICE.principalArn,
      'aws:PrincipalType': type,
      'aws:userid': 'AIDAEXAMPLE',
      ...DIRECT,
    })
  })

  it('have no user name where none is known', () => {
    const { user: _, ...nameless } = ALICE
    expect(knownKeys(nameless)).not.toHaveProperty('aws:username')
  })

  it('have the organization of the account', () => {
    expect(knownKeys({ ...ALICE, account: MEMBER })).toMatchObject({
      'aws:PrincipalOrgID': 'o-abc',
      'aws:PrincipalOrgPaths': ['o-abc/r-1/ou-1/'],
    })
  })

  it('are those of the provider for whoever comes with its token', () => {
    const bearer = { ...ALICE, kind: 'web-identity', principalArn: PROVIDER as Arn } as const
    expect(knownKeys({ ...bearer, account: MEMBER })).toEqual({
      'aws:PrincipalAccount': '123456789012',
      'aws:PrincipalType': 'User',
      'aws:userid': PROVIDER,
      'aws:FederatedProvider': PROVIDER,
      ...DIRECT,
    })
  })

  it('are of the account alone where nothing else is known', () => {
    expect([...listAccountKeys(ALONE)]).toEqual([['aws:PrincipalAccount', '123456789012']])
  })
})

describe('the keys of a session', () => {
  const plain = {
    'aws:TokenIssueTime': '2026-11-30T11:00:00.000Z',
    'aws:MultiFactorAuthPresent': 'false',
  }

  function sessionKeys(session: Partial<KeySession>): object {
    const alone = Object.keys(knownKeys(ALICE))
    const all = Object.entries(knownKeys(ALICE, { ...SESSION, ...session }))
    return Object.fromEntries(all.filter(([key]) => !alone.includes(key)))
  }

  it('say when it was made, and that no device was asked', () => {
    expect(sessionKeys({})).toEqual(plain)
  })

  it('have the source identity where there is one', () => {
    expect(sessionKeys({ sourceIdentity: 'carol' })).toEqual({
      ...plain,
      'aws:SourceIdentity': 'carol',
    })
  })

  it('have the claims of the token by which it was made, under its issuer', () => {
    const webIdentity = { subject: 'repo:me', audience: 'sts', authenticationMethods: ['pwd'] }
    expect(sessionKeys({ federatedProvider: PROVIDER, webIdentity })).toEqual({
      ...plain,
      'aws:FederatedProvider': PROVIDER,
      'idp.example.com/team:sub': 'repo:me',
      'idp.example.com/team:aud': 'sts',
      'idp.example.com/team:amr': ['pwd'],
    })
  })

  it('have no methods where the token named none, and no claims of a session of an older release', () => {
    const webIdentity = { subject: 'repo:me', audience: 'sts', authenticationMethods: null }
    expect(sessionKeys({ federatedProvider: PROVIDER, webIdentity })).not.toHaveProperty(
      'idp.example.com/team:amr',
    )
    expect(sessionKeys({ federatedProvider: PROVIDER })).toEqual({
      ...plain,
      'aws:FederatedProvider': PROVIDER,
    })
  })

  it('have what is known of the machine, and nothing that has no key', () => {
    const computeContext = new Map([
      ['ec2_instance_source_vpc', 'vpc-1'],
      ['unknown', 'x'],
    ])
    expect(sessionKeys({ computeContext })).toEqual({
      ...plain,
      'aws:Ec2InstanceSourceVpc': 'vpc-1',
    })
  })
})

describe('the keys of a connection', () => {
  const transport = {
    sourceIp: '192.0.2.7',
    secureTransport: true,
    userAgent: 'cli',
    region: 'eu-1',
  }

  it('say where it came from, how, and to which region', () => {
    expect(Object.fromEntries(listTransportKeys(transport))).toEqual({
      'aws:SourceIp': '192.0.2.7',
      'aws:SecureTransport': 'true',
      'aws:UserAgent': 'cli',
      'aws:RequestedRegion': 'eu-1',
    })
  })

  it('have no user agent without the header', () => {
    const keys = [...listTransportKeys({ ...transport, userAgent: '' })].map(([key]) => key)
    expect(keys).toEqual(['aws:SourceIp', 'aws:SecureTransport', 'aws:RequestedRegion'])
  })
})

describe('the keys of a resource', () => {
  const other = { id: '210987654321', organization: ORGANIZATION }
  const cases = [
    ['the account that its ARN names', 'arn:aws:iam::210987654321:role/r', '210987654321'],
    ['the account of the principal, for an ARN without one', 'arn:aws:s3:::bucket', ALONE.id],
    ['the account of the principal, for no ARN', '*', ALONE.id],
  ] as const

  it.each(cases)('name %s', (_what, resource, id) => {
    const keys = Object.fromEntries(listResourceKeys(resource, [ALONE, other]))
    expect(keys['aws:ResourceAccount']).toBe(id)
    expect('aws:ResourceOrgID' in keys).toBe(id === other.id)
  })

  it('have the organization of the owner', () => {
    expect(
      Object.fromEntries(listResourceKeys('arn:aws:iam::210987654321:role/r', [ALONE, other])),
    ).toEqual({
      'aws:ResourceAccount': '210987654321',
      'aws:ResourceOrgID': 'o-abc',
      'aws:ResourceOrgPaths': ['o-abc/r-1/ou-1/'],
    })
  })

  it('have no organization of an account that nobody knows', () => {
    const resource = 'arn:aws:iam::999999999999:role/r'
    expect(Object.fromEntries(listResourceKeys(resource, [MEMBER]))).toEqual({
      'aws:ResourceAccount': '999999999999',
    })
  })
})
