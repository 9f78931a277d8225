import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, addUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { addRole } from '../support/roles.ts'
import {
  assumeRole,
  callSts,
  expectError,
  issueToken,
  readCredentials,
  sessionTags,
} from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import {
  ACCOUNT,
  type CallerName,
  type SessionWorld,
  startSessionWorld,
} from '../support/worlds/session.ts'

let world: SessionWorld

beforeAll(async () => {
  world = await startSessionWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

describe('a token for (aws-wire §3.3, §3.4)', () => {
  it.each<[CallerName, sub: string, expiration: string | undefined]>([
    ['user', `arn:aws:iam::${ACCOUNT}:user/team/alice`, undefined],
    ['root', `arn:aws:iam::${ACCOUNT}:root`, undefined],
    ['role', `arn:aws:iam::${ACCOUNT}:role/team/deployer`, '2026-11-22T21:12:19Z'],
    ['user-session', `arn:aws:iam::${ACCOUNT}:user/team/alice`, '2026-11-23T08:12:19Z'],
    ['root-session', `arn:aws:iam::${ACCOUNT}:root`, '2026-11-22T21:12:19Z'],
  ])('%s', async (caller, sub, expiration) => {
    const { claims, awsClaims } = await issueToken(world.server, world.callers[caller])
    expect(claims.sub).toBe(sub)
    expect(awsClaims['principal_id']).toBe(sub)
    expect(awsClaims['original_session_exp']).toBe(expiration)
    expect(awsClaims['aws_account']).toBe(ACCOUNT)
    expect(JSON.stringify(claims)).not.toContain('session"')
  })

  it('a role session has the members of AWS in their order', async () => {
    const { server, callers } = world
    const account = await addAccount(server, '222222222222', {
      organization: 'o-example1234/r-ab12/ou-ab12-11111111',
    })
    const role = await addRole(server, account, 'reader', {
      path: '/apps/',
      tags: { Team: 'role', untouched: 'retained' },
      trust: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:*' }],
    })
    const session = await assumeRole(server, callers.user, role, {
      SourceIdentity: 'alice',
      ...sessionTags({ team: 'session' }),
    })
    const { payload, claims } = await issueToken(server, session, {
      'Tags.member.1.Key': 'scope',
      'Tags.member.1.Value': 'read',
    })
    const arn = 'arn:aws:iam::222222222222:role/apps/reader'
    expect(payload).toBe(
      `{"aud":"https://api.example.com","sub":"${arn}","https://sts.amazonaws.com/":{"source_identity":"alice","org_id":"o-example1234","aws_account":"222222222222","ou_path":["o-example1234/r-ab12/ou-ab12-11111111/"],"request_tags":{"scope":"read"},"original_session_exp":"2026-11-22T21:12:19Z","source_region":"eu-west-1","principal_id":"${arn}","principal_tags":{"untouched":"retained","team":"session"}},"iss":"${claims.iss}","exp":1795378639,"iat":1795378339,"jti":"${claims.jti}"}`,
    )
  })

  it('a user session has the tags of its user, as they are now', async () => {
    const { server, account } = world
    const { user, credentials } = await addUser(server, account, 'tagged', { tags: { Team: 'a' } })
    const session = readCredentials(await callSts(server, credentials, 'GetSessionToken'))
    expect((await issueToken(server, session)).awsClaims['principal_tags']).toEqual({ Team: 'a' })
    const tags = [{ key: 'Team', value: 'b' }]
    await server.data.store.saveUserTags(account.id, user.id, tags)
    expect((await issueToken(server, session)).awsClaims['principal_tags']).toEqual({ Team: 'b' })
  })
})

describe('a token does not outlive its session', () => {
  const ESCALATION = [
    403,
    'SessionDurationEscalationException',
    "Requested token expiry time must be before the original session's expiry time.",
  ] as const

  it.each<[session: number, later: number, token: number, isGranted: boolean]>([
    [900, 0, 899, true],
    [900, 0, 900, false],
    [900, 0, 901, false],
    [900, 599_000, 300, true],
    [900, 599_999, 300, true],
    [900, 600_000, 300, false],
    [3600, 0, 3600, false],
    [3601, 0, 3600, true],
    [7200, 3_599_999, 3600, true],
    [7200, 3_600_000, 3600, false],
  ])('%d s, %d ms later: %d s', async (sessionSeconds, laterMs, tokenSeconds, isGranted) => {
    const { server, callers, role } = world
    const asked = { DurationSeconds: String(sessionSeconds) }
    const session = await assumeRole(server, callers.user, role, asked)
    server.clock.moveBy(laterMs)
    const answer = await call(server, session, tokenCall({ DurationSeconds: String(tokenSeconds) }))
    server.clock.moveBy(-laterMs)
    if (isGranted) expect(answer).toMatchObject({ status: 200 })
    else expectError(answer, ESCALATION)
  })

  it('nor one of GetSessionToken', async () => {
    const { server, callers } = world
    const asked = { DurationSeconds: '900' }
    const session = readCredentials(await callSts(server, callers.user, 'GetSessionToken', asked))
    expectError(await call(server, session, tokenCall({ DurationSeconds: '900' })), ESCALATION)
  })

  it('told after authorisation and before the state of federation (aws-wire §1.4)', async () => {
    const { server } = world
    const account = await addAccount(server, '333333333333', { isFederationEnabled: false })
    const { credentials } = await addUser(server, account, 'alice')
    const escalating = tokenCall({ DurationSeconds: '3600' })
    const mayNot = await addRole(server, account, 'may-not', { statements: [] })
    const may = await addRole(server, account, 'may')
    const asked = { DurationSeconds: '900' }
    const powerless = await assumeRole(server, credentials, mayNot, asked)
    expect((await call(server, powerless, escalating)).body).toContain('<Code>AccessDenied</Code>')
    const session = await assumeRole(server, credentials, may, asked)
    expectError(await call(server, session, escalating), ESCALATION)
    expectError(await call(server, session, tokenCall()), [
      403,
      'OutboundWebIdentityFederationDisabledException',
      'OutboundWebIdentityFederation is disabled.',
    ])
  })
})

describe('what policies see of a session (aws-wire §5.4)', () => {
  const TOKEN = 'sts:GetWebIdentityToken'
  const CONDITIONS: readonly (readonly [operator: string, key: string, value: string])[] = [
    ['ArnEquals', 'aws:PrincipalArn', `arn:aws:iam::${ACCOUNT}:role/seen/ROLE`],
    ['StringEquals', 'aws:PrincipalAccount', ACCOUNT],
    ['StringEquals', 'aws:PrincipalType', 'AssumedRole'],
    ['StringLike', 'aws:userid', 'AROA*:session'],
    ['StringEquals', 'aws:PrincipalTag/team', 'session'],
    ['StringEquals', 'aws:SourceIdentity', 'alice'],
    ['DateEquals', 'aws:TokenIssueTime', '2026-11-22T20:12:19.507Z'],
    ['Bool', 'aws:MultiFactorAuthPresent', 'false'],
    ['Null', 'aws:username', 'true'],
    ['Null', 'aws:FederatedProvider', 'true'],
  ]

  it.each(CONDITIONS)('%s %s %s', async (operator, key, value) => {
    const { server, account, callers } = world
    const name = `seen-${CONDITIONS.findIndex(row => row[1] === key)}`
    const condition = { Condition: { [operator]: { [key]: value.replace('ROLE', name) } } }
    const allow = { Effect: 'Allow', Action: TOKEN, Resource: '*', ...condition }
    const role = await addRole(server, account, name, {
      path: '/seen/',
      tags: { Team: 'role' },
      statements: [allow],
    })
    const parameters = { SourceIdentity: 'alice', ...sessionTags({ TEAM: 'session' }) }
    const session = await assumeRole(server, callers.user, role, parameters)
    expect(await call(server, session, tokenCall())).toMatchObject({ status: 200 })

    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: TOKEN, Resource: '*' },
        { ...allow, Effect: 'Deny' },
      ],
    })
    await server.data.store.saveInlinePolicy(account.id, role.role.id, { name: 'test', document })
    expectError(await call(server, session, tokenCall()), [
      403,
      'AccessDenied',
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/${name}/session is not authorized to perform: ${TOKEN} on resource: arn:aws:sts::${ACCOUNT}:self with an explicit deny in an identity-based policy`,
    ])
  })
})
