import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import type { Store } from '../store/ports.ts'
import { createStoreOn } from '../store/sqlite/sqlite-store.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createGroup,
  createGroupId,
  createKey,
  createKeyId,
  createManagedPolicy,
  createPolicyVersion,
  createRole,
  createRoleId,
  createUser,
  createUserId,
} from '../store/test/records.ts'
import { createDirectory, type Directory } from './directory.ts'
import { createSession, formatPolicy, OPEN_SEALER, OWNERS, SESSION_KEY_ID } from './test/world.ts'

const POLICY = createManagedPolicy(1)
const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/${createRole(1).name}`
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT_ID }, Action: 'sts:AssumeRole' },
})

/** A database that writes down every statement that is prepared on it. */
class WatchedDatabase extends DatabaseSync {
  readonly statements = new Set<string>()

  override prepare(...args: Parameters<DatabaseSync['prepare']>) {
    this.statements.add(args[0])
    return super.prepare(...args)
  }
}

/** A store of one role and one group, and of users 1 to `users`: each with key, group and policies. */
async function createSmallStore(users: number) {
  const database = new WatchedDatabase(':memory:', { enableForeignKeyConstraints: true })
  const store = await createStoreOn(database, 'test', { mayCreate: true })
  onTestFinished(() => store.close())
  await store.createAccount(createAccount(ACCOUNT_ID))
  await store.createManagedPolicy(POLICY, createPolicyVersion(1, formatPolicy('Allow', 's3:*')))
  await store.createGroup(createGroup(1))
  await store.createRole(createRole(1, { trustPolicy: TRUST }))
  await store.attachPolicy(ACCOUNT_ID, createRoleId(1), POLICY.arn)
  for (let number = 1; number <= users; number += 1) {
    const id = createUserId(number)
    await store.createUser(createUser(number))
    await store.createAccessKey(createKey(number, { userId: id }))
    await store.attachPolicy(ACCOUNT_ID, id, POLICY.arn)
    await store.addGroupMember(ACCOUNT_ID, createGroupId(1), id)
    const document = formatPolicy('Allow', 'sts:*')
    await store.saveInlinePolicy(ACCOUNT_ID, id, { name: 'p', document })
  }
  return { database, store }
}

/** Adds 100,000 users of the same kind, and as many roles, by a few statements. */
function addCrowd(database: DatabaseSync): void {
  const numbers = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)'
  const id = "printf('AIDA%017d', i)"
  const account = `'${ACCOUNT_ID}'`
  for (const [table, columns] of [
    ['principals', id],
    ['principals', "printf('AROA%017d', i)"],
    ['users', `${id}, 'n' || i, 'n' || i, '/', 1, '[]', null`],
    [
      'roles',
      `printf('AROA%017d', i), 'n' || i, 'n' || i, '/', 1, null, '{}', 3600, '[]', null, null, '[]'`,
    ],
    ['policy_attachments', `${id}, '${POLICY.arn}'`],
    ['group_members', `'${createGroupId(1)}', ${id}`],
    ['inline_policies', `${id}, 'p', 'p', '{}'`],
  ]) {
    database.exec(`insert into ${table} ${numbers} select ${account}, ${columns} from n`)
  }
  database.exec(
    `insert into access_keys ${numbers} select printf('AKIA%016d', i), ${account}, ${id}, 'Active', 1, x'00' from n`,
  )
}

async function loadUserPolicies(directory: Directory, number: number) {
  const credential = await directory.findCredential(createKeyId(number))
  if (credential === null) throw new Error(`there is no key ${number}`)
  return (await directory.loadPolicies(credential.caller)).identity
}

/** What the path of a request asks: keys, a session, a role, and their policies. Gives the calls. */
async function walk(store: Store): Promise<readonly string[]> {
  const calls: string[] = []
  const counted = new Proxy(store, {
    get(target, name) {
      calls.push(String(name))
      return Reflect.get(target, name)
    },
  })
  const directory = createDirectory({ store: counted, sealer: OPEN_SEALER, maxEntries: 1_000 })
  for (const number of [1, 2]) {
    expect(await loadUserPolicies(directory, number)).toHaveLength(2)
  }
  const record = { principal: OWNERS.role, session: createSession() }
  const caller = await directory.findSessionPrincipal(record, SESSION_KEY_ID)
  if (caller === null) throw new Error('the session is dead')
  expect((await directory.loadPolicies(caller)).identity).toHaveLength(1)
  expect(await directory.findTrustingRole(ROLE_ARN)).not.toBeNull()
  expect(await directory.findCredential(createKeyId(99))).toBeNull()
  return calls
}

it('a caller among 100,000 costs the same few look-ups as one of two', async () => {
  const { database, store } = await createSmallStore(2)
  const calls = await walk(store)
  expect(calls).toHaveLength(23)
  addCrowd(database)
  const reopened = await createStoreOn(database, 'test')
  database.statements.clear()
  expect(await walk(reopened)).toEqual(calls)

  // A look-up that reads a whole table would say so.
  const statements = [...database.statements]
  expect(statements).toHaveLength(10)
  for (const statement of statements) {
    const plan = database.prepare(`explain query plan ${statement}`).all()
    for (const { detail } of plan) expect(detail, statement).toMatch(/^SEARCH|^USE TEMP B-TREE/)
  }
})

it('a policy that many have is compiled once, and once more when it changes', async () => {
  const users = 200
  const { store } = await createSmallStore(users)
  let loads = 0
  const counted: Store = {
    ...store,
    listPolicyVersions(...args) {
      loads += 1
      return store.listPolicyVersions(...args)
    },
  }
  const directory = createDirectory({ store: counted, sealer: OPEN_SEALER, maxEntries: 1_000 })
  const countCompiled = async () => {
    const compiled = new Set<unknown>()
    for (let number = 1; number <= users; number += 1) {
      const identity = await loadUserPolicies(directory, number)
      compiled.add(identity.find(({ policyId }) => policyId === POLICY.arn))
    }
    return compiled.size
  }
  expect(await countCompiled()).toBe(1)
  expect(loads).toBe(1)
  await store.takeChangedTopics()
  await store.createPolicyVersion(
    { ...POLICY, defaultVersionId: 'v2' },
    createPolicyVersion(2, formatPolicy('Deny', 's3:*')),
  )
  directory.invalidate(await store.takeChangedTopics())
  expect(await countCompiled()).toBe(1)
  expect(loads).toBe(2)
})
