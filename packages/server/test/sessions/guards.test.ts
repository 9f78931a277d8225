import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../../src/principals/entities.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addAccount, addUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import {
  addOidcProvider,
  CLIENT_ID,
  type OidcIssuer,
  startOidcIssuer,
} from '../support/oidc-issuer.ts'
import { type Statements, trust, trustProvider } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import {
  assumeRole,
  callSts,
  findInResult,
  issueToken,
  readCredentials,
} from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import { exchangeToken } from '../support/worlds/issuer.ts'

// Guards as they are copied from AWS: each must deny here what it denies there.

const ACCOUNT = '111111111111'
const ALLOW = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }

let server: TestServer
let account: Account
let issuer: OidcIssuer
let count = 0

beforeAll(async () => {
  issuer = await startOidcIssuer()
  server = await startTestServer({ settings: { 'webIdentity.listedOrigins': issuer.url } })
  account = await addAccount(server, ACCOUNT, { organization: 'o-example1234/r-ab12' })
  await addOidcProvider(server, account, issuer.url)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

function deny(condition: object): Statements[number] {
  return { Sid: 'Guard', Effect: 'Deny', Action: '*', Resource: '*', Condition: condition }
}

async function askForToken(credentials: SigningCredentials): Promise<number> {
  return (await call(server, credentials, tokenCall())).status
}

/** The status of a token call of a new user whom a guard binds. */
async function askGuarded(condition: object): Promise<number> {
  count += 1
  const statements = [ALLOW, deny(condition)]
  return askForToken((await addUser(server, account, `user-${count}`, { statements })).credentials)
}

const ELSEWHERE = { NotIpAddress: { 'aws:SourceIp': ['192.0.2.0/24'] } }
const HERE = { NotIpAddress: { 'aws:SourceIp': ['127.0.0.0/8'] } }
// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, not a template.
const OWN_ACCOUNT = '${aws:PrincipalAccount}'

describe('a user with a guard', () => {
  it.each<[what: string, condition: object, status: number]>([
    [
      'of addresses, for direct calls',
      { ...ELSEWHERE, Bool: { 'aws:ViaAWSService': 'false' } },
      403,
    ],
    ['of addresses, from one of them', { ...HERE, Bool: { 'aws:ViaAWSService': 'false' } }, 200],
    ['of addresses, for services', { ...ELSEWHERE, Bool: { 'aws:ViaAWSService': 'true' } }, 200],
    [
      'of a data perimeter',
      {
        NotIpAddressIfExists: { 'aws:SourceIp': ['192.0.2.0/24'] },
        StringNotEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' },
        Bool: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
      },
      403,
    ],
    ['against people alone', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }, 403],
    ['against direct calls past a tool', { Bool: { 'aws:ViaAWSMCPService': 'false' } }, 403],
    ['of another account', { StringNotEquals: { 'aws:ResourceAccount': '222222222222' } }, 403],
    ['of the own account', { StringNotEquals: { 'aws:ResourceAccount': OWN_ACCOUNT } }, 200],
    ['against the own account', { StringEquals: { 'aws:ResourceAccount': ACCOUNT } }, 403],
    ['of another organization', { StringNotEquals: { 'aws:ResourceOrgID': 'o-other12345' } }, 403],
    ['against the organization', { StringEquals: { 'aws:ResourceOrgID': 'o-example1234' } }, 403],
    [
      'against a unit',
      { 'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': 'o-example1234/r-ab12/*' } },
      403,
    ],
    [
      'against other units',
      { 'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': 'o-example1234/r-ab12/ou-*' } },
      200,
    ],
  ])('%s', async (_, condition, status) => {
    expect(await askGuarded(condition)).toBe(status)
  })

  it('gets no token by an Allow of ForAnyValue with IfExists', async () => {
    const allow = (operator: string) => ({
      ...ALLOW,
      Condition: { [operator]: { 'aws:TagKeys': 'team' } },
    })
    const ask = async (operator: string): Promise<number> => {
      count += 1
      const options = { statements: [allow(operator)] }
      return askForToken((await addUser(server, account, `user-${count}`, options)).credentials)
    }
    expect(await ask('ForAnyValue:StringEqualsIfExists')).toBe(403)
    expect(await ask('ForAllValues:StringEqualsIfExists')).toBe(200)
  })
})

