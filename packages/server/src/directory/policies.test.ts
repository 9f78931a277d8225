import { describe, expect, it } from 'vitest'
import type { ApplicablePolicies, AppliedPolicy } from '../policy/applicable-policies.ts'
import type { Decision } from '../policy/decision.ts'
import { evaluateRequest } from '../policy/evaluate.ts'
import type { Caller } from '../principals/caller.ts'
import {
  ACCOUNT_ID,
  createGroup,
  createGroupId,
  createManagedPolicy,
  createPolicyVersion,
  createRole,
  createRoleId,
  createUser,
  createUserId,
  OTHER_ACCOUNT_ID,
} from '../store/test/records.ts'
import {
  addInlinePolicy,
  addManagedPolicy,
  CALLERS,
  createWorld,
  formatPolicy,
  type World,
} from './test/world.ts'

const ALLOW_ALL = formatPolicy('Allow', '*')
const NAMELESS_ARN = `arn:aws:iam::${ACCOUNT_ID}:policy/nameless`

function listIds(policies: readonly AppliedPolicy[] | null): readonly string[] | null {
  return policies?.map(({ policyId }) => policyId) ?? null
}

/** What of the answer the tests look at: names in place of compiled policies. */
function summarize(policies: ApplicablePolicies) {
  return {
    identity: listIds(policies.identity),
    boundary: policies.boundary?.policyId ?? null,
    session: listIds(policies.session),
    isAccountRoot: policies.isAccountRoot,
  }
}

async function load({ directory }: World, caller: Promise<Caller>) {
  return summarize(await directory.loadPolicies(await caller))
}

async function decide(
  { directory }: World,
  caller: Promise<Caller>,
  action = 's3:GetObject',
): Promise<Decision> {
  const policies = await directory.loadPolicies(await caller)
  return evaluateRequest({ action, resource: '*', context: new Map() }, policies)
}

/** User 1 in group 1, role 1, each with the inline policy `p` and a managed policy of its own. */
async function createFullWorld() {
  const world = await createWorld()
  const { store } = world
  await store.createGroup(createGroup(1))
  await store.addGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(1))
  const arns: string[] = []
  for (const [index, id] of [createUserId(1), createGroupId(1), createRoleId(1)].entries()) {
    const arn = await addManagedPolicy(world, index, formatPolicy('Allow', `s3:Do${index}`))
    arns.push(arn)
    await addInlinePolicy(world, id, ALLOW_ALL)
    await store.attachPolicy(ACCOUNT_ID, id, arn)
  }
  await world.follow()
  const [userArn = '', groupArn = '', roleArn = ''] = arns
  return { world, userArn, groupArn, roleArn }
}

