import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account, OidcProvider } from '../../src/principals/entities.ts'
import type { Answer, Parameters } from '../http/call.ts'
import {
  ALGORITHMS,
  addOidcProvider,
  CLIENT_ID,
  type Claims,
  type OidcIssuer,
  SUBJECT,
  startOidcIssuer,
} from '../oidc-issuer.ts'
import { addAccount, type Statements } from '../test-principals.ts'
import { startTestServer, type TestServer } from '../test-server.ts'
import {
  assumeRole,
  callSts,
  callUnsigned,
  expectError,
  findInResult,
  identify,
  issueToken,
  readCredentials,
  readLastEvent,
} from './session-calls.ts'
import { policyArns } from './session-world.ts'
import { addRole, formatPolicy, type TestRole, trust } from './test-roles.ts'

const ACCOUNT = '111111111111'
const TAGS = 'https://aws.amazon.com/tags'
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity'
const ROLES = 'https://aws.amazon.com/roles'
const WEB_IDENTITY = 'sts:AssumeRoleWithWebIdentity'

let issuer: OidcIssuer
let server: TestServer
let account: Account
let provider: OidcProvider
let deployer: TestRole
let count = 0

beforeAll(async () => {
  issuer = await startOidcIssuer()
  server = await startTestServer({ settings: { 'webIdentity.listedOrigins': issuer.url } })
  account = await addAccount(server, ACCOUNT)
  provider = await addOidcProvider(server, account, issuer.url)
  deployer = await addRole(server, account, 'deployer', { path: '/ci/', trust: trustProvider() })
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

function trustProvider(changes: object = {}): Statements {
  return [
    {
      Effect: 'Allow',
      Principal: { Federated: provider.arn },
      Action: [WEB_IDENTITY, 'sts:TagSession', 'sts:SetSourceIdentity'],
      ...changes,
    },
  ]
}

function addNextRole(options: globalThis.Parameters<typeof addRole>[3] = {}): Promise<TestRole> {
  count += 1
  return addRole(server, account, `role-${count}`, { trust: trustProvider(), ...options })
}

/** Exchanges a token for a session of a role. */
function exchange(
  token: string,
  { arn }: Pick<TestRole, 'arn'> = deployer,
  parameters: Parameters = {},
): Promise<Answer> {
  const request = { RoleArn: arn, RoleSessionName: 'ci', WebIdentityToken: token, ...parameters }
  return callUnsigned(server, 'AssumeRoleWithWebIdentity', request)
}

function sign(claims: Claims = {}): Promise<string> {
  return issuer.sign(server.clock.nowMs(), claims)
}

const denied = (action: string) =>
  [403, 'AccessDenied', `Not authorized to perform ${action}`] as const

describe('the answer', () => {
  it('is credentials, and what the token has proven', async () => {
    const answer = await exchange(await sign())
    const { accessKeyId, secretAccessKey, sessionToken } = readCredentials(answer)
    expect(
      answer.body,
    ).toBe(`<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Audience>${CLIENT_ID}</Audience>
    <AssumedRoleUser>
      <AssumedRoleId>${deployer.role.id}:ci</AssumedRoleId>
      <Arn>arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci</Arn>
    </AssumedRoleUser>
    <Provider>${provider.arn}</Provider>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey.reveal()}</SecretAccessKey>
      <SessionToken>${sessionToken?.reveal()}</SessionToken>
      <Expiration>2026-11-22T21:12:19Z</Expiration>
    </Credentials>
    <SubjectFromWebIdentityToken>${SUBJECT}</SubjectFromWebIdentityToken>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata>
    <RequestId>${answer.headers['x-amzn-requestid']}</RequestId>
  </ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>
`)
    expect(atob(answer.headers['x-amz-sts-extended-request-id'] ?? '')).toMatch(/^1:us-east-1:S:/)
  })

  it.each(ALGORITHMS)('comes for a token signed with %s', async alg => {
    const token = await issuer.sign(server.clock.nowMs(), {}, { alg })
    expect(await exchange(token)).toMatchObject({ status: 200 })
  })

  it('comes for a GET, and from a host with any path', async () => {
    const query = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: deployer.arn,
      RoleSessionName: 'ci',
      WebIdentityToken: await sign(),
    })
    const answer = await fetch(`${server.endpoint}/tenant/sts/?${query}`)
    expect(answer.status).toBe(200)
  })

  it('comes for a token of another issuer only from its own keys', async () => {
    await using other = await startOidcIssuer()
    const forged = await other.sign(server.clock.nowMs(), { iss: issuer.url })
    expectError(await exchange(forged), [
      400,
      'InvalidIdentityToken',
      'The signature of the token is not valid',
    ])
  })

  it('does not wait for the role: its session may outlive the token', async () => {
    const now = Math.floor(server.clock.nowMs() / 1000)
    const answer = await exchange(await sign({ exp: now + 60 }), deployer, {
      DurationSeconds: '43200',
    })
    expect(readCredentials(answer).expiration).toBe('2026-11-23T08:12:19Z')
  })

  it('does not outlast the role’s maximum', async () => {
    const role = await addNextRole({ maxSessionSeconds: 3600 })
    const asked = { DurationSeconds: '3601' }
    expectError(await exchange(await sign(), role, asked), [
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    ])
  })
})

