import type { DatabaseSync } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  sql,
} from 'kysely'
import type { SchemaDialect } from '../migrations/migration.ts'
import { createNodeSqliteDatabase } from './node-sqlite-database.ts'

/** The types of the schema on SQLite. Its tables are STRICT, so that a column keeps its type. */
export const SQLITE_SCHEMA_DIALECT: SchemaDialect = {
  integerType: 'integer',
  bytesType: 'blob',
  tableEnd: sql`strict`,
  // A transaction here has the only lock there is.
  lock: async () => {},
  listTables: async db => (await db.introspection.getTables()).map(table => table.name),
  howToMake: 'remove the file and make a store with `credence init`',
}

/**
 * Kysely's SQLite dialect over one open `node:sqlite` connection.
 *
 * @param onCommit called after every transaction that this connection has committed
 */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync
  readonly #config: SqliteDialectConfig
  readonly #onCommit: () => void

  constructor(database: DatabaseSync, onCommit: () => void) {
    const config = { database: createNodeSqliteDatabase(database) }
    super(config)
    this.#database = database
    this.#config = config
    this.#onCommit = onCommit
  }

  override createDriver(): Driver {
    return new NodeSqliteDriver(this.#config, this.#database, this.#onCommit)
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync
  readonly #onCommit: () => void

  constructor(config: SqliteDialectConfig, database: DatabaseSync, onCommit: () => void) {
    super(config)
    this.#database = database
    this.#onCommit = onCommit
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // Takes the write lock at once. A transaction that reads first and asks for the lock later is
    // refused without waiting when another process has written in between (SQLITE_BUSY_SNAPSHOT).
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection)
    this.#onCommit()
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite has already rolled back by itself after a full disk or an I/O error; asking again
    // would hide the error that matters behind "no transaction is active".
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }
}