describe('a role of web identity with a guard of its own', () => {
  const key = (claim: string) => `${new URL(issuer.url).host}:${claim}`
  const makeRole = (guard: object | null, changes: object = {}) => {
    count += 1
    return addRole(server, account, `role-${count}`, {
      trust: trustProvider(`arn:aws:iam::${ACCOUNT}:oidc-provider/${new URL(issuer.url).host}`),
      statements: guard === null ? [ALLOW] : [ALLOW, deny(guard)],
      ...changes,
    })
  }
  const exchange = async (arn: string, claims: Record<string, unknown> = {}) => {
    const token = await issuer.sign(server.clock.nowMs(), { sub: 'alice', ...claims })
    return readCredentials(await exchangeToken(server, arn, token))
  }

  it.each<[what: string, guard: () => object, claims: Record<string, unknown>, status: number]>([
    ['the subject', () => ({ StringEquals: { [key('sub')]: 'alice' } }), {}, 403],
    ['another subject', () => ({ StringEquals: { [key('sub')]: 'bob' } }), {}, 200],
    ['all but the subject', () => ({ StringNotEquals: { [key('sub')]: 'alice' } }), {}, 200],
    ['the audience', () => ({ StringEquals: { [key('aud')]: CLIENT_ID } }), {}, 403],
    [
      'who has no second factor',
      () => ({ 'ForAllValues:StringNotEquals': { [key('amr')]: 'mfa' } }),
      { amr: ['pwd'] },
      403,
    ],
    [
      'who has no second factor, with one',
      () => ({ 'ForAllValues:StringNotEquals': { [key('amr')]: 'mfa' } }),
      { amr: ['pwd', 'mfa'] },
      200,
    ],
    // Neither is in the session on AWS.
    ['an address', () => ({ Null: { [key('email')]: 'false' } }), { email: 'a@example.com' }, 200],
    ['the audiences', () => ({ Null: { [key('oaud')]: 'false' } }), {}, 200],
  ])('denies %s in the calls of the session', async (_, guard, claims, status) => {
    const { arn } = await makeRole(guard())
    expect(await askForToken(await exchange(arn, claims))).toBe(status)
  })

  it('takes the claims to the next role’s trust policy, and not into its session', async () => {
    const first = await makeRole(null)
    const condition = { Condition: { StringEquals: { [key('sub')]: 'alice' } } }
    const next = await makeRole(
      { Null: { [key('sub')]: 'false' } },
      { trust: [trust(ACCOUNT, condition)] },
    )
    const session = await assumeRole(server, await exchange(first.arn), next)
    expect(await askForToken(session)).toBe(200)
    const bob = await exchange(first.arn, { sub: 'bob' })
    const refused = await callSts(server, bob, 'AssumeRole', {
      RoleArn: next.arn,
      RoleSessionName: 'session',
    })
    expect(refused.status).toBe(403)
  })

  it('has room for the largest session, and for it in a token', async () => {
    const { arn } = await makeRole(null)
    const word = (length: number, seed: number) =>
      Array.from(
        { length },
        (_, at) => LETTERS[(at * 37 + seed * 101 + at * at) % LETTERS.length],
      ).join('')
    const size = 16
    const principal_tags = Object.fromEntries(
      Array.from({ length: size }, (_, at) => [word(96, at), [word(156, at + size)]]),
    )
    const session = await exchangeToken(
      server,
      arn,
      await issuer.sign(server.clock.nowMs(), {
        sub: 'ü'.repeat(255),
        amr: ['pwd', 'mfa'],
        'https://aws.amazon.com/source_identity': 's'.repeat(64),
        'https://aws.amazon.com/tags': { principal_tags },
      }),
      { RoleSessionName: 'n'.repeat(64) },
    )
    const credentials = readCredentials(session)
    expect(findInResult(session, 'PackedPolicySize')).toBe('100')
    expect(credentials.sessionToken?.reveal().length).toBeLessThanOrEqual(8192)
    const { token } = await issueToken(server, credentials)
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url')
    expect(payload.length).toBeGreaterThan(4096)
    expect(payload.length).toBeLessThanOrEqual(14_984)
  })
})

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/=+-@'