describe('the policies of', () => {
  it('root: none, and none is needed', async () => {
    const { world } = await createFullWorld()
    expect(await load(world, CALLERS.root(world))).toEqual({
      identity: [],
      boundary: null,
      session: null,
      isAccountRoot: true,
    })
  })

  it.each(['user', 'sessionToken'] as const)('%s: its own and those of its groups', async kind => {
    const { world, userArn, groupArn } = await createFullWorld()
    const summary = await load(world, CALLERS[kind](world))
    expect({ ...summary, identity: summary.identity?.toSorted() }).toEqual({
      identity: [userArn, groupArn, 'inline:p', `inline:${createGroupId(1)}/p`].toSorted(),
      boundary: null,
      session: null,
      isAccountRoot: false,
    })
  })

  it('a role: its own', async () => {
    const { world, roleArn } = await createFullWorld()
    expect(await load(world, CALLERS.role(world))).toEqual({
      identity: ['inline:p', roleArn],
      boundary: null,
      session: null,
      isAccountRoot: false,
    })
  })

  it('a role with session policies: they bound it, in every form', async () => {
    const { world, roleArn, userArn } = await createFullWorld()
    const inlinePolicy = formatPolicy('Allow', 's3:*')
    for (const [session, expected] of [
      [{ inlinePolicy }, ['inline:session']],
      [{ policyArns: [userArn, roleArn] }, [userArn, roleArn]],
      [{ inlinePolicy, policyArns: [userArn] }, ['inline:session', userArn]],
    ] as const) {
      expect((await load(world, CALLERS.role(world, session))).session).toEqual(expected)
    }
  })

  it('a federated user: those of its user, bounded by its session policies; without any it may do nothing', async () => {
    const { world, userArn } = await createFullWorld()
    const user = await load(world, CALLERS.user(world))
    const bare = await load(world, CALLERS.federatedUser(world))
    expect(bare).toEqual({ ...user, session: [] })
    const bounded = await load(world, CALLERS.federatedUser(world, { policyArns: [userArn] }))
    expect(bounded).toEqual({ ...user, session: [userArn] })
    expect(await decide(world, CALLERS.federatedUser(world))).toMatchObject({
      effect: 'deny',
      kind: 'implicit',
      layer: 'session policy',
    })
    const inlinePolicy = formatPolicy('Allow', 's3:GetObject')
    const allowed = CALLERS.federatedUser(world, { inlinePolicy })
    expect(await decide(world, allowed)).toMatchObject({ effect: 'allow' })
    expect(await decide(world, allowed, 's3:PutObject')).toMatchObject({ effect: 'deny' })
  })

  it('a policy that comes by several ways: counted once', async () => {
    const { world, userArn } = await createFullWorld()
    await world.store.attachPolicy(ACCOUNT_ID, createGroupId(1), userArn)
    await world.follow()
    const { identity } = await load(world, CALLERS.user(world))
    expect(identity?.filter(id => id === userArn)).toEqual([userArn])
  })

  it('somebody with nothing: none', async () => {
    const world = await createWorld()
    const nothing = { identity: [], boundary: null, session: null, isAccountRoot: false }
    expect(await load(world, CALLERS.user(world))).toEqual(nothing)
    expect(await load(world, CALLERS.role(world))).toEqual(nothing)
  })
})

describe('an inline session policy', () => {
  it('is compiled once for all sessions that have the same, and is never taken for another', async () => {
    const world = await createWorld()
    const load = async (inlinePolicy: string, name: string) => {
      const caller = await CALLERS.role(world, { inlinePolicy, name })
      return (await world.directory.loadPolicies(caller)).session?.[0]?.policy
    }
    const first = await load(ALLOW_ALL, 'a')
    expect(first?.kind).toBe('session')
    expect(await load(ALLOW_ALL, 'b')).toBe(first)
    const other = await load(formatPolicy('Deny', '*'), 'c')
    expect(other?.statements[0]?.effect).toBe('Deny')
    expect(await load(ALLOW_ALL, 'd')).toBe(first)
  })
})

describe('a permissions boundary', () => {
  async function createBounded(document: string | null) {
    const world = await createWorld()
    const permissionsBoundaryArn =
      document === null ? NAMELESS_ARN : await addManagedPolicy(world, 1, document)
    await addInlinePolicy(world, createUserId(1), ALLOW_ALL)
    await addInlinePolicy(world, createRoleId(1), ALLOW_ALL)
    await world.store.saveUser(createUser(1, { permissionsBoundaryArn }))
    await world.store.saveRole(createRole(1, { permissionsBoundaryArn }))
    await world.follow()
    return { world, permissionsBoundaryArn }
  }

  it.each(['user', 'role', 'sessionToken'] as const)('bounds a %s', async kind => {
    const { world, permissionsBoundaryArn } = await createBounded(formatPolicy('Allow', 's3:*'))
    const caller = CALLERS[kind](world)
    expect((await load(world, caller)).boundary).toBe(permissionsBoundaryArn)
    expect(await decide(world, caller)).toMatchObject({ effect: 'allow' })
    expect(await decide(world, caller, 'sts:GetWebIdentityToken')).toMatchObject({
      effect: 'deny',
      layer: 'permissions boundary',
    })
  })

  it('bounds a federated user as it bounds its user', async () => {
    const { world } = await createBounded(formatPolicy('Allow', 's3:*'))
    const caller = CALLERS.federatedUser(world, { inlinePolicy: ALLOW_ALL })
    expect(await decide(world, caller)).toMatchObject({ effect: 'allow' })
    expect(await decide(world, caller, 'iam:GetUser')).toMatchObject({
      layer: 'permissions boundary',
    })
  })

  it.each(['user', 'role'] as const)('that is not there lets a %s do nothing', async kind => {
    const { world } = await createBounded(null)
    expect(await decide(world, CALLERS[kind](world))).toMatchObject({
      effect: 'deny',
      kind: 'explicit',
      layer: 'permissions boundary',
      statements: [{ policyId: NAMELESS_ARN, statementId: 'PolicyIsMissing' }],
    })
  })
})

