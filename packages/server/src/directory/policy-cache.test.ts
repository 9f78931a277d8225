import { describe, expect, it } from 'vitest'
import { evaluateRequest } from '../policy/evaluate.ts'
import type { Caller } from '../principals/caller.ts'
import type { AccessKeyId } from '../principals/identifiers.ts'
import {
  ACCOUNT_ID,
  createControlPolicy,
  createGroup,
  createGroupId,
  createKey,
  createKeyId,
  createManagedPolicy,
  createPolicyVersion,
  createUser,
  createUserId,
} from '../store/test/records.ts'
import {
  addInlinePolicy,
  addManagedPolicy,
  createWorld,
  formatPolicy,
  type World,
} from './test/world.ts'

const PLACE = {
  organizationId: 'o-abcdefghij',
  path: ['r-ab12', 'ou-ab12-11111111'],
  isManagementAccount: false,
}
const USERS = [11, 12, 13, 14, 15]

/** Five users of one account, in one group; a managed policy for each and one for the group. */
async function createCrowd() {
  const world = await createWorld({ organization: PLACE })
  const { store } = world
  const shared = await addManagedPolicy(world, 1, formatPolicy('Allow', 's3:*'))
  const ofGroup = await addManagedPolicy(world, 2, formatPolicy('Allow', 'sts:*'))
  await store.createGroup(createGroup(1))
  await store.attachPolicy(ACCOUNT_ID, createGroupId(1), ofGroup)
  for (const number of USERS) {
    await store.createUser(createUser(number))
    await store.createAccessKey(createKey(number, { userId: createUserId(number) }))
    await store.attachPolicy(ACCOUNT_ID, createUserId(number), shared)
    await store.addGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(number))
  }
  await world.follow()
  world.calls.length = 0
  return { world, shared, ofGroup }
}

async function findCaller({ directory }: World, id: AccessKeyId): Promise<Caller> {
  const credential = await directory.findCredential(id)
  if (credential === null) throw new Error(`there is no key ${id}`)
  return credential.caller
}

/** Whether each user may do something, asked one after the other. */
async function decideForAll(world: World, action: string): Promise<readonly string[]> {
  const effects: string[] = []
  for (const number of USERS) {
    const caller = await findCaller(world, createKeyId(number))
    const policies = await world.directory.loadPolicies(caller)
    effects.push(evaluateRequest({ action, resource: '*', context: new Map() }, policies).effect)
  }
  return effects
}

const all = (effect: string) => USERS.map(() => effect)

/** How often each method was called since the last time that this was asked. */
function takeCounts({ calls }: World): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of calls.splice(0)) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

const COLD = {
  findAccessKey: 5,
  findAccount: 5,
  findUserById: 5,
  // Five users and their group.
  listInlinePolicies: 6,
  listAttachedPolicies: 6,
  listGroupsOfUser: 5,
  // Two policies, three places of the organization.
  findManagedPolicy: 2,
  listPolicyVersions: 2,
  listControlPolicies: 3,
}

describe('policies in memory', () => {
  it('are read once: shared ones once for all, and then never again', async () => {
    const { world } = await createCrowd()
    expect(await decideForAll(world, 's3:GetObject')).toEqual(all('allow'))
    expect(takeCounts(world)).toEqual(COLD)
    expect(await decideForAll(world, 'sts:AssumeRole')).toEqual(all('allow'))
    expect(takeCounts(world)).toEqual({})
  })

  it('work on while the store is down; what is unknown is refused', async () => {
    const { world } = await createCrowd()
    await decideForAll(world, 's3:GetObject')
    world.isDown = true
    expect(await decideForAll(world, 's3:GetObject')).toEqual(all('allow'))
    await expect(world.directory.findCredential(createKeyId(1))).rejects.toThrow(
      'the store is down',
    )
    world.directory.invalidate([`user:${ACCOUNT_ID}/${createUserId(11)}`])
    await expect(decideForAll(world, 's3:GetObject')).rejects.toThrow('the store is down')
  })

  it('are loaded once for callers who ask at the same time', async () => {
    const { world } = await createCrowd()
    const caller = await findCaller(world, createKeyId(11))
    takeCounts(world)
    await Promise.all(Array.from({ length: 20 }, () => world.directory.loadPolicies(caller)))
    expect(takeCounts(world)).toMatchObject({ listInlinePolicies: 2, findManagedPolicy: 2 })
  })

  const changes: readonly (readonly [
    string,
    (world: World, shared: string) => Promise<void>,
    Readonly<Record<string, number>>,
    readonly string[],
  ])[] = [
    [
      'a new version of the policy that all have',
      ({ store }) =>
        store.createPolicyVersion(
          createManagedPolicy(1, { defaultVersionId: 'v2' }),
          createPolicyVersion(2, formatPolicy('Deny', 's3:*')),
        ),
      { findManagedPolicy: 1, listPolicyVersions: 1 },
      all('deny'),
    ],
    [
      'the policy taken from one user',
      ({ store }, shared) => store.detachPolicy(ACCOUNT_ID, createUserId(12), shared),
      {
        findAccessKey: 1,
        findAccount: 1,
        findUserById: 1,
        listInlinePolicies: 1,
        listAttachedPolicies: 1,
        listGroupsOfUser: 1,
      },
      all('allow').with(1, 'deny'),
    ],
    [
      'an inline policy of the group',
      world => addInlinePolicy(world, createGroupId(1), formatPolicy('Deny', 's3:*')),
      { listInlinePolicies: 1, listAttachedPolicies: 1 },
      all('deny'),
    ],
    [
      'the group deleted',
      ({ store }) => store.deleteGroup(ACCOUNT_ID, createGroupId(1)),
      {
        findAccessKey: 5,
        findAccount: 5,
        findUserById: 5,
        listInlinePolicies: 5,
        listAttachedPolicies: 5,
        listGroupsOfUser: 5,
      },
      all('allow'),
    ],
    [
      'a service control policy',
      ({ store }) =>
        store.saveControlPolicy(createControlPolicy({ document: formatPolicy('Deny', 's3:*') })),
      { listControlPolicies: 3 },
      all('deny'),
    ],
    [
      'another policy, another group, another organization',
      async world => {
        await addManagedPolicy(world, 5, formatPolicy('Deny', '*'))
        await world.store.createGroup(createGroup(2))
        await world.store.saveControlPolicy(createControlPolicy({ organizationId: 'o-other12345' }))
        await world.store.createAccessKey(createKey(50))
      },
      {},
      all('allow'),
    ],
  ]

  it.each(changes)(
    'are read anew as far as they changed: %s',
    async (_, write, counts, effects) => {
      const { world, shared } = await createCrowd()
      await decideForAll(world, 's3:GetObject')
      await write(world, shared)
      await world.follow()
      takeCounts(world)
      expect(await decideForAll(world, 's3:GetObject')).toEqual(effects)
      expect(takeCounts(world)).toEqual(counts)
    },
  )

  it('of known users are not driven out by made-up keys', async () => {
    const { world } = await createCrowd()
    await decideForAll(world, 's3:GetObject')
    for (let number = 1_000; number < 1_300; number += 1) {
      expect(await world.directory.findCredential(createKeyId(number))).toBeNull()
    }
    takeCounts(world)
    await decideForAll(world, 's3:GetObject')
    await world.directory.findCredential(createKeyId(1_299))
    expect(takeCounts(world)).toEqual({})
  })
})
