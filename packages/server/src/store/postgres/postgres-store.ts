import { randomUUID } from 'node:crypto'
import { Kysely, type PostgresPool, sql } from 'kysely'
import { StoreFailure, StoreOpenError } from '../failures.ts'
import { migrate } from '../migrations/migrate.ts'
import { MIGRATIONS } from '../migrations/migrations.ts'
import type { Store } from '../ports.ts'
import { openChangeLog } from '../queries/change-log.ts'
import { createLastUseStore } from '../queries/last-uses.ts'
import { createKeyReaderStore } from '../queries/readers.ts'
import { createRecords } from '../queries/records.ts'
import { runTurn } from '../queries/turn.ts'
import { createAutocommitWrite } from '../queries/write.ts'
import type { StoreSchema } from '../schema.ts'
import type { PostgresConnection } from './connection.ts'
import {
  LimitedPostgresDialect,
  POSTGRES_SCHEMA_DIALECT,
  type TransactionLimits,
} from './dialect.ts'
import { findPostgresReason } from './errors.ts'
import { Following, type FollowingClocks } from './following.ts'
import { createPool } from './pool.ts'
import { BYTEWISE_TEXT } from './text-columns.ts'
import { NEWS_CHANNEL, Transactions } from './transactions.ts'

/** A store in PostgreSQL, and how it works. */
export interface PostgresStoreOptions {
  readonly connection: PostgresConnection
  /** How many connections this process opens at most: 3 or more. One is for following. */
  readonly maxConnections: number
  readonly transactionLimits: TransactionLimits
  /** How old knowledge may be when it is used; 0 to ask before each call. */
  readonly maxStalenessMs: number
  /** Makes the schema when the database is empty. Without this, an empty database is refused. */
  readonly mayCreate?: boolean
  /** Called with the age that knowledge had reached when it was confirmed once more. */
  readonly onConfirmed?: (ageMs: number) => void
  readonly clocks?: FollowingClocks
}

/** How often the database is asked what has changed. Notifications only make it sooner. */
const POLL_INTERVAL_MS = 250

/** How many changes of this process may wait for their turn. */
const MAX_WAITING = 256

/** The clocks of the machine. */
const MACHINE_CLOCKS: FollowingClocks = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
}

/** A large step of the schema may rewrite tables. */
const MIGRATION_LIMITS: TransactionLimits = {
  lockTimeoutMs: 60_000,
  statementTimeoutMs: 3_600_000,
  idleTimeoutMs: 60_000,
}

/**
 * Opens a store in PostgreSQL and brings its schema up to date. A write that has resolved is committed.
 * Any number of processes may have one open.
 *
 * @throws StoreOpenError with what to tell the operator
 */
export async function createPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { host, port, database } = options.connection
  try {
    await bringUpToDate(options)
    return await composeStore(options)
  } catch (error) {
    if (error instanceof StoreOpenError) throw error
    const reason = findPostgresReason(error)
    if (reason === null && !(error instanceof StoreFailure)) throw error
    const place = host.startsWith('/') ? `${host}, port ${port}` : `${host}:${port}`
    const words = reason ?? (error instanceof Error ? error.message : String(error))
    throw new StoreOpenError(
      `The store in the database ${database} at ${place} cannot be opened: ${words}.`,
      { cause: error },
    )
  }
}

async function bringUpToDate({ connection, mayCreate = false }: PostgresStoreOptions) {
  const pool = createPool({ ...connection, statementTimeoutMs: 0 }, 1)
  const db = openKysely(pool, MIGRATION_LIMITS)
  try {
    await migrate(db.withPlugin(BYTEWISE_TEXT), POSTGRES_SCHEMA_DIALECT, MIGRATIONS, { mayCreate })
  } finally {
    await pool.end()
  }
}

async function composeStore(options: PostgresStoreOptions): Promise<Store> {
  const { connection, maxConnections, maxStalenessMs, transactionLimits } = options
  const { onConfirmed = () => {}, clocks = MACHINE_CLOCKS } = options
  // Each has its own, so that changes that wait for a lock keep no reader waiting, and nobody the look
  // for changes.
  const writerCount = Math.floor((maxConnections - 1) / 2)
  let following: Following | null = null
  // Who asks before each call needs no news in between.
  const isPolled = maxStalenessMs > 0
  const pools = {
    reading: createPool(connection, maxConnections - 1 - writerCount),
    writing: createPool(connection, writerCount),
    following: createPool(createLookConnection(options), 1, client => {
      if (!isPolled) return
      client.on('notification', () => void following?.look())
      // Behind a pooler nothing comes of it, and what is polled is enough.
      client.query(`listen ${NEWS_CHANNEL}`).catch(() => {})
    }),
  }
  const closePools = async () => {
    await Promise.all(Object.values(pools).map(pool => pool.end()))
  }
  const [reading, writing, looking] = [pools.reading, pools.writing, pools.following].map(pool =>
    openKysely(pool, transactionLimits),
  ) as [Kysely<StoreSchema>, Kysely<StoreSchema>, Kysely<StoreSchema>]
  try {
    const log = await openChangeLog(looking)
    following = new Following({ log, maxStalenessMs, onConfirmed, clocks })
  } catch (error) {
    await closePools()
    throw error
  }
  const follower = following
  const polling = isPolled
    ? setInterval(() => void follower.look(), POLL_INTERVAL_MS).unref()
    : undefined

  const transactions = new Transactions({
    db: writing,
    maxWaiting: MAX_WAITING,
    createNonce: randomUUID,
    onCommit: () => follower.noteNews(),
  })
  const access = { db: reading, write: createAutocommitWrite(transactions.alone) }
  return {
    ...createRecords(access),
    ...createLastUseStore(access),
    ...createKeyReaderStore(access),
    inTurn: (accounts, work) => runTurn(transactions.inTurnOf(accounts), work),
    countWaiting: () => transactions.waiting,
    takeChangedTopics: () => follower.take(),
    async checkHealth() {
      await reading.selectFrom('change_counter').select('sequence').executeTakeFirstOrThrow()
    },
    async checkWritable() {
      await writing.transaction().execute(async transaction => {
        await sql`update credence_schema set name = name where version = 1`.execute(transaction)
      })
    },
    // Rows as they were stay in the files until they are vacuumed, and then until they are overwritten.
    eraseRemains: async () => false,
    async close() {
      clearInterval(polling)
      await closePools()
    },
  }
}

/**
 * A connection that died silently must be given up before knowledge is too old: there is another way to
 * the database, perhaps to another machine.
 */
function createLookConnection({ connection, maxStalenessMs }: PostgresStoreOptions) {
  if (maxStalenessMs === 0) return connection
  const statementTimeoutMs = Math.min(connection.statementTimeoutMs, maxStalenessMs / 2)
  return { ...connection, statementTimeoutMs }
}

function openKysely(pool: PostgresPool, limits: TransactionLimits): Kysely<StoreSchema> {
  return new Kysely<StoreSchema>({ dialect: new LimitedPostgresDialect({ pool }, limits) })
}
