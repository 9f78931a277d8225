import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount } from '../support/accounts.ts'
import { trust } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
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
} from '../support/sts-calls.ts'
import { ACCOUNT, type SessionWorld, startSessionWorld } from '../support/worlds/session.ts'

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
})
