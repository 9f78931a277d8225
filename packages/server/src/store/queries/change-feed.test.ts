import type { DatabaseSync } from 'node:sqlite'
import { Kysely, type KyselyPlugin } from 'kysely'
import { beforeEach, expect, it } from 'vitest'
import { migrate } from '../migrations/migrate.ts'
import { MIGRATIONS } from '../migrations/migrations.ts'
import type { StoreSchema } from '../schema.ts'
import { MEMORY_PATH, openSqliteFile } from '../sqlite/database-file.ts'
import { NodeSqliteDialect, SQLITE_SCHEMA_DIALECT } from '../sqlite/dialect.ts'
import { type ChangeFeed, createChangeFeed } from './change-feed.ts'

let database: DatabaseSync
let feed: ChangeFeed
let mark = 0
let queries = 0
/** Runs when a query has its result and before its caller gets it. */
let afterQuery: () => Promise<void>

beforeEach(async () => {
  mark = 0
  queries = 0
  afterQuery = async () => undefined
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      queries += 1
      await afterQuery()
      return result
    },
  }
  database = openSqliteFile(MEMORY_PATH)
  const dialect = new NodeSqliteDialect(database, () => undefined)
  const db = new Kysely<StoreSchema>({ dialect })
  await migrate(db, SQLITE_SCHEMA_DIALECT, MIGRATIONS, { mayCreate: true })
  feed = await createChangeFeed(db.withPlugin(plugin), () => String(mark))
  queries = 0
})

/** A write by somebody else. */
function change(topic: string): void {
  database.exec('update change_counter set sequence = sequence + 1')
  database
    .prepare('insert into changes select sequence, ?, ? from change_counter')
    .run(topic, `nonce of ${topic}`)
  mark += 1
}

it('asks the database only when somebody has committed', async () => {
  await feed.takeChangedTopics()
  expect(queries).toBe(0)
  change('a')
  expect(await feed.takeChangedTopics()).toEqual(['a'])
  expect(queries).toBe(1)
  await feed.takeChangedTopics()
  expect(queries).toBe(1)
})

it('finds nothing in a commit that changed no topic, and does not ask again', async () => {
  mark += 1
  expect(await feed.takeChangedTopics()).toEqual([])
  expect(await feed.takeChangedTopics()).toEqual([])
  expect(queries).toBe(1)
})

it('tells who asks during a query of that query and of what came after it', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: queried, resolve: noteQuery } = Promise.withResolvers<void>()
  afterQuery = () => {
    noteQuery()
    return released
  }
  change('a')
  const early = feed.takeChangedTopics()
  await queried
  change('b')
  const late = [feed.takeChangedTopics(), feed.takeChangedTopics()]
  release()
  expect(await early).toEqual(['a'])
  for (const topics of await Promise.all(late)) expect(topics).toEqual(['a', 'b'])
  expect(await feed.takeChangedTopics()).toEqual([])
})

it('loses nothing when a query fails', async () => {
  change('a')
  afterQuery = () => Promise.reject(new Error('the disk is gone'))
  await expect(feed.takeChangedTopics()).rejects.toThrow('the disk is gone')
  change('b')
  await expect(feed.takeChangedTopics()).rejects.toThrow('the disk is gone')
  afterQuery = async () => undefined
  expect(await feed.takeChangedTopics()).toEqual(['a', 'b'])
})

it('keeps nobody waiting for more than the query under way and one more, however much is written', async () => {
  afterQuery = async () => change(`change ${queries}`)
  change('first')
  let asked = 0
  const waits: number[] = []
  const ask = async () => {
    asked += 1
    const before = queries
    await feed.takeChangedTopics()
    waits.push(queries - before)
  }
  const asking: Promise<void>[] = []
  for (let round = 0; round < 50; round += 1) {
    asking.push(ask(), ask())
    await Promise.resolve()
  }
  await Promise.all(asking)
  expect(asked).toBe(100)
  // And one that may end while the answer is on its way.
  expect(Math.max(...waits)).toBeLessThanOrEqual(3)
})

it('tells who waits behind a query that fails what the next one finds', async () => {
  change('a')
  afterQuery = async () => {
    if (queries === 1) throw new Error('the disk is gone')
  }
  const first = feed.takeChangedTopics()
  const second = feed.takeChangedTopics()
  await expect(first).rejects.toThrow('the disk is gone')
  expect(await second).toEqual(['a'])
})
