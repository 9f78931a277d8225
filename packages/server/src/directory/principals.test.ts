import { describe, expect, it } from 'vitest'
import type { Caller } from '../principals/caller.ts'
import type { Session } from '../principals/session.ts'
import type { SessionPrincipal } from '../principals/session-principal.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createKey,
  createKeyId,
  createRole,
  createRoleId,
  createUser,
  createUserId,
  OTHER_ACCOUNT_ID,
} from '../store/test/records.ts'
import {
  createSession,
  createWorld,
  findSession,
  OWNERS,
  SESSION_KEY_ID,
  type World,
} from './test/world.ts'

const SESSIONS = {
  role: createSession(),
  federatedUser: createSession({ kind: 'federated-user', name: 'Guest' }),
  sessionToken: createSession({ kind: 'session-token', name: null }),
}

describe('the caller behind a session of', () => {
  it('a role is the role as it is now', async () => {
    const world = await createWorld()
    const role = createRole(1, { path: '/ci/', tags: [{ key: 'Team', value: 'web' }] })
    await world.store.saveRole(role)
    await world.follow()
    expect(await findSession(world, OWNERS.role, SESSIONS.role)).toEqual({
      kind: 'assumed-role',
      account: createAccount(ACCOUNT_ID),
      accessKeyId: SESSION_KEY_ID,
      role,
      session: SESSIONS.role,
      arn: 'arn:aws:sts::123456789012:assumed-role/role-0001/ci',
      principalArn: 'arn:aws:iam::123456789012:role/ci/role-0001',
      userId: `${createRoleId(1)}:ci`,
      principalTags: [{ key: 'Team', value: 'web' }],
    } satisfies Record<Exclude<keyof Caller, 'parentAccessKeyId'> | 'role', unknown>)
  })

  it('a federated user is named after its session', async () => {
    const world = await createWorld()
    expect(await findSession(world, OWNERS.user, SESSIONS.federatedUser)).toEqual({
      kind: 'federated-user',
      account: createAccount(ACCOUNT_ID),
      accessKeyId: SESSION_KEY_ID,
      parentAccessKeyId: OWNERS.user.parentAccessKeyId,
      user: createUser(1),
      session: SESSIONS.federatedUser,
      arn: 'arn:aws:sts::123456789012:federated-user/Guest',
      principalArn: 'arn:aws:sts::123456789012:federated-user/Guest',
      userId: '123456789012:Guest',
      principalTags: [],
    })
  })

  it('a user is the user', async () => {
    const world = await createWorld()
    expect(await findSession(world, OWNERS.user, SESSIONS.sessionToken)).toEqual({
      kind: 'user',
      account: createAccount(ACCOUNT_ID),
      accessKeyId: SESSION_KEY_ID,
      parentAccessKeyId: OWNERS.user.parentAccessKeyId,
      user: createUser(1),
      session: SESSIONS.sessionToken,
      arn: 'arn:aws:iam::123456789012:user/user-0001',
      principalArn: 'arn:aws:iam::123456789012:user/user-0001',
      userId: createUserId(1),
      principalTags: [],
    })
  })

  it('root is root', async () => {
    const world = await createWorld()
    expect(await findSession(world, OWNERS.root, SESSIONS.sessionToken)).toEqual({
      kind: 'root',
      account: createAccount(ACCOUNT_ID),
      accessKeyId: SESSION_KEY_ID,
      parentAccessKeyId: OWNERS.root.parentAccessKeyId,
      session: SESSIONS.sessionToken,
      arn: 'arn:aws:iam::123456789012:root',
      principalArn: 'arn:aws:iam::123456789012:root',
      userId: '123456789012',
      principalTags: [],
    })
  })

  it.each(['role', 'federatedUser'] as const)(
    '%s: its tags overlaid by those of the session',
    async kind => {
      const world = await createWorld()
      const tags = [
        { key: 'Team', value: 'entity' },
        { key: 'untouched', value: 'kept' },
      ]
      await world.store.saveRole(createRole(1, { tags }))
      await world.store.saveUserTags(ACCOUNT_ID, createUserId(1), tags)
      await world.follow()
      const session = { ...SESSIONS[kind], tags: [{ key: 'team', value: 'session' }] }
      const owner = kind === 'role' ? OWNERS.role : OWNERS.user
      expect((await findSession(world, owner, session))?.principalTags).toEqual([
        { key: 'untouched', value: 'kept' },
        { key: 'team', value: 'session' },
      ])
    },
  )
})

