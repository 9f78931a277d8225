import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreOpenError } from '../failures.ts'
import type { StoreSchema } from '../schema.ts'
import { NodeSqliteDialect, SQLITE_SCHEMA_DIALECT } from '../sqlite/dialect.ts'
import { createStoreOn } from '../sqlite/sqlite-store.ts'
import { ACCOUNT_ID, createAccount } from '../test/records.ts'
import { migrate } from './migrate.ts'
import type { Migration } from './migration.ts'
import { MIGRATIONS } from './migrations.ts'

const FIRST: Migration = {
  name: 'first',
  async up(db) {
    await sql`create table one (value integer)`.execute(db)
  },
}
const SECOND: Migration = {
  name: 'second',
  async up(db) {
    await sql`create table two (value integer)`.execute(db)
    await sql`insert into one (value) values (2)`.execute(db)
  },
}
const BROKEN: Migration = {
  name: 'broken',
  async up(db) {
    await sql`create table two (value integer)`.execute(db)
    await sql`insert into absent (value) values (2)`.execute(db)
  },
}

let database: DatabaseSync
let db: Kysely<StoreSchema>
beforeEach(() => {
  database = new DatabaseSync(':memory:')
  db = new Kysely({ dialect: new NodeSqliteDialect(database, () => undefined) })
})
afterEach(() => {
  if (database.isOpen) database.close()
})

function run(migrations: readonly Migration[], mayCreate = true): Promise<void> {
  return migrate(db, SQLITE_SCHEMA_DIALECT, migrations, { mayCreate })
}

function readVersions(): readonly unknown[] {
  return database
    .prepare('select version, name from credence_schema order by version')
    .all()
    .map(row => ({ ...row }))
}

function readTables(): readonly unknown[] {
  return database
    .prepare("select name from sqlite_schema where type = 'table' order by name")
    .all()
    .map(row => row['name'])
}

describe('migrate', () => {
  it('takes each step once, in order, and records it', async () => {
    await run([FIRST])
    expect(readVersions()).toEqual([{ version: 1, name: 'first' }])
    await run([FIRST, SECOND])
    await run([FIRST, SECOND])
    expect(readVersions()).toEqual([
      { version: 1, name: 'first' },
      { version: 2, name: 'second' },
    ])
    expect(database.prepare('select count(*) as count from one').get()?.['count']).toBe(1)
  })

  it('takes each step once when two begin at the same time', async () => {
    await run([FIRST])
    await Promise.all([run([FIRST, SECOND]), run([FIRST, SECOND])])
    expect(readVersions()).toHaveLength(2)
    expect(database.prepare('select count(*) as count from one').get()?.['count']).toBe(1)
  })

  it('leaves nothing of a step that fails, and takes it up again later', async () => {
    await expect(run([FIRST, BROKEN])).rejects.toThrow('no such table: absent')
    expect(readVersions()).toEqual([{ version: 1, name: 'first' }])
    expect(readTables()).toEqual(['credence_schema', 'one'])
    await run([FIRST, SECOND])
    expect(readVersions()).toHaveLength(2)
  })

  it('leaves an empty database empty when its first step fails', async () => {
    await expect(run([BROKEN])).rejects.toThrow('no such table: absent')
    expect(readTables()).toEqual([])
  })

  it('makes nothing of an empty database unless told to, and goes on with one that has begun', async () => {
    await expect(run([FIRST], false)).rejects.toThrow(StoreOpenError)
    await expect(run([FIRST], false)).rejects.toThrow(
      /^The store holds nothing, not even its schema/,
    )
    expect(readTables()).toEqual([])
    await run([FIRST])
    await run([FIRST, SECOND], false)
    expect(readVersions()).toHaveLength(2)
  })

  it('refuses a newer schema and changes nothing', async () => {
    await run([FIRST, SECOND])
    await expect(run([FIRST])).rejects.toThrow(StoreOpenError)
    expect(readVersions()).toHaveLength(2)
  })

  it.each(MIGRATIONS.map((_, version) => version))(
    'brings a database of version %i to a working store',
    async version => {
      await run(MIGRATIONS.slice(0, version))
      const store = await createStoreOn(database, 'test', { mayCreate: true })
      expect(readVersions()).toEqual(
        MIGRATIONS.map(({ name }, index) => ({ version: index + 1, name })),
      )
      await store.createAccount(createAccount(ACCOUNT_ID))
      expect(await store.findAccount(ACCOUNT_ID)).toEqual(createAccount(ACCOUNT_ID))
      await store.close()
    },
  )
})
