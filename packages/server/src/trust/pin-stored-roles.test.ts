import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Role } from '../principals/entities.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createRole,
  createRoleId,
  createUser,
  createUserId,
} from '../store/test/records.ts'
import { listPinnedNames } from './list-pinned-names.ts'
import { type PinnedRole, pinStoredRoles } from './pin-stored-roles.ts'

let store: Store

beforeEach(async () => {
  store = await createSqliteStore({ path: ':memory:' })
  await store.createAccount(createAccount(ACCOUNT_ID))
})

afterEach(() => store.close())

/** A role as older programs have stored it. */
function createOldRole(number: number, ...principals: readonly string[]): Role {
  const trustPolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: principals }, Action: 'sts:AssumeRole' },
  })
  return createRole(number, { trustPolicy, trustPins: null })
}

async function pin(): Promise<readonly PinnedRole[]> {
  const pinned: PinnedRole[] = []
  await pinStoredRoles(store, role => pinned.push(role))
  return pinned
}

async function findPins(number: number) {
  return (await store.findRoleById(ACCOUNT_ID, createRoleId(number)))?.trustPins
}

const USER = `arn:aws:iam::${ACCOUNT_ID}:user/user-0001`
const EVE = `arn:aws:iam::${ACCOUNT_ID}:user/eve`
const STRANGER = 'arn:aws:iam::999999999999:role/stranger'
const ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/role-0002`

describe('trust policies that were stored by name', () => {
  it('are bound to the principals that have the names now, each name once', async () => {
    await store.createUser(createUser(1))
    const session = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/role-0002/s`
    await store.createRole(createOldRole(1, USER, USER, ROLE, session))
    await store.createRole(createRole(2))
    const pins = [
      { arn: USER, accountId: ACCOUNT_ID, id: createUserId(1) },
      { arn: ROLE, accountId: ACCOUNT_ID, id: createRoleId(2) },
      { arn: session, accountId: ACCOUNT_ID, id: createRoleId(2) },
    ]
    const roleArn = `arn:aws:iam::${ACCOUNT_ID}:role/role-0001`
    expect(await pin()).toEqual([{ roleArn, pins, isUnreadable: false }])
    expect(await findPins(1)).toEqual(pins)
  })

  it('bind a name that nobody has to nobody, for good', async () => {
    await store.createRole(createOldRole(1, EVE, STRANGER))
    const pins = [
      { arn: EVE, accountId: ACCOUNT_ID, id: null },
      { arn: STRANGER, accountId: '999999999999', id: null },
    ]
    await pin()
    expect(await findPins(1)).toEqual(pins)
    await store.createUser(createUser(1, { name: 'eve' }))
    expect(await pin()).toEqual([])
    expect(await findPins(1)).toEqual(pins)
  })

  it('leave accounts, everyone and ids as they are', async () => {
    await store.createUser(createUser(1))
    const federated = `arn:aws:sts::${ACCOUNT_ID}:federated-user/guest`
    const ids = [createUserId(1), createUserId(2)]
    await store.createRole(createOldRole(1, ACCOUNT_ID, '*', '999999999999', federated, ...ids))
    await pin()
    expect(await findPins(1)).toEqual([
      { arn: createUserId(1), accountId: ACCOUNT_ID, id: createUserId(1) },
    ])
  })

  it('trust nobody when they cannot be read', async () => {
    await store.createRole(createRole(1, { trustPolicy: '{', trustPins: null }))
    expect(await pin()).toMatchObject([{ pins: [], isUnreadable: true }])
    expect(await findPins(1)).toEqual([])
    expect(await pin()).toEqual([])
  })

  it('are bound however many they are, and the others stay as they are', async () => {
    await store.createUser(createUser(1))
    for (let number = 1; number <= 230; number += 1) {
      await store.createRole(createOldRole(number, USER))
    }
    await store.createRole(createRole(231, { trustPins: [] }))
    expect(await pin()).toHaveLength(230)
    expect(await store.listUnpinnedRoles(1)).toEqual([])
    expect(await findPins(231)).toEqual([])
  })

  it('are bound once, by whichever of two processes comes first', async () => {
    await store.createUser(createUser(1))
    await store.createRole(createOldRole(1, USER))
    const both = await Promise.all([pin(), pin()])
    expect(both.flat()).toHaveLength(1)
  })
})

describe('what became of them', () => {
  it('is told name by name', async () => {
    await store.createUser(createUser(1))
    await store.createRole(createOldRole(1, USER, EVE))
    await store.createRole(createRole(2, { trustPolicy: '{', trustPins: null }))
    const told = (await pin()).flatMap(listPinnedNames)
    expect(told.map(({ roleArn, principal, id }) => [roleArn, principal, id])).toEqual([
      [`arn:aws:iam::${ACCOUNT_ID}:role/role-0001`, USER, createUserId(1)],
      [`arn:aws:iam::${ACCOUNT_ID}:role/role-0001`, EVE, null],
      [ROLE, null, null],
    ])
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringContaining('stands for its id'),
      expect.stringContaining('stands for nobody until the policy is put again'),
      expect.stringContaining('cannot be read'),
    ])
  })
})
