import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONDITION_KEY_GROUPS, findConditionKey } from '../../src/policy/condition-keys/find-key.ts'
import { findProviderIssuer } from '../../src/principals/arn.ts'
import { COMPUTE_CONTEXT_KEYS } from '../../src/principals/compute-context.ts'
import { PROVIDER_CLAIMS } from '../../src/principals/provider-claims.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addAccount, addRootKey, addUser } from '../support/accounts.ts'
import { type RecordedDecision, readDenials } from '../support/audit.ts'
import { call, type Parameters } from '../support/calls.ts'
import { addOidcProvider, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.ts'
import { formatPolicy, trust, trustProvider } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import {
  assumeRole,
  callSts,
  callUnsigned,
  members,
  readCredentials,
} from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import { exchangeToken } from '../support/worlds/issuer.ts'

// Every kind of caller and every key of an operation, in calls that are all denied: a denial is on
// record with the keys that the policies were asked with.

const ACCOUNT = '111111111111'
const BROKER = `arn:aws:iam::${ACCOUNT}:user/broker`
const DENY_TOKENS = [
  { Effect: 'Allow', Action: '*', Resource: '*' },
  { Effect: 'Deny', Action: ['sts:GetWebIdentityToken', 'iam:*'], Resource: '*' },
]

let server: TestServer
let denials: readonly RecordedDecision[]

beforeAll(async () => {
  const issuer = await startOidcIssuer()
  server = await startTestServer({
    settings: { 'webIdentity.listedOrigins': issuer.url, 'sts.computeContextBrokers': BROKER },
  })
  await makeDeniedCalls(server, issuer)
  await issuer[Symbol.asyncDispose]()
  denials = readDenials(server)
})
afterAll(() => server[Symbol.asyncDispose]())

async function makeDeniedCalls(to: TestServer, issuer: OidcIssuer): Promise<void> {
  const account = await addAccount(to, ACCOUNT, { organization: 'o-example1234/r-ab12' })
  const guarded = { statements: DENY_TOKENS, tags: { team: 'data' } }
  const user = (await addUser(to, account, 'alice', guarded)).credentials
  const broker = (await addUser(to, account, 'broker')).credentials
  const callIam = (credentials: SigningCredentials, Action: string, parameters: Parameters) =>
    call(to, credentials, { service: 'iam', parameters: { Action, ...parameters } })

  // Users, and what IAM asks about.
  const withTags = tokenCall(members('Tags', [{ Key: 'k', Value: 'v' }]))
  await call(to, user, { ...withTags, headers: ['user-agent', 'test'] })
  const tags = members('Tags', [{ Key: 'Stage', Value: 'test' }])
  const boundary = `arn:aws:iam::${ACCOUNT}:policy/bound`
  await callIam(user, 'CreateUser', { UserName: 'x', PermissionsBoundary: boundary, ...tags })
  await callIam(user, 'AttachUserPolicy', { UserName: 'alice', PolicyArn: boundary })
  const subject = { 'ContextProvider.SubjectSourceKey': 'sub' }
  await callIam(user, 'CreateOpenIDConnectProvider', { Url: 'https://idp.example.com', ...subject })
  await callIam(user, 'UpdateOpenIDConnectProvider', {
    OpenIDConnectProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com`,
    ...subject,
  })
  await callIam(user, 'GetPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })

  await callIam(user, 'CreateServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' })
  const adds = { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' }
  const passer = (await addUser(to, account, 'passer', { statements: [adds] })).credentials
  const profile = { InstanceProfileName: 'machine', RoleName: 'machine' }
  await callIam(passer, 'AddRoleToInstanceProfile', profile)

  // Sessions of each kind.
  const limit = { Policy: formatPolicy([{ Effect: 'Allow', Action: 'sts:Get*', Resource: '*' }]) }
  const federated = await callSts(to, broker, 'GetFederationToken', { Name: 'bob', ...limit })
  await callSts(to, readCredentials(federated), 'GetAccessKeyInfo', { AccessKeyId: 'A'.repeat(20) })
  await callSts(to, readCredentials(federated), 'DecodeAuthorizationMessage', {
    EncodedMessage: 'x',
  })
  await call(to, readCredentials(await callSts(to, user, 'GetSessionToken')), tokenCall())
  const rootKey = await addRootKey(to, account)
  await to.data.store.saveControlPolicy({
    organizationId: 'o-example1234',
    targetId: 'r-ab12',
    kind: 'scp',
    name: 'roots',
    document: formatPolicy([
      { Effect: 'Allow', Action: '*', Resource: '*' },
      {
        Effect: 'Deny',
        Action: 'iam:*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalType': 'Account' } },
      },
    ]),
  })
  await callIam(rootKey, 'ListUsers', {})
  const claims = Object.fromEntries([...COMPUTE_CONTEXT_KEYS.keys()].map(name => [name, '2.0']))
  const context = members('ProvidedContexts', [
    {
      ProviderArn: 'arn:aws:iam::aws:contextProvider/Compute',
      ContextAssertion: JSON.stringify(claims),
    },
  ])
  const role = await addRole(to, account, 'deployer', guarded)
  const everything = {
    SourceIdentity: 'alice',
    ...members('Tags', [{ Key: 'Team', Value: 'web' }]),
    'TransitiveTagKeys.member.1': 'Team',
    ...context,
  }
  await call(to, await assumeRole(to, broker, role, everything), tokenCall())
  // A role that trusts everybody but for the very last: what the caller is to bring.
  const closed = await addRole(to, account, 'closed', {
    ...guarded,
    trust: [trust(ACCOUNT, { Condition: { StringEquals: { 'sts:ExternalId': 'other' } } })],
  })
  await callSts(to, broker, 'AssumeRole', {
    RoleArn: closed.arn,
    RoleSessionName: 'session',
    ExternalId: 'mine',
    ...everything,
  })

  // Whoever has a token, and the session that it was exchanged for.
  const now = to.clock.nowMs()
  const provider = await addOidcProvider(to, account, issuer.url, {
    contextProvider: {
      subjectSourceKey: 'sub',
      subjectTypeValue: 'workload',
      subjectTypeSourceKey: null,
      keyDefinitions: [{ sourceKey: 'email', targetKey: null }],
    },
  })
  const ci = await addRole(to, account, 'ci', { ...guarded, trust: trustProvider(provider.arn) })
  const token = await issuer.sign(now, { amr: ['pwd'], email: 'alice@example.com' })
  const scoped = tokenCall({ SubjectMode: 'OriginIdentity', Scope: 'read' })
  await call(to, readCredentials(await exchangeToken(to, ci.arn, token)), scoped)
  const nobody = await addRole(to, account, 'nobody', { trust: [trust(ACCOUNT)] })
  await exchangeToken(to, nobody.arn, token)
  for (const { issuer: family, claims: own } of PROVIDER_CLAIMS) {
    const iss = `https://${family.replace('…', 'x')}`
    await addOidcProvider(to, account, iss, { inlineJwks: JSON.stringify(issuer.jwks) })
    const said: Record<string, unknown> = { iss }
    for (const { path } of own) {
      const [first = '', second] = path
      said[first] = second === undefined ? 'x' : { [second]: 'x' }
    }
    await callUnsigned(to, 'AssumeRoleWithWebIdentity', {
      RoleArn: nobody.arn,
      RoleSessionName: 'ci',
      WebIdentityToken: await issuer.sign(now, said),
    })
  }
}

const ALL_KEYS = CONDITION_KEY_GROUPS.flatMap(({ keys }) => keys)

/** How the table names a key that a call had. */
function findRow(contextKey: string): string {
  const known = findConditionKey(contextKey)
  if (known !== null) return known.name
  for (const { issuer, claims } of PROVIDER_CLAIMS) {
    for (const { name } of claims) {
      if (contextKey === `${issuer.replace('…', 'x')}:${name}`) return `${issuer}:${name}`
    }
  }
  const ofToken = /^127\.0\.0\.1:\d+:(\w+)$|:(aud|sub|oaud)$/.exec(contextKey)
  return ofToken === null ? contextKey : `ISSUER:${ofToken[1] ?? ofToken[2]}`
}

describe('the table of condition keys', () => {
  it('has every key that a call had, and calls had every key that it does not call absent', () => {
    const seen = new Set(denials.flatMap(({ context }) => Object.keys(context).map(findRow)))
    const there = ALL_KEYS.filter(({ presence }) => presence !== 'never').map(({ name }) => name)
    expect([...seen].toSorted()).toEqual(there.toSorted())
  })

  it('names what every call has, and nothing else so', () => {
    const always = ALL_KEYS.filter(({ presence }) => presence === 'always')
    const common = ALL_KEYS.filter(({ name }) =>
      denials.every(({ context }) => Object.keys(context).some(key => findRow(key) === name)),
    )
    expect(common).toEqual(always)
  })

  it('says which keys hold sets', () => {
    const isSet = new Map<string, boolean>()
    for (const { context } of denials) {
      for (const [key, value] of Object.entries(context)) {
        isSet.set(findRow(key), Array.isArray(value))
      }
    }
    for (const { name, isMultivalued } of ALL_KEYS) {
      if (isSet.has(name)) expect([name, isSet.get(name)]).toEqual([name, isMultivalued])
    }
  })

  it('has no key twice', () => {
    const names = ALL_KEYS.map(({ name }) => name.toLowerCase())
    expect(names.length).toBe(new Set(names).size)
  })
})

describe('whose a resource is', () => {
  const find = (action: string, resource: string) =>
    denials.find(each => each.action === action && each.resource === resource)?.context ?? {}

  it('follows from its ARN', () => {
    expect(find('iam:GetPolicy', 'arn:aws:iam::aws:policy/ReadOnlyAccess')).toMatchObject({
      'aws:resourceaccount': 'aws',
      'aws:principalorgid': 'o-example1234',
    })
    expect(find('iam:GetPolicy', 'arn:aws:iam::aws:policy/ReadOnlyAccess')).not.toHaveProperty(
      'aws:resourceorgid',
    )
    expect(find('sts:SetSourceIdentity', `arn:aws:iam::${ACCOUNT}:role/closed`)).toMatchObject({
      'aws:resourceaccount': ACCOUNT,
      'aws:resourceorgid': 'o-example1234',
      'aws:resourceorgpaths': ['o-example1234/r-ab12/'],
    })
  })
})

it('a provider is called in keys as its ARN calls it', () => {
  expect(findProviderIssuer('arn:aws:iam::111111111111:oidc-provider/idp.example.com/a/b')).toBe(
    'idp.example.com/a/b',
  )
})
