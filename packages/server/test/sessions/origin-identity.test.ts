import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ContextProvider } from '../../src/principals/entities.ts'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addUser } from '../support/accounts.ts'
import { readLastEvent } from '../support/audit.ts'
import { type CallResponse, call, type Parameters } from '../support/calls.ts'
import { addOidcProvider, CLIENT_ID, type Claims, startOidcIssuer } from '../support/oidc-issuer.ts'
import { trust, trustProvider } from '../support/policies.ts'
import { addRole, type TestRole } from '../support/roles.ts'
import {
  assumeRole,
  callSts,
  expectError,
  findInResult,
  issueToken,
  members,
  readCredentials,
} from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import { ACCOUNT, type IssuerWorld, startIssuerWorld } from '../support/worlds/issuer.ts'

const CONTEXT_PROVIDER: ContextProvider = {
  subjectSourceKey: 'preferred_username',
  subjectTypeValue: null,
  subjectTypeSourceKey: 'kind',
  keyDefinitions: [
    { sourceKey: 'acr', targetKey: 'Strength' },
    { sourceKey: 'employee number', targetKey: null },
  ],
}
const ALICE = { preferred_username: 'alice', kind: 'user', acr: 'gold', 'employee number': 7 }
const ORIGIN_MODE = { SubjectMode: 'OriginIdentity' }

let world: IssuerWorld
let issuerName: string
let user: SigningCredentials

beforeAll(async () => {
  world = await startIssuerWorld()
  const { server, account, provider, issuer } = world
  issuerName = issuer.url.replace('http://', '')
  await server.data.store.saveOidcProvider({ ...provider, contextProvider: CONTEXT_PROVIDER })
  user = (await addUser(server, account, 'agent')).credentials
})
afterAll(() => world[Symbol.asyncDispose]())

async function exchange(claims: Claims = ALICE, role: Pick<TestRole, 'arn'> = world.deployer) {
  return world.exchange(await world.sign(claims), role.arn)
}

async function actFor(claims: Claims = ALICE, role?: TestRole): Promise<SigningCredentials> {
  return readCredentials(await exchange(claims, role))
}

function ask(
  credentials: SigningCredentials,
  changes: Parameters = ORIGIN_MODE,
): Promise<CallResponse> {
  return call(world.server, credentials, tokenCall(changes))
}

const invalidToken = (message: string) => [400, 'InvalidIdentityToken', message] as const

describe('AssumeRoleWithWebIdentity', () => {
  it('answers on whose behalf the session acts', async () => {
    const { body } = await exchange()
    expect(body).toContain(`
    <TrustedIdentityPropagationContext>
      <OriginIdentity>
        <Subject>alice</Subject>
        <SubjectType>user</SubjectType>
        <Issuer>${issuerName}</Issuer>
        <FederatedProviderArn>${world.provider.arn}</FederatedProviderArn>
      </OriginIdentity>
      <TransactionContext>
        <IdentityProvider>
          <entry>
            <key>Strength</key>
            <value>gold</value>
          </entry>
          <entry>
            <key>employee number</key>
            <value>7</value>
          </entry>
        </IdentityProvider>
      </TransactionContext>
    </TrustedIdentityPropagationContext>
`)
    expect(JSON.stringify(readLastEvent(world.server).responseElements)).not.toContain('alice')
  })

  it('leaves out what the token does not say', async () => {
    const answer = await exchange({ preferred_username: 'alice' })
    const path = ['TrustedIdentityPropagationContext', 'OriginIdentity']
    expect(findInResult(answer, ...path, 'Subject')).toBe('alice')
    expect(answer.body).not.toContain('SubjectType')
    expect(answer.body).not.toContain('TransactionContext')
  })

  it('asks the trust policy with the context', async () => {
    const { server, account, provider } = world
    const about = (values: object) =>
      addRole(server, account, `about-${Object.values(values)[0]}`, {
        trust: trustProvider(provider.arn, { Condition: { StringEquals: values } }),
      })
    const alices = await about({ 'aws:OriginIdentity/Subject': 'alice' })
    expect(await exchange(ALICE, alices)).toMatchObject({ status: 200 })
    expect(await exchange({ ...ALICE, preferred_username: 'bob' }, alices)).toMatchObject({
      status: 403,
    })
    const strong = await about({ 'aws:TransactionContext/IdentityProvider/strength': 'gold' })
    expect(await exchange(ALICE, strong)).toMatchObject({ status: 200 })
    expect(await exchange({ ...ALICE, acr: 'tin' }, strong)).toMatchObject({ status: 403 })
  })

  const NO_SUBJECT = 'Missing a required claim: preferred_username'
  const malformed = (name: string, rule: string) =>
    `The claim ${name} is not valid: it must be ${rule}`
  const TEXT = 'a text of 1 to 255 characters'
  const SHORT_TEXT = 'a text of 1 to 128 characters'
  it.each<[string, Claims, string]>([
    ['no subject', { preferred_username: undefined }, NO_SUBJECT],
    ['null for its subject', { preferred_username: null }, NO_SUBJECT],
    ['an empty subject', { preferred_username: '' }, malformed('preferred_username', TEXT)],
    ['a long one', { preferred_username: 's'.repeat(256) }, malformed('preferred_username', TEXT)],
    ['two subjects', { preferred_username: ['a', 'b'] }, malformed('preferred_username', TEXT)],
    ['an object', { preferred_username: { a: 'b' } }, malformed('preferred_username', TEXT)],
    ['a fraction', { preferred_username: 1.5 }, malformed('preferred_username', TEXT)],
    ['another type of subject', { kind: 'User' }, malformed('kind', 'user or workload')],
    ['a long value', { acr: 'v'.repeat(129) }, malformed('acr', SHORT_TEXT)],
    ['several values', { acr: ['a', 'b'] }, malformed('acr', SHORT_TEXT)],
  ])('refuses a token with %s', async (_, claims, message) => {
    expectError(await exchange({ ...ALICE, ...claims }), invalidToken(message))
  })

  it.each<[string, Claims, string]>([
    ['255 characters', { preferred_username: 's'.repeat(255) }, 's'.repeat(255)],
    ['an array of one text', { preferred_username: ['alice'] }, 'alice'],
    ['a number', { preferred_username: 12_345 }, '12345'],
  ])('takes a subject that is %s', async (_, claims, subject) => {
    const { claims: issued } = await issueToken(world.server, await actFor(claims), ORIGIN_MODE)
    expect(issued.sub).toBe(subject)
  })
})

