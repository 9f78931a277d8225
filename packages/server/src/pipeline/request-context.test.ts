import { describe, expect, it } from 'vitest'
import type { TrustingRole } from '../directory/trusting-role.ts'
import type { Call, Permission } from '../operations/operation.ts'
import type { ContextValue } from '../policy/decision.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { parseOrganizationPlacement } from '../principals/organization.ts'
import { createAccount, createRole, OTHER_ACCOUNT_ID } from '../store/test/records.ts'
import { listContext } from './request-context.ts'
import { ASSUMED_ROLE, createSession, HOME, USER, WEB_IDENTITY } from './test/callers.ts'
import { NOW_MS } from './test/requests.ts'

const CALL: Call = {
  caller: USER,
  requestId: 'r',
  nowMs: NOW_MS,
  region: 'eu-west-1',
  sourceIp: '192.0.2.1',
  userAgent: 'tests/1',
  secureTransport: true,
  isGlobalEndpoint: false,
  services: {} as Call['services'],
}
const PERMISSION: Permission = { action: 'sts:GetWebIdentityToken', resource: '*', context: [] }

const OTHER = {
  ...createAccount(OTHER_ACCOUNT_ID),
  organization: parseOrganizationPlacement('o-example1234/r-ab12', false),
}
const ROLE: TrustingRole = {
  account: OTHER,
  role: createRole(2),
  arn: USER.arn,
  trustPolicy: parsePolicy(
    '{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}',
    'trust',
  ),
}
const FOREIGN = `arn:aws:iam::${OTHER_ACCOUNT_ID}:role/x`

/** The keys of a permission, by name. */
const keysOf = (permission: Partial<Permission> = {}, call: Partial<Call> = {}) =>
  Object.fromEntries(listContext({ ...PERMISSION, ...permission }, { ...CALL, ...call }))

describe('the condition keys of a call', () => {
  it('are all that follow from caller, transport, resource and time', () => {
    expect(keysOf()).toEqual({
      'aws:PrincipalAccount': HOME.id,
      'aws:PrincipalArn': USER.arn,
      'aws:PrincipalType': 'User',
      'aws:userid': USER.userId,
      'aws:username': 'alice',
      'aws:ViaAWSService': 'false',
      'aws:ViaAWSMCPService': 'false',
      'aws:PrincipalIsAWSService': 'false',
      'aws:CurrentTime': '2026-01-02T03:04:05.000Z',
      'aws:EpochTime': String(NOW_MS / 1000),
      'aws:SourceIp': '192.0.2.1',
      'aws:UserAgent': 'tests/1',
      'aws:SecureTransport': 'true',
      'aws:RequestedRegion': 'eu-west-1',
      'aws:ResourceAccount': HOME.id,
    })
  })

  it.each<readonly [string, Partial<Permission>, Partial<Call>, Record<string, ContextValue>]>([
    ['those of the action', { context: [['sts:X', ['a', 'b']]] }, {}, { 'sts:X': ['a', 'b'] }],
    ['a plain connection', {}, { secureTransport: false }, { 'aws:SecureTransport': 'false' }],
    [
      'those of a session',
      {},
      { caller: { ...ASSUMED_ROLE, session: createSession({ sourceIdentity: 'ann' }) } },
      { 'aws:SourceIdentity': 'ann', 'aws:TokenIssueTime': '2026-01-02T03:00:00.000Z' },
    ],
    [
      'the tags of the caller',
      {},
      { caller: { ...USER, principalTags: [{ key: 'team', value: 'data' }] } },
      { 'aws:PrincipalTag/team': 'data' },
    ],
    [
      'the provider of a token',
      {},
      { caller: WEB_IDENTITY },
      { 'aws:FederatedProvider': WEB_IDENTITY.arn },
    ],
    [
      'the account of the resource',
      { resource: FOREIGN },
      {},
      { 'aws:ResourceAccount': OTHER_ACCOUNT_ID },
    ],
    [
      'the organization of a role that is to be assumed',
      { resource: FOREIGN, trustingRole: ROLE },
      {},
      { 'aws:ResourceAccount': OTHER_ACCOUNT_ID, 'aws:ResourceOrgID': 'o-example1234' },
    ],
  ])('have %s', (_, permission, call, keys) => {
    expect(keysOf(permission, call)).toMatchObject(keys)
  })

  it.each<readonly [string, Partial<Permission>, Partial<Call>]>([
    ['aws:UserAgent', {}, { userAgent: '' }],
    ['aws:PrincipalArn', {}, { caller: WEB_IDENTITY }],
    ['aws:TokenIssueTime', {}, {}],
    ['aws:ResourceOrgID', { resource: FOREIGN }, {}],
    ['aws:ResourceOrgID', { resource: FOREIGN, trustingRole: null }, {}],
  ])('leave %s out where there is none', (key, permission, call) => {
    expect(keysOf(permission, call)).not.toHaveProperty([key])
  })
})