describe('a session ends with', () => {
  const ends: readonly (readonly [
    string,
    SessionPrincipal,
    Session,
    (world: World) => Promise<void>,
  ])[] = [
    [
      'its role',
      OWNERS.role,
      SESSIONS.role,
      ({ store }) => store.deleteRole(ACCOUNT_ID, createRoleId(1)),
    ],
    [
      'its role, though one of the same name comes after it',
      OWNERS.role,
      SESSIONS.role,
      async ({ store }) => {
        await store.deleteRole(ACCOUNT_ID, createRoleId(1))
        await store.createRole(createRole(2, { name: createRole(1).name }))
      },
    ],
    ...(['federatedUser', 'sessionToken'] as const).flatMap(kind => [
      [
        `its user: ${kind}`,
        OWNERS.user,
        SESSIONS[kind],
        ({ store }: World) => store.deleteUser(ACCOUNT_ID, createUserId(1)),
      ] as const,
      [
        `the key that asked for it: ${kind}`,
        OWNERS.user,
        SESSIONS[kind],
        ({ store }: World) => store.deleteAccessKey(createKeyId(1)),
      ] as const,
      [
        `the key that asked for it switched off: ${kind}`,
        OWNERS.user,
        SESSIONS[kind],
        ({ store }: World) => store.saveAccessKeyStatus(createKeyId(1), 'Inactive'),
      ] as const,
    ]),
    [
      'the key of the root that asked for it',
      OWNERS.root,
      SESSIONS.sessionToken,
      ({ store }) => store.deleteAccessKey(createKeyId(2)),
    ],
  ]

  it.each(ends)('%s', async (_, owner, session, write) => {
    const world = await createWorld()
    expect(await findSession(world, owner, session)).not.toBeNull()
    await write(world)
    await world.follow()
    expect(await findSession(world, owner, session)).toBeNull()
  })

  it('the revocation of those that began before an instant', async () => {
    const world = await createWorld()
    await world.store.saveRole(createRole(1, { sessionsRevokedBeforeMs: 10_000 }))
    await world.follow()
    const find = (issuedAtMs: number) =>
      findSession(world, OWNERS.role, createSession({ issuedAtMs }))
    expect(await find(9_999)).toBeNull()
    expect(await find(10_000)).not.toBeNull()
    expect(await find(10_001)).not.toBeNull()
  })
})

describe('nobody is behind a session', () => {
  it.each([
    ['of a role that never was', { ...OWNERS.role, roleId: createRoleId(9) }, SESSIONS.role],
    [
      'of a role of another account',
      { ...OWNERS.role, accountId: OTHER_ACCOUNT_ID },
      SESSIONS.role,
    ],
    [
      'of a user in another account',
      { ...OWNERS.user, accountId: OTHER_ACCOUNT_ID },
      SESSIONS.sessionToken,
    ],
    [
      'of a user with the key of another',
      { ...OWNERS.user, userId: createUserId(2) },
      SESSIONS.sessionToken,
    ],
    [
      'of a user with the key of the root',
      { ...OWNERS.user, parentAccessKeyId: createKeyId(2) },
      SESSIONS.sessionToken,
    ],
    [
      'of a user with an unknown key',
      { ...OWNERS.user, parentAccessKeyId: createKeyId(9) },
      SESSIONS.sessionToken,
    ],
    [
      'of the root with the key of a user',
      { ...OWNERS.root, parentAccessKeyId: createKeyId(1) },
      SESSIONS.sessionToken,
    ],
    [
      'of the root of another account',
      { ...OWNERS.root, accountId: OTHER_ACCOUNT_ID },
      SESSIONS.sessionToken,
    ],
    ['of a role without a name', OWNERS.role, createSession({ name: null })],
    ['of a federated user without a name', OWNERS.user, { ...SESSIONS.federatedUser, name: null }],
    ['of a federated user that is a role’s', OWNERS.role, SESSIONS.federatedUser],
    ['of a federated user that is the root’s', OWNERS.root, SESSIONS.federatedUser],
    ['of GetSessionToken that is a role’s', OWNERS.role, SESSIONS.sessionToken],
    ['of a role that is a user’s', OWNERS.user, SESSIONS.role],
    ['of a role that is the root’s', OWNERS.root, SESSIONS.role],
  ] as const)('%s', async (_, owner, session) => {
    const world = await createWorld()
    await world.store.createAccount(createAccount(OTHER_ACCOUNT_ID))
    await world.store.createUser(createUser(2))
    await world.store.createAccessKey(createKey(3, { accountId: OTHER_ACCOUNT_ID }))
    expect(await findSession(world, owner, session)).toBeNull()
  })
})

describe('the principals of sessions', () => {
  it('are read once', async () => {
    const world = await createWorld()
    await findSession(world, OWNERS.role, SESSIONS.role)
    await findSession(world, OWNERS.user, SESSIONS.sessionToken)
    world.calls.length = 0
    world.isDown = true
    for (const name of ['a', 'b', 'c']) {
      await findSession(world, OWNERS.role, createSession({ name }))
      await findSession(world, OWNERS.user, SESSIONS.federatedUser)
    }
    expect(world.calls).toEqual([])
  })

  it('follow changes of role, user and account', async () => {
    const world = await createWorld()
    await findSession(world, OWNERS.role, SESSIONS.role)
    await findSession(world, OWNERS.user, SESSIONS.sessionToken)
    const organization = { organizationId: 'o-abcdefghij', path: [], isManagementAccount: false }
    await world.store.saveRole(createRole(1, { path: '/new/' }))
    await world.store.saveUser(createUser(1, { name: 'renamed' }))
    await world.store.placeAccount(ACCOUNT_ID, organization)
    await world.follow()
    expect(await findSession(world, OWNERS.role, SESSIONS.role)).toMatchObject({
      principalArn: 'arn:aws:iam::123456789012:role/new/role-0001',
      account: { organization },
    })
    expect(await findSession(world, OWNERS.user, SESSIONS.sessionToken)).toMatchObject({
      arn: 'arn:aws:iam::123456789012:user/renamed',
      account: { organization },
    })
  })
})