describe('GetWebIdentityToken', () => {
  it('speaks for whom the session acts, with the scope as it was asked for', async () => {
    const session = await actFor()
    const { claims, awsClaims } = await issueToken(world.server, session, {
      ...ORIGIN_MODE,
      Scope: 'write:all READ read',
    })
    expect(claims).toMatchObject({
      sub: 'alice',
      subject_mode: 'OriginIdentity',
      scope: 'write:all READ read',
    })
    expect(awsClaims).toMatchObject({
      principal_id: `arn:aws:iam::${ACCOUNT}:role/ci/deployer`,
      federated_provider: world.provider.arn,
    })
    expect(readLastEvent(world.server)).toMatchObject({
      requestParameters: { subjectMode: 'OriginIdentity', scope: 'write:all READ read' },
      userIdentity: {
        sessionContext: {
          originIdentity: {
            subject: 'alice',
            subjectType: 'user',
            issuer: issuerName,
            federatedProviderArn: world.provider.arn,
          },
        },
      },
    })
  })

  it.each<[string, Parameters]>([
    ['by default', {}],
    ['on demand', { SubjectMode: 'AWSIdentity' }],
  ])('speaks for the principal %s', async (_, changes) => {
    const { claims } = await issueToken(world.server, await actFor(), changes)
    expect(claims.sub).toBe(`arn:aws:iam::${ACCOUNT}:role/ci/deployer`)
    expect(claims).not.toHaveProperty('subject_mode')
  })

  it.each([
    ['an ARN', 'arn:aws:iam::111111111111:role/ci/deployer'],
    ['an ARN in another case', 'ARN:x'],
    ['a space in front', ' alice'],
    ['a space behind', 'alice '],
    ['a line break', 'alice\nbob'],
    ['a tabulator', 'alice\tbob'],
    ['a character that is not shown', 'ali\u200bce'],
    ['a mark of direction', 'alice\u202e'],
    ['another space', 'alice\u00a0b'],
    ['a separator of lines', 'alice\u2028b'],
  ])('is refused for a subject that is or has %s', async (_, subject) => {
    const session = await actFor({ preferred_username: subject })
    expectError(await ask(session), [
      403,
      'AccessDenied',
      'The subject of the trusted identity propagation context cannot be the subject of a token.',
    ])
    expect(await ask(session, {})).toMatchObject({ status: 200 })
  })

  it.each(['alice bob', 'größe', '爱丽丝', 'alice@example.com', 'xarn:aws', 'a"b\\c'])(
    'is granted for the subject %j',
    async subject => {
      const session = await actFor({ preferred_username: subject })
      expect((await issueToken(world.server, session, ORIGIN_MODE)).claims.sub).toBe(subject)
    },
  )

  const NOBODY = [
    400,
    'ValidationError',
    'SubjectMode OriginIdentity requires a session whose trusted identity propagation context has aws:OriginIdentity/Subject and aws:OriginIdentity/Issuer or aws:OriginIdentity/FederatedProviderArn.',
  ] as const

  it('is refused for a blank subject, and for a session that acts for nobody', async () => {
    expectError(await ask(await actFor({ preferred_username: '   ' })), NOBODY)
    const role = await addRole(world.server, world.account, 'plain')
    expectError(await ask(await assumeRole(world.server, user, role)), NOBODY)
    expectError(await ask(user), NOBODY)
  })

  it.each<[string, object, Parameters, string | null]>([
    [
      'another mode',
      { StringEquals: { 'sts:SubjectMode': 'AWSIdentity' } },
      {},
      'sts:GetWebIdentityToken',
    ],
    ['this mode', { StringEquals: { 'sts:SubjectMode': 'OriginIdentity' } }, {}, null],
    [
      'other scopes',
      { 'ForAllValues:StringEquals': { 'sts:IdentityTokenScope': ['read', 'list'] } },
      { Scope: 'read write' },
      'sts:GetWebIdentityToken',
    ],
    [
      'these scopes',
      { 'ForAllValues:StringEquals': { 'sts:IdentityTokenScope': ['read', 'write'] } },
      { Scope: 'write read' },
      null,
    ],
    [
      'somebody else',
      { StringEquals: { 'aws:OriginIdentity/Subject': 'bob' } },
      {},
      'sts:GetWebIdentityToken',
    ],
    [
      'somebody of the provider, of a kind, with a claim',
      {
        StringEquals: {
          'aws:OriginIdentity/SubjectType': 'user',
          'aws:TransactionContext/IdentityProvider/Employee Number': '7',
        },
        Null: {
          'aws:OriginIdentity/FederatedProviderArn': 'false',
          'aws:OriginIdentity/Issuer': 'false',
        },
      },
      {},
      null,
    ],
  ])('obeys a policy about %s', async (what, Condition, changes, refused) => {
    const statements = [{ Effect: 'Allow', Action: 'sts:*', Resource: '*', Condition }]
    const role = await world.addRole({ statements })
    const answer = await ask(await actFor(ALICE, role), { ...ORIGIN_MODE, ...changes })
    expect([what, answer.status]).toEqual([what, refused === null ? 200 : 403])
    if (refused !== null) expect(answer.body).toContain(`not authorized to perform: ${refused} on`)
  })

  it('needs leave for a scope', async () => {
    const role = await world.addRole({
      statements: [{ Effect: 'Allow', Action: 'sts:GetWebIdentityToken', Resource: '*' }],
    })
    const session = await actFor(ALICE, role)
    expect(await ask(session)).toMatchObject({ status: 200 })
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${role.role.name}/ci`
    expectError(await ask(session, { ...ORIGIN_MODE, Scope: 'read' }), [
      403,
      'AccessDenied',
      `User: ${arn} is not authorized to perform: sts:SetWebIdentityTokenScope on resource: arn:aws:sts::${ACCOUNT}:self because no identity-based policy allows the sts:SetWebIdentityTokenScope action`,
    ])
  })
})

describe('a chain of roles', () => {
  async function assert(
    credentials: SigningCredentials,
    role: TestRole,
    ...contexts: readonly Readonly<Record<string, string>>[]
  ): Promise<CallResponse> {
    return callSts(world.server, credentials, 'AssumeRole', {
      RoleArn: role.arn,
      RoleSessionName: 'chained',
      ...members('ProvidedContexts', contexts),
    })
  }
  const contextOf = async (claims: Claims, ProviderArn = world.provider.arn) => ({
    ProviderArn,
    ContextAssertion: await world.sign(claims),
  })
  const invalid = (reason: string) =>
    [400, 'InvalidContextAssertion', `The context assertion is not valid: ${reason}.`] as const

  it('drops the context', async () => {
    const next = await addRole(world.server, world.account, 'next')
    const session = await assumeRole(world.server, await actFor(), next)
    expect(await ask(session)).toMatchObject({ status: 400 })
    expect(readLastEvent(world.server).userIdentity).not.toHaveProperty(
      'sessionContext.originIdentity',
    )
  })

  it('has the context that is asserted anew', async () => {
    const next = await addRole(world.server, world.account, 'served', {
      trust: [
        trust(ACCOUNT, {
          Condition: {
            StringEqualsIfExists: { 'sts:RequestContext/aws:OriginIdentity/Subject': 'alice' },
            'ForAllValues:StringEquals': { 'sts:RequestContextProviders': [world.provider.arn] },
          },
        }),
      ],
    })
    const alice = readCredentials(await assert(user, next, await contextOf(ALICE)))
    const { claims, awsClaims } = await issueToken(world.server, alice, ORIGIN_MODE)
    expect(claims).toMatchObject({ sub: 'alice', subject_mode: 'OriginIdentity' })
    expect(awsClaims).toMatchObject({
      principal_id: next.arn,
      federated_provider: world.provider.arn,
    })
    // Its own tokens do not say that it came with somebody's token: it did not.
    expect((await issueToken(world.server, alice)).awsClaims).not.toHaveProperty(
      'federated_provider',
    )
    const bob = await assert(user, next, await contextOf({ ...ALICE, preferred_username: 'bob' }))
    expectError(bob, [
      403,
      'AccessDenied',
      `User: arn:aws:iam::${ACCOUNT}:user/agent is not authorized to perform: sts:AssumeRole on resource: ${next.arn}`,
    ])
  })

  it('takes the token of an assertion that is for the role', async () => {
    const role = await addRole(world.server, world.account, 'named')
    const roles = { 'https://aws.amazon.com/roles': [role.arn] }
    expect(await assert(user, role, await contextOf({ ...ALICE, ...roles }))).toMatchObject({
      status: 200,
    })
  })

  it('needs leave of the role', async () => {
    const reluctant = await addRole(world.server, world.account, 'reluctant', {
      trust: [trust(ACCOUNT, { Action: 'sts:AssumeRole' })],
    })
    expectError(await assert(user, reluctant, await contextOf(ALICE)), [
      403,
      'AccessDenied',
      `User: arn:aws:iam::${ACCOUNT}:user/agent is not authorized to perform: sts:SetContext on resource: ${reluctant.arn}`,
    ])
  })

  it('says what is wrong with an assertion', async () => {
    const { server, account, provider } = world
    const role = await addRole(server, account, 'open')
    await using silent = await startOidcIssuer()
    const inlineJwks = JSON.stringify(silent.jwks)
    const plain = await addOidcProvider(server, account, silent.url, { inlineJwks })
    const now = Math.floor(server.clock.nowMs() / 1000)
    const rows: [Readonly<Record<string, string>>[], ReturnType<typeof invalid>][] = [
      [
        [{ ProviderArn: provider.arn, ContextAssertion: 'nonsense' }],
        invalid(
          'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
        ),
      ],
      [[{ ProviderArn: provider.arn }], invalid('it is missing')],
      [
        [await contextOf({ ...ALICE, iat: now - 1000, exp: now - 900 })],
        invalid(
          `Token expired: current date/time ${now} must be before the expiration date/time ${now - 900}`,
        ),
      ],
      [[await contextOf({ ...ALICE, aud: 'other' })], invalid('Incorrect token audience')],
      [
        [await contextOf({ aud: CLIENT_ID })],
        invalid('Missing a required claim: preferred_username'),
      ],
      [[await contextOf(ALICE, plain.arn)], invalid(`its issuer is not the provider ${plain.arn}`)],
      [
        [
          {
            ProviderArn: plain.arn,
            ContextAssertion: await silent.sign(server.clock.nowMs(), ALICE),
          },
        ],
        invalid(`the provider ${plain.arn} has no ContextProvider`),
      ],
      [
        [await contextOf(ALICE), await contextOf(ALICE)],
        invalid('a session acts for one subject at most'),
      ],
      [
        [await contextOf({ ...ALICE, 'https://aws.amazon.com/roles': [world.deployer.arn] })],
        invalid('the target role ARN is not present in its roles claim'),
      ],
    ]
    for (const [contexts, refusal] of rows) {
      expectError(await assert(user, role, ...contexts), refusal)
    }
  })

  it('tells nobody else what is wrong, nor whether there is a role', async () => {
    const closed = await addRole(world.server, world.account, 'closed', {
      trust: [trust(world.deployer.arn)],
    })
    for (const arn of [closed.arn, `${closed.arn}-not`]) {
      const bad = { ProviderArn: world.provider.arn, ContextAssertion: 'nonsense' }
      expectError(await assert(user, { ...closed, arn }, bad), [
        403,
        'AccessDenied',
        `User: arn:aws:iam::${ACCOUNT}:user/agent is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      ])
    }
  })

  it.each([
    [3072, 'The context assertion is not valid'],
    [3073, 'Member must have length less than or equal to 3072'],
  ])('takes an assertion of up to 3,072 characters: %i', async (length, message) => {
    const role = await addRole(world.server, world.account, `long-${length}`)
    const ContextAssertion = 'x'.repeat(length)
    const answer = await assert(user, role, { ProviderArn: world.provider.arn, ContextAssertion })
    expect(answer).toMatchObject({ status: 400 })
    expect(answer.body).toContain(message)
  })
})