describe('the session', () => {
  it('is of the role, and says in tokens where it came from', async () => {
    const session = readCredentials(await exchange(await sign()))
    expect(await identify(server, session)).toEqual({
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci`,
      userId: `${deployer.role.id}:ci`,
    })
    const { claims, awsClaims } = await issueToken(server, session)
    expect(claims.sub).toBe(`arn:aws:iam::${ACCOUNT}:role/ci/deployer`)
    expect(awsClaims).toMatchObject({
      federated_provider: provider.arn,
      original_session_exp: '2026-11-22T21:12:19Z',
    })
  })

  it('has the tags and the source identity of the token', async () => {
    const role = await addNextRole({ tags: { TEAM: 'role', owner: 'role' } })
    const answer = await exchange(
      await sign({
        [TAGS]: {
          principal_tags: { Team: ['data'], Ref: ['main'] },
          transitive_tag_keys: ['Team'],
        },
        [SOURCE_IDENTITY]: 'octocat',
      }),
      role,
    )
    expect(findInResult(answer, 'SourceIdentity')).toBe('octocat')
    expect(findInResult(answer, 'PackedPolicySize')).toBe('1')
    const session = readCredentials(answer)
    expect((await issueToken(server, session)).awsClaims).toMatchObject({
      source_identity: 'octocat',
      principal_tags: { owner: 'role', Team: 'data', Ref: 'main' },
    })

    // The next role hears of transitive tags and the source identity, not of the provider.
    const next = await addNextRole({ trust: [trust(ACCOUNT)] })
    const chained = await assumeRole(server, session, next)
    const { awsClaims } = await issueToken(server, chained)
    expect(awsClaims).toMatchObject({
      source_identity: 'octocat',
      principal_tags: { Team: 'data' },
    })
    expect(awsClaims).not.toHaveProperty('federated_provider')
    const tooLong = { RoleArn: next.arn, RoleSessionName: 'x', DurationSeconds: '3601' }
    expect(await callSts(server, session, 'AssumeRole', tooLong)).toMatchObject({ status: 400 })
  })

  it('is narrowed by session policies', async () => {
    const Policy = formatPolicy([
      { Effect: 'Allow', Action: 'sts:GetAccessKeyInfo', Resource: '*' },
    ])
    const answer = await exchange(await sign(), deployer, { Policy })
    const decode = { EncodedMessage: 'a' }
    const session = readCredentials(answer)
    const action = 'sts:DecodeAuthorizationMessage'
    expectError(await callSts(server, session, 'DecodeAuthorizationMessage', decode), [
      403,
      'AccessDenied',
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci is not authorized to perform: ${action} on resource: * because no session policy allows the ${action} action`,
    ])
    const unknown = policyArns(['arn:aws:iam::aws:policy/Nothing'])
    expectError(await exchange(await sign(), deployer, unknown), [
      400,
      'ValidationError',
      'Policy arn:aws:iam::aws:policy/Nothing does not exist.',
    ])
  })

  it('shows its provider to policies', async () => {
    const condition = (arn: string) => ({
      Condition: { StringEquals: { 'aws:FederatedProvider': arn } },
    })
    const statement = { Effect: 'Allow', Action: 'sts:GetWebIdentityToken', Resource: '*' }
    const seen = await addNextRole({ statements: [{ ...statement, ...condition(provider.arn) }] })
    await issueToken(server, readCredentials(await exchange(await sign(), seen)))
  })
})

