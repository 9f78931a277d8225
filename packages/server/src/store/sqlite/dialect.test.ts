import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { expect, it } from 'vitest'
import { ConstraintViolation, StoreFailure } from '../failures.ts'
import { useDirectory } from '../test/directory.ts'
import { NodeSqliteDialect } from './dialect.ts'
import { isSqliteBusy } from './errors.ts'

interface NotesSchema {
  readonly notes: { readonly id: number; readonly text: string | null; readonly note_id?: number }
}

const directory = useDirectory()

function open(onCommit: () => void = () => undefined) {
  const database = new DatabaseSync(join(directory(), 'notes.db'))
  database.exec('pragma journal_mode = wal')
  database.exec(
    'create table notes (id integer primary key, text text, note_id integer references notes (id)) strict',
  )
  return {
    database,
    db: new Kysely<NotesSchema>({ dialect: new NodeSqliteDialect(database, onCommit) }),
  }
}

it('holds the write lock from the beginning of a transaction', async () => {
  const { db } = open()
  const other = new DatabaseSync(join(directory(), 'notes.db'), { timeout: 0 })
  await db.transaction().execute(async () => {
    let refusal: unknown = null
    try {
      other.exec('begin immediate')
    } catch (error) {
      refusal = error
    }
    expect(isSqliteBusy(refusal)).toBe(true)
  })
  other.exec('begin immediate')
  other.close()
  await db.destroy()
})

it('tells of commits, and of nothing that was rolled back', async () => {
  let commits = 0
  const { db } = open(() => {
    commits += 1
  })
  await db
    .transaction()
    .execute(trx => trx.insertInto('notes').values({ id: 1, text: 'a' }).execute())
  expect(commits).toBe(1)
  await expect(
    db.transaction().execute(async trx => {
      await trx.insertInto('notes').values({ id: 2, text: 'b' }).execute()
      throw new Error('changed my mind')
    }),
  ).rejects.toThrow('changed my mind')
  expect(commits).toBe(1)
  expect(await db.selectFrom('notes').select('id').execute()).toEqual([{ id: 1 }])
  await db.destroy()
})

it('gives broken rules as the store’s own errors, with the database’s as cause', async () => {
  const { db } = open()
  const insert = (id: number, noteId?: number) =>
    db
      .insertInto('notes')
      .values({ id, text: null, ...(noteId === undefined ? {} : { note_id: noteId }) })
      .execute()
  await insert(1)
  await expect(insert(1)).rejects.toBeInstanceOf(ConstraintViolation)
  await expect(insert(1)).rejects.toMatchObject({ constraint: 'unique', cause: { errcode: 1555 } })
  await expect(insert(2, 9)).rejects.toMatchObject({ constraint: 'reference' })
  await expect(sql`select * from absent`.execute(db)).rejects.toMatchObject({
    message: 'The store failed: no such table: absent.',
  })
  await expect(sql`select * from absent`.execute(db)).rejects.toBeInstanceOf(StoreFailure)
  await db.destroy()
})

it('sees rows that came after a statement was first prepared, and columns too', async () => {
  const { database, db } = open()
  const select = () => sql`select * from notes`.execute(db)
  expect((await select()).rows).toEqual([])
  await db.insertInto('notes').values({ id: 1, text: 'a' }).execute()
  database.exec('alter table notes add column late text')
  expect((await select()).rows).toEqual([{ id: 1, text: 'a', note_id: null, late: null }])
  await db.destroy()
})

it.each([true, undefined, Symbol('s'), { a: 1 }])('refuses to store %s', async value => {
  const { db } = open()
  await expect(sql`select ${value}`.execute(db)).rejects.toThrow(TypeError)
  await db.destroy()
})

it('reads row by row', async () => {
  const { db } = open()
  for (const id of [1, 2, 3]) await db.insertInto('notes').values({ id, text: null }).execute()
  const rows: number[] = []
  for await (const row of db.selectFrom('notes').select('id').orderBy('id').stream()) {
    rows.push(row.id)
  }
  expect(rows).toEqual([1, 2, 3])
  await db.destroy()
})
