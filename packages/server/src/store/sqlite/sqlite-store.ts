import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { StoreFailure } from '../failures.ts'
import { migrate } from '../migrations/migrate.ts'
import { MIGRATIONS } from '../migrations/migrations.ts'
import type { Store } from '../ports.ts'
import { createChangeFeed } from '../queries/change-feed.ts'
import { createLastUseStore } from '../queries/last-uses.ts'
import { createKeyReaderStore } from '../queries/readers.ts'
import { createRecords } from '../queries/records.ts'
import { runTurn } from '../queries/turn.ts'
import { createAutocommitWrite } from '../queries/write.ts'
import type { StoreSchema } from '../schema.ts'
import {
  createOpenError,
  disableBusyTimeout,
  openSqliteFile,
  openSqliteReader,
} from './database-file.ts'
import { NodeSqliteDialect, SQLITE_SCHEMA_DIALECT } from './dialect.ts'
import { OpenStoreFiles } from './open-store-files.ts'
import { createRunTransaction } from './transactions.ts'
import { type TurnLimits, TurnQueue } from './turn-queue.ts'

/** Options of the embedded store. */
export interface SqliteOptions {
  /**
   * Makes the schema and the file (0600) when they are missing. Without this, a missing store is
   * refused, except in memory.
   */
  readonly mayCreate?: boolean
  /**
   * Looks for commits of others at most once in a turn of the event loop; when left out, at every call.
   * Servers can use this, because a request that begins after a commit is never handled in a turn of
   * the loop that began before it.
   */
  readonly looksOncePerTurn?: boolean
  /** {@link TURN_LIMITS} when left out. */
  readonly turnLimits?: Partial<TurnLimits>
}

/** Where the embedded store lives, and how it works. */
export interface SqliteStoreOptions extends SqliteOptions {
  /** The database file. `:memory:` keeps nothing. */
  readonly path: string
}

/**
 * A write takes milliseconds, and the largest declaration takes seconds. A lock that is held for longer
 * was forgotten.
 */
const TURN_LIMITS: TurnLimits = { maxWaitMs: 10_000, maxWaiting: 256 }

/**
 * Opens the embedded store and brings its schema up to date. A write that has resolved is on the
 * disk. Several processes may have one file open.
 *
 * @throws StoreMissingError, StoreOpenError
 */
export async function createSqliteStore({ path, ...options }: SqliteStoreOptions): Promise<Store> {
  return createStoreOn(openSqliteFile(path, options), path, options)
}

/**
 * The store on a database that is open already. The database is closed with the store, and also when it
 * turns out to be no store.
 *
 * @param path for error texts
 * @throws StoreOpenError
 */
export async function createStoreOn(
  database: DatabaseSync,
  path: string,
  options: SqliteOptions = {},
): Promise<Store> {
  const opened = [database]
  try {
    return await composeStore(database, opened, options)
  } catch (error) {
    closeAll(opened)
    throw createOpenError(path, error)
  }
}

