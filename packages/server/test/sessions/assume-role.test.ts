import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../support/calls.ts'
import { ALLOW_ALL, trust } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import {
  assumeRole,
  callSts,
  expectError,
  findInResult,
  identify,
  issueToken,
  readCredentials,
  sessionTags,
} from '../support/sts-calls.ts'
import { ACCOUNT, type SessionWorld, startSessionWorld } from '../support/worlds/session.ts'
import { fullTags } from './tables/request-row.ts'

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
    <SessionTokenUtilization>${Math.ceil((sessionToken?.reveal().length ?? 0) / 81.92)}</SessionTokenUtilization>
    <SessionTokenSize>${sessionToken?.reveal().length}</SessionTokenSize>
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

  it('says how much of a session is taken, up to all of it', async () => {
    const { server, callers, role } = world
    const request = { RoleArn: role.arn, RoleSessionName: 'session', ...fullTags(0) }
    const answer = await callSts(server, callers.user, 'AssumeRole', request)
    expect(findInResult(answer, 'PackedPolicySize')).toBe('100')
  })

  it('comes from the global endpoint too', async () => {
    const { server, callers, role } = world
    const answer = await call(server, callers.user, {
      host: 'sts.amazonaws.com',
      region: 'us-east-1',
      parameters: { Action: 'AssumeRole', RoleArn: role.arn, RoleSessionName: 'session' },
    })
    expect(answer).toMatchObject({ status: 200 })
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
