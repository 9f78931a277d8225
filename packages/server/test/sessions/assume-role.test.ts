import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, addUser } from '../test-principals.ts'
import {
  assumeRole,
  callSts,
  expectError,
  findInResult,
  identify,
  issueToken,
  members,
  readCredentials,
  sessionTags,
} from './session-calls.ts'
import { ACCOUNT, ALLOW_ALL, type SessionWorld, startSessionWorld } from './session-world.ts'
import { addRole, trust } from './test-roles.ts'

let world: SessionWorld
let count = 0

beforeAll(async () => {
  world = await startSessionWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

/** A role of the world's account under a name of its own. */
function addNextRole(options: Parameters<typeof addRole>[3] = {}) {
  count += 1
  return addRole(world.server, world.account, `role-${count}`, options)
}

describe('the answer', () => {
  it('is that of AWS, byte for byte', async () => {
    const { server, callers, role } = world
    const request = { RoleArn: role.arn, RoleSessionName: 'ci@build-7' }
    const answer = await callSts(server, callers.user, 'AssumeRole', request)
    const { accessKeyId, secretAccessKey, sessionToken } = readCredentials(answer)
    expect(accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(secretAccessKey.reveal()).toMatch(/^[\w+/]{40}$/)
    expect(sessionToken?.reveal()).toMatch(/^[\w+/]{100,}={0,2}$/)
    expect(answer.body).toBe(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>${role.role.id}:ci@build-7</AssumedRoleId>
      <Arn>arn:aws:sts::${ACCOUNT}:assumed-role/deployer/ci@build-7</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey.reveal()}</SecretAccessKey>
      <SessionToken>${sessionToken?.reveal()}</SessionToken>
      <Expiration>2026-11-22T21:12:19Z</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata>
    <RequestId>${answer.headers['x-amzn-requestid']}</RequestId>
  </ResponseMetadata>
</AssumeRoleResponse>
`)
  })

  it('says what the session carries', async () => {
    const { server, callers, role } = world
    const answer = await callSts(server, callers.user, 'AssumeRole', {
      RoleArn: role.arn,
      RoleSessionName: 'session',
      SourceIdentity: 'alice',
      DurationSeconds: '900',
      ...sessionTags({ Team: 'data' }),
    })
    expect(findInResult(answer, 'SourceIdentity')).toBe('alice')
    // 4 + 4 characters and 4 bytes for their lengths, of 4,096.
    expect(findInResult(answer, 'PackedPolicySize')).toBe('1')
    expect(findInResult(answer, 'Credentials', 'Expiration')).toBe('2026-11-22T20:27:19Z')
  })

  it('never gives two sessions the same credentials', async () => {
    const { server, callers, role } = world
    const all = await Promise.all(
      Array.from({ length: 20 }, () => assumeRole(server, callers.user, role)),
    )
    for (const read of [
      ({ accessKeyId }: (typeof all)[number]) => accessKeyId,
      ({ secretAccessKey }: (typeof all)[number]) => secretAccessKey.reveal(),
      ({ sessionToken }: (typeof all)[number]) => sessionToken?.reveal(),
    ]) {
      expect(new Set(all.map(read)).size).toBe(20)
    }
  })
})

describe('the session', () => {
  it('is of the role, without its path', async () => {
    const { server, callers, role } = world
    const session = await assumeRole(server, callers.user, role, { RoleSessionName: 'a=b,c' })
    expect(await identify(server, session)).toEqual({
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/a=b,c`,
      userId: `${role.role.id}:a=b,c`,
    })
  })

  it('may do what its role may, and no more', async () => {
    const { server, callers } = world
    const role = await addNextRole({
      path: '/ops/',
      statements: [{ Effect: 'Allow', Action: 'sts:GetAccessKeyInfo', Resource: '*' }],
    })
    const session = await assumeRole(server, callers.user, role)
    const key = { AccessKeyId: callers.user.accessKeyId }
    expect(await callSts(server, session, 'GetAccessKeyInfo', key)).toMatchObject({ status: 200 })
    const decode = { EncodedMessage: 'a' }
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${role.role.name}/session`
    expectError(await callSts(server, session, 'DecodeAuthorizationMessage', decode), [
      403,
      'AccessDenied',
      `User: ${arn} is not authorized to perform: sts:DecodeAuthorizationMessage on resource: * because no identity-based policy allows the sts:DecodeAuthorizationMessage action`,
    ])
  })

  it('follows its role: policies that are changed count at once', async () => {
    const { server, callers, account } = world
    const role = await addNextRole({ statements: [ALLOW_ALL] })
    const session = await assumeRole(server, callers.user, role)
    await issueToken(server, session)
    await server.data.store.deleteInlinePolicy(account.id, role.role.id, 'test')
    const key = { AccessKeyId: callers.user.accessKeyId }
    expect(await callSts(server, session, 'GetAccessKeyInfo', key)).toMatchObject({ status: 403 })
  })

  it('outlives a trust policy that no longer trusts who made it', async () => {
    const { server, callers } = world
    const role = await addNextRole()
    const session = await assumeRole(server, callers.user, role)
    const trustPolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [trust('999999999999')],
    })
    await server.data.store.saveRole({ ...role.role, trustPolicy })
    await identify(server, session)
    const request = { RoleArn: role.arn, RoleSessionName: 'session' }
    const again = await callSts(server, callers.user, 'AssumeRole', request)
    expect(again).toMatchObject({ status: 403 })
  })
})

describe('how long it may last', () => {
  const TOO_LONG = [
    400,
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  ] as const
  const TOO_LONG_FOR_CHAIN = [
    400,
    'ValidationError',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  ] as const

  it.each([
    ['user', 3600, null, '2026-11-22T21:12:19Z'],
    ['user', 3600, 3600, '2026-11-22T21:12:19Z'],
    ['user', 3600, 3601, TOO_LONG],
    ['user', 7200, 7200, '2026-11-22T22:12:19Z'],
    ['user', 7200, 7201, TOO_LONG],
    ['user-session', 7200, 7200, '2026-11-22T22:12:19Z'],
    ['role', 7200, null, '2026-11-22T21:12:19Z'],
    ['role', 7200, 3600, '2026-11-22T21:12:19Z'],
    ['role', 7200, 3601, TOO_LONG_FOR_CHAIN],
    // The role's own limit is looked at first.
    ['role', 3600, 3601, TOO_LONG],
    ['role', 7200, 7201, TOO_LONG],
  ] as const)('%s, a role of at most %d seconds, asked for %s', async (caller, max, asked, end) => {
    const { server, callers } = world
    const role = await addNextRole({ maxSessionSeconds: max })
    const answer = await callSts(server, callers[caller], 'AssumeRole', {
      RoleArn: role.arn,
      RoleSessionName: 'session',
      ...(asked !== null && { DurationSeconds: String(asked) }),
    })
    if (typeof end === 'string') expect(readCredentials(answer).expiration).toBe(end)
    else expectError(answer, end)
  })
})

describe('a chain of roles', () => {
  const CONFLICT = [
    400,
    'InvalidParameterValue',
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
  ] as const
  const ALREADY_SET = [
    400,
    'ValidationError',
    'The source identity is already set for this assume role session',
  ] as const

  it('hands on transitive tags and nothing else', async () => {
    const { server, callers } = world
    const [first, second, third] = [
      await addNextRole({ tags: { team: 'role-1', owner: 'role-1' } }),
      await addNextRole({ tags: { TEAM: 'role-2', zone: 'b' } }),
      await addNextRole({ tags: { zone: 'c' } }),
    ]
    const one = await assumeRole(server, callers.user, first, {
      ...sessionTags({ Team: 'data', Project: 'x' }),
      ...members('TransitiveTagKeys', ['team']),
    })
    expect((await issueToken(server, one)).awsClaims['principal_tags']).toEqual({
      owner: 'role-1',
      Team: 'data',
      Project: 'x',
    })
    const two = await assumeRole(server, one, second, {
      ...sessionTags({ Stage: 'prod' }),
      ...members('TransitiveTagKeys', ['Stage']),
    })
    expect((await issueToken(server, two)).awsClaims['principal_tags']).toEqual({
      zone: 'b',
      Team: 'data',
      Stage: 'prod',
    })
    const three = await assumeRole(server, two, third)
    expect((await issueToken(server, three)).awsClaims['principal_tags']).toEqual({
      zone: 'c',
      Team: 'data',
      Stage: 'prod',
    })
  })

  it('lets no role change an inherited tag, in whatever case', async () => {
    const { server, callers } = world
    const [first, second] = [await addNextRole(), await addNextRole()]
    const session = await assumeRole(server, callers.user, first, {
      ...sessionTags({ Team: 'data', Project: 'x' }),
      ...members('TransitiveTagKeys', ['Team']),
    })
    const ask = (tags: Readonly<Record<string, string>>) =>
      callSts(server, session, 'AssumeRole', {
        RoleArn: second.arn,
        RoleSessionName: 'session',
        ...sessionTags(tags),
      })
    expectError(await ask({ TEAM: 'web' }), CONFLICT)
    expectError(await ask({ Team: 'data' }), CONFLICT)
    expect(await ask({ Project: 'y' })).toMatchObject({ status: 200 })
  })

  it('needs leave for inherited tags at every role', async () => {
    const { server, callers } = world
    const first = await addNextRole()
    const second = await addNextRole({ trust: [trust(ACCOUNT, { Action: 'sts:AssumeRole' })] })
    const plain = await assumeRole(server, callers.user, first, sessionTags({ Team: 'data' }))
    await assumeRole(server, plain, second)
    const tagged = await assumeRole(server, callers.user, first, {
      ...sessionTags({ Team: 'data' }),
      ...members('TransitiveTagKeys', ['Team']),
    })
    const request = { RoleArn: second.arn, RoleSessionName: 'session' }
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${first.role.name}/session`
    expectError(await callSts(server, tagged, 'AssumeRole', request), [
      403,
      'AccessDenied',
      `User: ${arn} is not authorized to perform: sts:TagSession on resource: ${second.arn}`,
    ])
  })

  it('shows inherited tags to the trust policy as tags of the request', async () => {
    const { server, callers } = world
    const first = await addNextRole()
    const condition = (team: string) => ({
      Condition: { StringEquals: { 'aws:RequestTag/Team': team, 'aws:PrincipalTag/Team': team } },
    })
    const [wanted, unwanted] = [
      await addNextRole({ trust: [trust(ACCOUNT, condition('data'))] }),
      await addNextRole({ trust: [trust(ACCOUNT, condition('web'))] }),
    ]
    const session = await assumeRole(server, callers.user, first, {
      ...sessionTags({ Team: 'data' }),
      ...members('TransitiveTagKeys', ['Team']),
    })
    await assumeRole(server, session, wanted)
    const request = { RoleArn: unwanted.arn, RoleSessionName: 'session' }
    expect(await callSts(server, session, 'AssumeRole', request)).toMatchObject({ status: 403 })
  })

  it('keeps the source identity for good', async () => {
    const { server, callers } = world
    const [first, second] = [await addNextRole(), await addNextRole()]
    const session = await assumeRole(server, callers.user, first, { SourceIdentity: 'alice' })
    const ask = (sourceIdentity?: string) =>
      callSts(server, session, 'AssumeRole', {
        RoleArn: second.arn,
        RoleSessionName: 'session',
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      })
    expectError(await ask('mallory'), ALREADY_SET)
    expectError(await ask('Alice'), ALREADY_SET)
    expect(findInResult(await ask('alice'), 'SourceIdentity')).toBe('alice')
    const inherited = await ask()
    expect(findInResult(inherited, 'SourceIdentity')).toBe('alice')
    const { awsClaims } = await issueToken(server, readCredentials(inherited))
    expect(awsClaims['source_identity']).toBe('alice')
  })

  it('needs leave for an inherited source identity', async () => {
    const { server, callers } = world
    const first = await addNextRole()
    const second = await addNextRole({ trust: [trust(ACCOUNT, { Action: 'sts:AssumeRole' })] })
    const session = await assumeRole(server, callers.user, first, { SourceIdentity: 'alice' })
    const request = { RoleArn: second.arn, RoleSessionName: 'session' }
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${first.role.name}/session`
    expectError(await callSts(server, session, 'AssumeRole', request), [
      403,
      'AccessDenied',
      `User: ${arn} is not authorized to perform: sts:SetSourceIdentity on resource: ${second.arn}`,
    ])
  })

  it.each([
    ['the role behind the session', (role: string) => `arn:aws:iam::${ACCOUNT}:role/hop/${role}`],
    ['the session', (role: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/session`],
  ])('goes on where a role trusts %s, without a policy', async (_what, formatPrincipal) => {
    const { server, callers } = world
    const first = await addNextRole({ path: '/hop/', statements: [] })
    const second = await addNextRole({ trust: [trust(formatPrincipal(first.role.name))] })
    const session = await assumeRole(server, callers.user, first)
    await assumeRole(server, session, second)
    const other = await assumeRole(server, callers.user, first, { RoleSessionName: 'other' })
    const request = { RoleArn: second.arn, RoleSessionName: 'session' }
    const expected = formatPrincipal('x').includes('assumed-role') ? 403 : 200
    expect(await callSts(server, other, 'AssumeRole', request)).toMatchObject({ status: expected })
  })

  it('crosses accounts', async () => {
    const { server, callers } = world
    const other = await addAccount(server, '222222222222')
    const first = await addNextRole({ path: '/hop/' })
    const second = await addRole(server, other, 'target', { trust: [trust(first.arn)] })
    const session = await assumeRole(server, await assumeRole(server, callers.user, first), second)
    expect(await identify(server, session)).toEqual({
      arn: 'arn:aws:sts::222222222222:assumed-role/target/session',
      userId: `${second.role.id}:session`,
    })
    const { claims, awsClaims } = await issueToken(server, session)
    expect(claims.sub).toBe('arn:aws:iam::222222222222:role/target')
    expect(awsClaims['aws_account']).toBe('222222222222')
  })

  it('never ends at a role that a user may not assume', async () => {
    const { server } = world
    const { credentials } = await addUser(server, world.account, 'powerless', { statements: [] })
    const request = { RoleArn: world.role.arn, RoleSessionName: 'session' }
    const answer = await callSts(server, credentials, 'AssumeRole', request)
    expect(answer).toMatchObject({ status: 403 })
  })
})
