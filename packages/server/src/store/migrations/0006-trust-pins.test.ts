import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import type { StoreSchema } from '../schema.ts'
import { NodeSqliteDialect, SQLITE_SCHEMA_DIALECT } from '../sqlite/dialect.ts'
import { createStoreOn } from '../sqlite/sqlite-store.ts'
import { ACCOUNT_ID, createRole } from '../test/records.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'

it('leaves the roles of a database of version 5 to be looked up', async () => {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true })
  onTestFinished(() => {
    if (database.isOpen) database.close()
  })
  const db = new Kysely<StoreSchema>({ dialect: new NodeSqliteDialect(database, () => undefined) })
  await migrate(db, SQLITE_SCHEMA_DIALECT, MIGRATIONS.slice(0, 5), { mayCreate: true })
  const { id, name, path, createdAtMs, trustPolicy } = createRole(1)
  database.exec(`
    insert into accounts values ('${ACCOUNT_ID}', 'aws', 'a', 1000, null);
    insert into principals values ('${ACCOUNT_ID}', '${id}');
    insert into roles values
    ('${ACCOUNT_ID}', '${id}', '${name}', '${name}', '${path}', ${createdAtMs}, null, '${trustPolicy}', 3600, '[]', null, null);
  `)
  const store = await createStoreOn(database, 'test')
  expect(await store.listUnpinnedRoles(10)).toEqual([createRole(1, { trustPins: null })])
  expect(await store.findPrincipalAccount(id)).toBe(ACCOUNT_ID)
})
