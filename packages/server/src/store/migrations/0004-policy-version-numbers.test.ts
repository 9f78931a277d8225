import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import type { StoreSchema } from '../schema.ts'
import { NodeSqliteDialect, SQLITE_SCHEMA_DIALECT } from '../sqlite/dialect.ts'
import { createStoreOn } from '../sqlite/sqlite-store.ts'
import { ACCOUNT_ID, createManagedPolicy } from '../test/records.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'

it('counts the versions of a database of version 3, the tenth after the ninth', async () => {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
  onTestFinished(() => {
    if (database.isOpen) database.close()
  })
  const db = new Kysely<StoreSchema>({ dialect: new NodeSqliteDialect(database, () => undefined) })
  await migrate(db, SQLITE_SCHEMA_DIALECT, MIGRATIONS.slice(0, 3), { mayCreate: true })
  const { arn, id, name } = createManagedPolicy(1)
  database.exec(`
    insert into accounts values ('${ACCOUNT_ID}', 'aws', 'a', 1000, null);
    insert into managed_policies
    values ('${ACCOUNT_ID}', '${arn}', '${id}', '${name}', '${name}', '/', null, 'v9', 1, 1, '[]');
    insert into managed_policy_versions values ('${ACCOUNT_ID}', '${arn}', 'v9', '{}', 1);
    insert into managed_policy_versions values ('${ACCOUNT_ID}', '${arn}', 'v10', '{}', 1);
  `)
  const store = await createStoreOn(database, 'test')
  expect(await store.findNewestVersionNumber(ACCOUNT_ID, arn)).toBe(10)
})
