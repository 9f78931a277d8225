import { describe, expect, it } from 'vitest'
import {
  ACCOUNT_ID,
  createAccount,
  createRole,
  createRoleId,
  createUserId,
  OTHER_ACCOUNT_ID,
} from '../store/test/records.ts'
import { createWorld, type World } from './test/world.ts'
import type { TrustingRole } from './trusting-role.ts'

const ARN = `arn:aws:iam::${ACCOUNT_ID}:role/ci/Deployer`
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Sid: 'own',
    Effect: 'Allow',
    Principal: { AWS: ACCOUNT_ID },
    Action: 'sts:AssumeRole',
  },
})
const ROLE = createRole(2, { name: 'Deployer', path: '/ci/', trustPolicy: TRUST })

async function createTrustingWorld(): Promise<World> {
  const world = await createWorld()
  await world.store.createRole(ROLE)
  await world.follow()
  world.calls.length = 0
  return world
}

function find({ directory }: World, arn = ARN): Promise<TrustingRole | null> {
  return directory.findTrustingRole(arn)
}

describe('a role that is to be assumed', () => {
  it('is found by its ARN, with its trust policy compiled', async () => {
    const world = await createTrustingWorld()
    const found = await find(world)
    expect(found).toMatchObject({ account: createAccount(ACCOUNT_ID), role: ROLE, arn: ARN })
    expect(found?.trustPolicy.kind).toBe('trust')
    expect(found?.trustPolicy.statements.map(({ id }) => id)).toEqual(['own'])
  })

  it.each([
    ['another path', `arn:aws:iam::${ACCOUNT_ID}:role/Deployer`],
    ['another case of the name', `arn:aws:iam::${ACCOUNT_ID}:role/ci/deployer`],
    ['another case of the path', `arn:aws:iam::${ACCOUNT_ID}:role/CI/Deployer`],
    ['another partition', `arn:aws-cn:iam::${ACCOUNT_ID}:role/ci/Deployer`],
    ['another account', `arn:aws:iam::${OTHER_ACCOUNT_ID}:role/ci/Deployer`],
    ['another service', `arn:aws:sts::${ACCOUNT_ID}:role/ci/Deployer`],
    ['another kind of resource', `arn:aws:iam::${ACCOUNT_ID}:user/ci/Deployer`],
    ['a region', `arn:aws:iam:us-east-1:${ACCOUNT_ID}:role/ci/Deployer`],
    ['no such name', `arn:aws:iam::${ACCOUNT_ID}:role/ci/Deploye`],
    ['no account number', 'arn:aws:iam::aws:role/ci/Deployer'],
    ['no ARN', 'Deployer'],
    ['nothing', ''],
  ])('is not found with %s', async (_, arn) => {
    const world = await createTrustingWorld()
    expect(await find(world, arn)).toBeNull()
    expect(await find(world)).not.toBeNull()
    expect(await find(world, arn)).toBeNull()
  })

  it('is read once', async () => {
    const world = await createTrustingWorld()
    await find(world)
    world.isDown = true
    expect((await find(world))?.role).toEqual(ROLE)
    expect(world.calls.toSorted()).toEqual(['findAccount', 'findRole'])
  })

  it.each([
    ['by the id that its name stood for', createUserId(1), createUserId(1)],
    ['as nobody, whose name stood for nobody', null, null],
    ['as nobody, whose name nobody has looked up', undefined, null],
  ])('knows a user %s, without looking for it', async (_, pinnedId, expected) => {
    const arn = `arn:aws:iam::${ACCOUNT_ID}:user/user-0001`
    const pin = pinnedId === undefined ? null : [{ arn, accountId: ACCOUNT_ID, id: pinnedId }]
    const world = await createTrustingWorld()
    const trustPolicy = TRUST.replace(`"${ACCOUNT_ID}"`, JSON.stringify(arn))
    await world.store.saveRole({ ...ROLE, trustPolicy, trustPins: pin })
    await world.follow()
    world.calls.length = 0
    const found = await find(world)
    expect(found?.trustPolicy.statements[0]?.principals?.entries).toEqual(
      expected === null ? [] : [{ kind: 'unique-id', uniqueId: expected }],
    )
    expect(world.calls.toSorted()).toEqual(['findAccount', 'findRole'])
  })

  it('is followed when it changes, goes, and comes again', async () => {
    const world = await createTrustingWorld()
    await find(world)
    await world.store.saveRole({ ...ROLE, trustPolicy: TRUST.replace('own', 'other') })
    await world.follow()
    expect((await find(world))?.trustPolicy.statements[0]?.id).toBe('other')
    await world.store.saveRole({ ...ROLE, path: '/' })
    await world.follow()
    expect(await find(world)).toBeNull()
    expect(await find(world, `arn:aws:iam::${ACCOUNT_ID}:role/Deployer`)).not.toBeNull()
    await world.store.deleteRole(ACCOUNT_ID, ROLE.id)
    await world.follow()
    expect(await find(world)).toBeNull()
    await world.store.createRole({ ...ROLE, id: createRoleId(3) })
    await world.follow()
    expect((await find(world))?.role.id).toBe(createRoleId(3))
  })

  it('is found in an account that comes later', async () => {
    const world = await createTrustingWorld()
    const arn = `arn:aws:iam::${OTHER_ACCOUNT_ID}:role/role-0009`
    expect(await find(world, arn)).toBeNull()
    await world.store.createAccount(createAccount(OTHER_ACCOUNT_ID))
    await world.store.createRole(createRole(9, { accountId: OTHER_ACCOUNT_ID, trustPolicy: TRUST }))
    await world.follow()
    expect(await find(world, arn)).toMatchObject({ arn })
  })

  it.each([
    ['is no JSON', 'x'],
    [
      'is a policy of another kind',
      TRUST.replace('"Principal":{"AWS":"123456789012"}', '"Resource":"*"'),
    ],
  ])('is refused when its trust policy %s, until it is mended', async (_, trustPolicy) => {
    const world = await createTrustingWorld()
    await world.store.saveRole({ ...ROLE, trustPolicy })
    await world.follow()
    await expect(find(world)).rejects.toThrow(`trust:${ARN} cannot be read`)
    await world.store.saveRole(ROLE)
    await world.follow()
    expect((await find(world))?.role).toEqual(ROLE)
  })
})