describe('a managed session policy that is not there', () => {
  it.each([
    ['alone', {}],
    ['beside one that allows', { inlinePolicy: ALLOW_ALL }],
  ])('lets the session do nothing, %s', async (_, session) => {
    const { world } = await createFullWorld()
    const caller = CALLERS.role(world, { ...session, policyArns: [NAMELESS_ARN] })
    expect(await decide(world, caller)).toMatchObject({ effect: 'deny', layer: 'session policy' })
  })

  it('is looked for in the account of the role alone', async () => {
    const { world } = await createFullWorld()
    const foreign = createManagedPolicy(7, { accountId: OTHER_ACCOUNT_ID })
    await world.store.createAccount({
      ...(await CALLERS.user(world)).account,
      id: OTHER_ACCOUNT_ID,
    })
    await world.store.createManagedPolicy(foreign, createPolicyVersion(1, ALLOW_ALL))
    const caller = CALLERS.role(world, { policyArns: [foreign.arn] })
    expect(await decide(world, caller)).toMatchObject({ effect: 'deny', layer: 'session policy' })
  })
})

describe('a stored policy that cannot be read', () => {
  const BROKEN = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Where":"*"}}'

  it.each([
    ['inline policy', (w: World) => addInlinePolicy(w, createUserId(1), BROKEN)],
    ['inline policy of a group', (w: World) => addInlinePolicy(w, createGroupId(1), BROKEN)],
    [
      'attached policy',
      async (w: World) =>
        w.store.attachPolicy(ACCOUNT_ID, createUserId(1), await addManagedPolicy(w, 8, BROKEN)),
    ],
    [
      'attached policy of a group',
      async (w: World) =>
        w.store.attachPolicy(ACCOUNT_ID, createGroupId(1), await addManagedPolicy(w, 8, BROKEN)),
    ],
    [
      'boundary',
      async (w: World) => {
        const permissionsBoundaryArn = await addManagedPolicy(w, 8, BROKEN)
        await w.store.saveUser(createUser(1, { permissionsBoundaryArn }))
      },
    ],
  ])('refuses its user everything, and nobody else: %s', async (_, write) => {
    const { world } = await createFullWorld()
    await write(world)
    await world.follow()
    for (const kind of ['user', 'sessionToken', 'federatedUser'] as const) {
      await expect(load(world, CALLERS[kind](world))).rejects.toMatchObject({
        name: 'StoredPolicyError',
        cause: { code: 'MalformedPolicyDocument' },
      })
    }
    expect(await decide(world, CALLERS.role(world))).toMatchObject({ effect: 'allow' })
    expect((await load(world, CALLERS.root(world))).isAccountRoot).toBe(true)
  })

  it.each([
    ['inline', async () => ({ inlinePolicy: BROKEN })],
    ['managed', async (w: World) => ({ policyArns: [await addManagedPolicy(w, 8, BROKEN)] })],
  ])('refuses a session everything: %s', async (_, createChanges) => {
    const { world } = await createFullWorld()
    const session = await createChanges(world)
    await expect(load(world, CALLERS.role(world, session))).rejects.toThrow(/cannot be read/)
    expect((await load(world, CALLERS.role(world))).session).toBeNull()
  })

  it('is read again when it has been mended', async () => {
    const { world } = await createFullWorld()
    await addInlinePolicy(world, createUserId(1), BROKEN)
    await world.follow()
    await expect(load(world, CALLERS.user(world))).rejects.toThrow('inline:p cannot be read')
    await addInlinePolicy(world, createUserId(1), ALLOW_ALL)
    await world.follow()
    expect(await decide(world, CALLERS.user(world))).toMatchObject({ effect: 'allow' })
  })
})
