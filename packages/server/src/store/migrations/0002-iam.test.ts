import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AccountId, UniqueId } from '../../principals/identifiers.ts'
import type { StoreSchema } from '../schema.ts'
import { NodeSqliteDialect, SQLITE_SCHEMA_DIALECT } from '../sqlite/dialect.ts'
import { createStoreOn } from '../sqlite/sqlite-store.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createGroup,
  createGroupId,
  createKey,
  createManagedPolicy,
  createPolicyVersion,
  createUser,
  createUserId,
  OTHER_ACCOUNT_ID,
} from '../test/records.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'

/** A database as version 1 left it: two accounts, users with policies and keys. */
async function createFormerDatabase(): Promise<DatabaseSync> {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
  onTestFinished(() => {
    if (database.isOpen) database.close()
  })
  const db = new Kysely<StoreSchema>({ dialect: new NodeSqliteDialect(database, () => undefined) })
  await migrate(db, SQLITE_SCHEMA_DIALECT, MIGRATIONS.slice(0, 1), { mayCreate: true })
  const insert = (table: string, ...values: readonly (string | number | null | Uint8Array)[]) =>
    database
      .prepare(`insert into ${table} values (${values.map(() => '?').join(', ')})`)
      .run(...values)
  const insertUser = (accountId: AccountId, id: UniqueId, name: string) =>
    insert('users', accountId, id, name, name.toLowerCase(), '/', 2_001, '[]', null)
  const insertPolicy = (accountId: AccountId, id: UniqueId, name: string, document: string) =>
    insert('user_policies', accountId, id, name, name.toLowerCase(), document)

  for (const id of [ACCOUNT_ID, OTHER_ACCOUNT_ID]) {
    insert('accounts', id, 'aws', `account ${id}`, 1_000, null)
    insertUser(id, createUserId(1), 'user-0001')
  }
  insertUser(ACCOUNT_ID, createUserId(2), 'user-0002')
  insertPolicy(ACCOUNT_ID, createUserId(1), 'Edge', '{ "Id": "🐳" }')
  insertPolicy(ACCOUNT_ID, createUserId(1), 'b', '{}')
  insertPolicy(OTHER_ACCOUNT_ID, createUserId(1), 'other', '{}')
  const { id, sealedSecret } = createKey(1)
  insert('access_keys', id, ACCOUNT_ID, createUserId(1), 'Active', 3_001, sealedSecret)
  insert('changes', 1, 'account:x')
  database.exec('update change_counter set sequence = 1')
  return database
}

describe('from version 1', () => {
  it('moves the policies of users over, and loses nothing else', async () => {
    const database = await createFormerDatabase()
    const store = await createStoreOn(database, 'test')
    expect(await store.listInlinePolicies(ACCOUNT_ID, createUserId(1))).toEqual([
      { name: 'b', document: '{}' },
      { name: 'Edge', document: '{ "Id": "🐳" }' },
    ])
    expect(await store.listInlinePolicies(ACCOUNT_ID, createUserId(2))).toEqual([])
    expect(await store.listInlinePolicies(OTHER_ACCOUNT_ID, createUserId(1))).toEqual([
      { name: 'other', document: '{}' },
    ])
    expect(await store.findAccount(ACCOUNT_ID)).toEqual(createAccount(ACCOUNT_ID))
    expect(await store.findUser(ACCOUNT_ID, 'USER-0001')).toEqual(createUser(1))
    expect(await store.listAccessKeys(ACCOUNT_ID, createUserId(1))).toHaveLength(1)
    const tables = database.prepare("select name from sqlite_schema where type = 'table'").all()
    expect(tables.map(table => table['name'])).not.toContain('user_policies')
  })

  it('lets users of then do all that users of now do', async () => {
    const store = await createStoreOn(await createFormerDatabase(), 'test')
    const policy = createManagedPolicy(1)
    await store.createManagedPolicy(policy, createPolicyVersion(1))
    await store.createGroup(createGroup(1))
    await store.addGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(2))
    await store.attachPolicy(ACCOUNT_ID, createUserId(2), policy.arn)
    await store.saveInlinePolicy(ACCOUNT_ID, createUserId(2), { name: 'p', document: '{}' })
    expect(await store.takeChangedTopics()).toHaveLength(3)
    await store.deleteUser(ACCOUNT_ID, createUserId(1))
    expect(await store.listInlinePolicies(ACCOUNT_ID, createUserId(1))).toEqual([])
    expect(await store.listInlinePolicies(OTHER_ACCOUNT_ID, createUserId(1))).toHaveLength(1)
    await store.createUser(createUser(1))
  })
})
