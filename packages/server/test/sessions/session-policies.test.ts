import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUser } from '../support/accounts.ts'
import { ALLOW_ALL, formatPolicy, type Statements } from '../support/policies.ts'
import { addManagedPolicy, addRole } from '../support/roles.ts'
import { assumeRole, callSts, expectError, readCredentials } from '../support/sts-calls.ts'
import {
  ACCOUNT,
  policyArns,
  type SessionWorld,
  startSessionWorld,
} from '../support/worlds/session.ts'

let world: SessionWorld
let count = 0

beforeAll(async () => {
  world = await startSessionWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

const INFO = 'sts:GetAccessKeyInfo'
const ALLOW_INFO = { Effect: 'Allow', Action: INFO, Resource: '*' }
const ALLOW_DECODING = {
  Effect: 'Allow',
  Action: 'sts:DecodeAuthorizationMessage',
  Resource: '*',
}
const NO_SESSION = `because no session policy allows the ${INFO} action`
const NO_IDENTITY = `because no identity-based policy allows the ${INFO} action`
const NO_BOUNDARY = `because no permissions boundary allows the ${INFO} action`
const DENIED_BY_SESSION = 'with an explicit deny in a session policy'
const DENIED_BY_IDENTITY = 'with an explicit deny in an identity-based policy'

/** What a role may, with what policies its session is made, and what then becomes of a call. */
interface PolicyRow {
  readonly what: string
  readonly role: Statements
  readonly boundary?: Statements
  /** Null: without an inline session policy. */
  readonly inline: Statements | null
  /** Each is a managed policy of its own. */
  readonly managed?: readonly Statements[]
  /** Null when the call is granted. */
  readonly reason: string | null
}

const ROWS: readonly PolicyRow[] = [
  { what: 'no session policy', role: [ALLOW_ALL], inline: null, reason: null },
  { what: 'one that allows it', role: [ALLOW_ALL], inline: [ALLOW_INFO], reason: null },
  { what: 'one that allows less', role: [ALLOW_ALL], inline: [ALLOW_DECODING], reason: NO_SESSION },
  {
    what: 'one that allows more',
    role: [ALLOW_DECODING],
    inline: [ALLOW_ALL],
    reason: NO_IDENTITY,
  },
  {
    what: 'one that denies it',
    role: [ALLOW_ALL],
    inline: [ALLOW_ALL, { ...ALLOW_INFO, Effect: 'Deny' }],
    reason: DENIED_BY_SESSION,
  },
  {
    what: 'one that allows what the role denies',
    role: [ALLOW_ALL, { ...ALLOW_INFO, Effect: 'Deny' }],
    inline: [ALLOW_ALL],
    reason: DENIED_BY_IDENTITY,
  },
  {
    what: 'a managed one that allows it',
    role: [ALLOW_ALL],
    inline: null,
    managed: [[ALLOW_INFO]],
    reason: null,
  },
  {
    what: 'a managed one that allows less',
    role: [ALLOW_ALL],
    inline: null,
    managed: [[ALLOW_DECODING]],
    reason: NO_SESSION,
  },
  {
    what: 'two managed ones, of which the second allows it',
    role: [ALLOW_ALL],
    inline: null,
    managed: [[ALLOW_DECODING], [ALLOW_INFO]],
    reason: null,
  },
  {
    what: 'an inline one that allows less, and a managed one that allows it',
    role: [ALLOW_ALL],
    inline: [ALLOW_DECODING],
    managed: [[ALLOW_INFO]],
    reason: null,
  },
  {
    what: 'an inline one that allows it, and a managed one that denies it',
    role: [ALLOW_ALL],
    inline: [ALLOW_INFO],
    managed: [[{ ...ALLOW_INFO, Effect: 'Deny' }]],
    reason: DENIED_BY_SESSION,
  },
  {
    what: 'one that allows it, under a boundary that does not',
    role: [ALLOW_ALL],
    boundary: [ALLOW_DECODING],
    inline: [ALLOW_INFO],
    reason: NO_BOUNDARY,
  },
  {
    what: 'one with a condition on the session that holds',
    role: [ALLOW_ALL],
    inline: [{ ...ALLOW_INFO, Condition: { StringLike: { 'aws:userid': '*:session' } } }],
    reason: null,
  },
]

describe('a session of AssumeRole made with', () => {
  it.each(ROWS)('$what', async ({ role: statements, boundary, inline, managed = [], reason }) => {
    const { server, account, callers } = world
    count += 1
    const arns: string[] = []
    for (const [index, policy] of managed.entries()) {
      arns.push(await addManagedPolicy(server, account, `p-${count}-${index}`, policy))
    }
    const role = await addRole(server, account, `role-${count}`, {
      statements,
      ...(boundary !== undefined && {
        permissionsBoundaryArn: await addManagedPolicy(server, account, `b-${count}`, boundary),
      }),
    })
    const session = await assumeRole(server, callers.user, role, {
      ...(inline !== null && { Policy: formatPolicy(inline) }),
      ...policyArns(arns),
    })
    const key = { AccessKeyId: callers.user.accessKeyId }
    const answer = await callSts(server, session, 'GetAccessKeyInfo', key)
    if (reason === null) {
      expect(answer).toMatchObject({ status: 200 })
    } else {
      const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/role-${count}/session`
      const text = `User: ${arn} is not authorized to perform: ${INFO} on resource: * ${reason}`
      expectError(answer, [403, 'AccessDenied', text])
    }
  })
})

describe('a managed session policy', () => {
  it('counts as it is now, not as it was when the session began', async () => {
    const { server, account, callers, role } = world
    const { store } = server.data
    const arn = await addManagedPolicy(server, account, 'changing', [ALLOW_INFO])
    const session = await assumeRole(server, callers.user, role, policyArns([arn]))
    const key = { AccessKeyId: callers.user.accessKeyId }
    const ask = () => callSts(server, session, 'GetAccessKeyInfo', key)
    expect(await ask()).toMatchObject({ status: 200 })

    const policy = await store.findManagedPolicy(account.id, arn)
    if (policy === null) throw new Error('the policy has vanished')
    const document = formatPolicy([{ ...ALLOW_INFO, Effect: 'Deny' }])
    const version = { versionId: 'v2', document, createdAtMs: server.clock.nowMs() }
    await store.createPolicyVersion({ ...policy, defaultVersionId: 'v2' }, version)
    expect(await ask()).toMatchObject({ status: 403 })
  })

  it('takes everything with it when it is deleted', async () => {
    const { server, account, callers, role } = world
    const arn = await addManagedPolicy(server, account, 'vanishing', [ALLOW_ALL])
    const session = await assumeRole(server, callers.user, role, policyArns([arn]))
    await server.data.store.deleteManagedPolicy(account.id, arn)
    const key = { AccessKeyId: callers.user.accessKeyId }
    const answer = await callSts(server, session, 'GetAccessKeyInfo', key)
    expect(answer).toMatchObject({ status: 403 })
  })

  it.each(['PolicyArns.member.1.Arn', 'PolicyArns.member.1.x', 'PolicyArns.member.arn'])(
    'that is named as %s does not leave the session unrestricted',
    async name => {
      const { server, callers, role } = world
      const request = { RoleArn: role.arn, RoleSessionName: 'session' }
      const parameters = { ...request, [name]: 'arn:aws:iam::aws:policy/AWSDenyAll' }
      expectError(await callSts(server, callers.user, 'AssumeRole', parameters), [
        400,
        'ValidationError',
        'Each member of PolicyArns must have an arn.',
      ])
    },
  )

  it('is not told of before the role is allowed', async () => {
    const { server, account, role } = world
    const { credentials } = await addUser(server, account, 'curious', { statements: [] })
    const request = { RoleArn: role.arn, RoleSessionName: 'session' }
    const arns = [`arn:aws:iam::${ACCOUNT}:policy/changing`, `arn:aws:iam::${ACCOUNT}:policy/none`]
    const bodies = []
    for (const arn of arns) {
      const parameters = { ...request, ...policyArns([arn]) }
      const answer = await callSts(server, credentials, 'AssumeRole', parameters)
      bodies.push(answer.body.replace(/<RequestId>.*<\/RequestId>/, ''))
    }
    expect(bodies[0]).toContain('<Code>AccessDenied</Code>')
    expect(bodies[0]).toBe(bodies[1])
  })
})

describe('a session of GetFederationToken', () => {
  // There is no operation that a federated user may call and a policy decides, so that what its
  // policies allow shows in the directory alone; see the tests there. Here: that they are kept.
  it('is made only within what the user may', async () => {
    const { server, account } = world
    const { credentials } = await addUser(server, account, 'broker', { statements: [] })
    const ask = (changes: Readonly<Record<string, string>>) =>
      callSts(server, credentials, 'GetFederationToken', { Name: 'bob', ...changes })
    const arn = `arn:aws:iam::${ACCOUNT}:user/broker`
    const resource = `arn:aws:sts::${ACCOUNT}:federated-user/bob`
    const text = `User: ${arn} is not authorized to perform: sts:GetFederationToken on resource: ${resource} because no identity-based policy allows the sts:GetFederationToken action`
    expectError(await ask({}), [403, 'AccessDenied', text])
  })

  it.each([
    ['bob', null],
    ['mallory', 'sts:GetFederationToken'],
  ] as const)('is made for whom the policy names: %s', async (name, refused) => {
    const { server, account } = world
    count += 1
    const resource = `arn:aws:sts::${ACCOUNT}:federated-user/bob`
    const statements = [{ Effect: 'Allow', Action: 'sts:GetFederationToken', Resource: resource }]
    const { credentials } = await addUser(server, account, `broker-${count}`, { statements })
    const answer = await callSts(server, credentials, 'GetFederationToken', { Name: name })
    if (refused === null) readCredentials(answer)
    else expect(answer).toMatchObject({ status: 403 })
  })

  it('needs leave for its tags', async () => {
    const { server, account } = world
    const statements = [{ Effect: 'Allow', Action: 'sts:GetFederationToken', Resource: '*' }]
    const { credentials } = await addUser(server, account, 'tagless', { statements })
    const tags = { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'data' }
    const answer = await callSts(server, credentials, 'GetFederationToken', {
      Name: 'bob',
      ...tags,
    })
    const resource = `arn:aws:sts::${ACCOUNT}:federated-user/bob`
    const text = `User: arn:aws:iam::${ACCOUNT}:user/tagless is not authorized to perform: sts:TagSession on resource: ${resource} because no identity-based policy allows the sts:TagSession action`
    expectError(answer, [403, 'AccessDenied', text])
  })
})