describe('the trust policy decides', () => {
  const key = (name: string) => `${issuer.url.slice('http://'.length)}:${name}`

  it.each<[what: string, condition: () => object, claims: Claims, isAllowed: boolean]>([
    ['sub', () => ({ StringEquals: { [key('sub')]: SUBJECT } }), {}, true],
    ['another sub', () => ({ StringEquals: { [key('sub')]: 'repo:other' } }), {}, false],
    ['sub by a pattern', () => ({ StringLike: { [key('sub')]: 'repo:example/*' } }), {}, true],
    ['aud', () => ({ StringEquals: { [key('aud')]: CLIENT_ID } }), {}, true],
    ['another aud', () => ({ StringEquals: { [key('aud')]: 'other' } }), {}, false],
    [
      'azp, which stands for aud',
      () => ({ StringEquals: { [key('aud')]: CLIENT_ID, [key('oaud')]: 'api' } }),
      { aud: 'api', azp: CLIENT_ID },
      true,
    ],
    [
      'one of several original audiences',
      () => ({ 'ForAnyValue:StringEquals': { [key('oaud')]: 'api' } }),
      { aud: ['web', 'api'], azp: CLIENT_ID },
      true,
    ],
    [
      'several original audiences by a plain operator',
      () => ({ StringEquals: { [key('oaud')]: 'api' } }),
      { aud: ['web', 'api'], azp: CLIENT_ID },
      false,
    ],
    ['the session name', () => ({ StringEquals: { 'sts:RoleSessionName': 'ci' } }), {}, true],
    ['the provider', () => ({ ArnEquals: { 'aws:FederatedProvider': provider.arn } }), {}, true],
    [
      'what AWS fills in for a provider',
      () => ({
        StringEquals: {
          'aws:PrincipalAccount': ACCOUNT,
          'aws:PrincipalType': 'User',
          'aws:userid': provider.arn,
        },
        Null: { 'aws:PrincipalArn': 'true', 'aws:username': 'true', 'aws:TokenIssueTime': 'true' },
      }),
      {},
      true,
    ],
    [
      'tags of the token',
      () => ({ StringEquals: { 'aws:RequestTag/team': 'data' } }),
      { [TAGS]: { principal_tags: { Team: ['data'] } } },
      true,
    ],
    [
      'tags of the token as those of the principal',
      () => ({ StringEquals: { 'aws:PrincipalTag/team': 'data' } }),
      { [TAGS]: { principal_tags: { Team: ['data'] } } },
      false,
    ],
    [
      'the source identity',
      () => ({ StringEquals: { 'sts:SourceIdentity': 'octocat' } }),
      { [SOURCE_IDENTITY]: 'octocat' },
      true,
    ],
  ])('by %s', async (_what, condition, claims, isAllowed) => {
    const role = await addNextRole({ trust: trustProvider({ Condition: condition() }) })
    const answer = await exchange(await sign(claims), role)
    if (isAllowed) expect(answer).toMatchObject({ status: 200 })
    else expectError(answer, denied(WEB_IDENTITY))
  })

  it.each<[what: string, trust: () => Statements]>([
    ['an AWS account', () => [trust(ACCOUNT, { Action: 'sts:*' })]],
    ['everybody of AWS', () => [trust('*', { Action: 'sts:*' })]],
    [
      'another provider',
      () => [
        ...trustProvider({
          Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/other.example` },
        }),
      ],
    ],
    [
      'the provider of another account',
      () =>
        trustProvider({ Principal: { Federated: provider.arn.replace(ACCOUNT, '222222222222') } }),
    ],
    ['the provider to do something else', () => trustProvider({ Action: 'sts:AssumeRole' })],
    [
      'the provider, and denies it',
      () => [...trustProvider(), ...trustProvider({ Effect: 'Deny' })],
    ],
  ])('and refuses where it trusts %s', async (_what, createTrust) => {
    const role = await addNextRole({ trust: createTrust() })
    const answer = await exchange(await sign(), role)
    expectError(answer, denied(WEB_IDENTITY))
    expect(answer.headers).not.toHaveProperty('x-credence-authorization-message')
  })

  it('about tags and source identity too', async () => {
    const role = await addNextRole({ trust: trustProvider({ Action: WEB_IDENTITY }) })
    const tagged = await sign({ [TAGS]: { principal_tags: { Team: ['data'] } } })
    expectError(await exchange(tagged, role), denied('sts:TagSession'))
    const named = await sign({ [SOURCE_IDENTITY]: 'octocat' })
    expectError(await exchange(named, role), denied('sts:SetSourceIdentity'))
  })

  it('and says nothing of roles that are not there', async () => {
    const answer = await exchange(await sign(), { arn: `arn:aws:iam::${ACCOUNT}:role/nobody` })
    expectError(answer, denied(WEB_IDENTITY))
  })
})

describe('the roles claim', () => {
  const NOT_PRESENT = [
    400,
    'InvalidIdentityToken',
    'The target role ARN is not present in the roles claim of the identity token',
  ] as const
  const authorized = (value: string) => ({
    Condition: { Bool: { 'sts:RoleAuthorizedByIdp': value } },
  })

  it.each<[what: string, claim: () => unknown, isAllowed: boolean]>([
    ['the role', () => deployer.arn, true],
    ['a list with the role', () => ['arn:aws:iam::1:role/x', deployer.arn], true],
    ['another role', () => `${deployer.arn}x`, false],
    ['an empty list', () => [], false],
    ['a pattern', () => `arn:aws:iam::${ACCOUNT}:role/*`, false],
    ['the name of the role', () => 'deployer', false],
  ])('binds the token to %s', async (_what, claim, isAllowed) => {
    const answer = await exchange(await sign({ [ROLES]: claim() }))
    if (isAllowed) expect(answer).toMatchObject({ status: 200 })
    else expectError(answer, NOT_PRESENT)
  })

  it.each([
    ['true', true, true],
    ['true', false, false],
    ['false', true, false],
    ['false', false, true],
  ])('RoleAuthorizedByIdp %s, claim %s: %s', async (value, hasClaim, isAllowed) => {
    const role = await addNextRole({ trust: trustProvider(authorized(value)) })
    const answer = await exchange(await sign(hasClaim ? { [ROLES]: role.arn } : {}), role)
    if (isAllowed) expect(answer).toMatchObject({ status: 200 })
    else expectError(answer, denied(WEB_IDENTITY))
  })

  it('comes before the trust policy', async () => {
    const token = await sign({ [ROLES]: deployer.arn })
    const answer = await exchange(token, { arn: `arn:aws:iam::${ACCOUNT}:role/nobody` })
    expectError(answer, NOT_PRESENT)
  })

  it('is on record when it was there', async () => {
    await exchange(await sign({ [ROLES]: [deployer.arn] }))
    expect(readLastEvent(server).additionalEventData).toMatchObject({ RoleAuthorizedByIdp: true })
    await exchange(await sign())
    const { additionalEventData } = readLastEvent(server)
    expect(additionalEventData).not.toHaveProperty('RoleAuthorizedByIdp')
  })
})

describe('the audit', () => {
  it('says who came, and what for', async () => {
    const { accessKeyId } = readCredentials(await exchange(await sign()))
    expect(readLastEvent(server)).toMatchObject({
      eventName: 'AssumeRoleWithWebIdentity',
      awsRegion: 'us-east-1',
      recipientAccountId: ACCOUNT,
      userIdentity: {
        type: 'WebIdentityUser',
        principalId: `${provider.arn}:${CLIENT_ID}:${SUBJECT}`,
        userName: SUBJECT,
        identityProvider: provider.arn,
      },
      requestParameters: { roleArn: deployer.arn, roleSessionName: 'ci' },
      responseElements: {
        credentials: { accessKeyId },
        assumedRoleUser: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci` },
        provider: provider.arn,
        audience: CLIENT_ID,
        subjectFromWebIdentityToken: SUBJECT,
      },
    })
  })

  it('says of a session that it came from a provider', async () => {
    await identify(server, readCredentials(await exchange(await sign())))
    expect(readLastEvent(server).userIdentity).toMatchObject({
      type: 'AssumedRole',
      sessionContext: { webIdFederationData: { federatedProvider: provider.arn } },
    })
  })

  it('never has the token', async () => {
    const good = await sign()
    const bad = await sign({ aud: 'other' })
    const { secretAccessKey, sessionToken } = readCredentials(await exchange(good))
    await exchange(bad)
    const written = `${server.readAudit()}${server.readLog()}`
    const parts = [good, bad].flatMap(token => token.split('.').slice(1))
    for (const secret of [...parts, secretAccessKey.reveal(), sessionToken?.reveal() ?? '']) {
      expect(written).not.toContain(secret)
    }
  })
})