async function composeStore(
  database: DatabaseSync,
  opened: DatabaseSync[],
  options: SqliteOptions,
): Promise<Store> {
  const path = database.location()
  const { looksOncePerTurn = false, turnLimits = {} } = options
  const { mayCreate = path === null } = options
  const files = path === null ? null : new OpenStoreFiles(path, { isOpenHere: true })
  let ownCommits = 0
  const writing = openKysely(database, () => {
    ownCommits += 1
    requireOwnFiles(files)
  })
  await migrate(writing, SQLITE_SCHEMA_DIALECT, MIGRATIONS, { mayCreate })
  disableBusyTimeout(database)
  const turns = new TurnQueue({ ...TURN_LIMITS, ...turnLimits })
  const runTransaction = createRunTransaction(writing, turns, randomUUID)

  // Readers have a connection of their own, so that they don't wait for a turn and don't see what
  // it has not committed. A database in memory has one connection; there, reads wait.
  const reader = path === null ? database : openSqliteReader(path)
  if (reader !== database) opened.push(reader)
  const reading = reader === database ? writing : openKysely(reader, () => {})

  // By this number SQLite tells whether another connection has committed. It does not change with this
  // connection's own commits.
  const dataVersion = reader.prepare('pragma data_version')
  const readVersion = () => String(dataVersion.get()?.['data_version'])
  const findVersion = looksOncePerTurn ? oncePerTurn(readVersion) : readVersion
  const { takeChangedTopics } = await createChangeFeed(
    reading,
    () => `${findVersion()} ${ownCommits}`,
  )

  const access = { db: reading, write: createAutocommitWrite(runTransaction) }
  return {
    ...createRecords(access),
    ...createLastUseStore(access),
    ...createKeyReaderStore(access),
    // One lock orders the writers of all accounts.
    inTurn: (_accounts, work) => runTurn(runTransaction, work),
    countWaiting: () => turns.waiting,
    takeChangedTopics,
    async checkHealth() {
      await reading.selectFrom('change_counter').select('sequence').executeTakeFirstOrThrow()
    },
    async checkWritable() {
      // A number in the header that programs may use for themselves. SQLite writes it even when it
      // stays the same.
      await runTransaction(transaction => sql`pragma user_version = 0`.execute(transaction))
    },
    async eraseRemains() {
      // Pages that were replaced stand in the log until it is written into the file and truncated.
      // That can't be done within a transaction, so it has a turn of its own.
      return turns.run(
        async () => database.prepare('pragma wal_checkpoint(truncate)'),
        async statement => statement.get()?.['busy'] === 0,
      )
    },
    async close() {
      if (database.isOpen && files !== null) leaveNoLog(database, files)
      if (files?.mayClose() === false) abandon(opened)
      else closeAll(opened)
    },
  }
}

function openKysely(database: DatabaseSync, onCommit: () => void): Kysely<StoreSchema> {
  return new Kysely<StoreSchema>({ dialect: new NodeSqliteDialect(database, onCommit) })
}

/**
 * Refuses to go on when the files are gone, because a commit in files that nobody finds is no commit.
 * @throws StoreFailure
 */
function requireOwnFiles(files: OpenStoreFiles | null): void {
  const loss = files?.findLoss() ?? null
  if (loss !== null) throw new StoreFailure(`The store failed: its file ${loss}.`)
}

/**
 * When a database was moved, SQLite leaves its write-ahead log behind. A file that has taken its place,
 * such as a backup, would be damaged by that log. So the log is written into the database that it
 * belongs to.
 */
function leaveNoLog(database: DatabaseSync, files: OpenStoreFiles): void {
  if (!files.hasMoved() || !files.mayClose()) return
  try {
    database.exec('pragma wal_checkpoint(truncate)')
  } catch {
    // The disk fails, or others have the log open already.
  }
}

/**
 * Leaves databases open until the process ends, and keeps node.js from closing them then. On closing,
 * SQLite would remove files by their names, and these belong to another store now.
 */
function abandon(opened: readonly DatabaseSync[]): void {
  abandoned.push(...opened)
  process.once('exit', code => process.exit(code))
}

const abandoned: DatabaseSync[] = []

/**
 * The writer was opened first and is closed last, because the last connection writes the write-ahead
 * log into the file.
 */
function closeAll(opened: readonly DatabaseSync[]): void {
  for (const database of opened.toReversed()) if (database.isOpen) database.close()
}

/**
 * To ask SQLite takes locks on the file and gives them back. That is a sixth of the cost of a call,
 * HTTP and signing apart, unless calls that arrive together share the answer.
 */
function oncePerTurn(read: () => string): () => string {
  let text: string | null = null
  return () => {
    if (text === null) {
      text = read()
      setImmediate(() => {
        text = null
      })
    }
    return text
  }
}
