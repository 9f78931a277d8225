import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  sql,
} from 'kysely'
import { StoreFailure } from '../failures.ts'
import type { SchemaDialect } from '../migrations/migration.ts'
import { isAnswer } from './errors.ts'
import { lockForMigration } from './locks.ts'

/** The types of the schema on PostgreSQL. */
export const POSTGRES_SCHEMA_DIALECT: SchemaDialect = {
  integerType: 'bigint',
  bytesType: 'bytea',
  tableEnd: sql``,
  lock: lockForMigration,
  async listTables(db) {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_catalog.pg_tables
      where schemaname = current_schema() order by tablename`.execute(db)
    return rows.map(row => row.name)
  },
  howToMake: 'make a store in it with `credence init`',
}

/** How long a transaction lasts at most where it waits. Null: as long as it likes. */
export interface TransactionLimits {
  /** For a lock. */
  readonly lockTimeoutMs: number
  /** For a statement. */
  readonly statementTimeoutMs: number
  /** For the next statement: then the database ends the transaction of a program that is frozen or gone. */
  readonly idleTimeoutMs: number
}

/** The answer to COMMIT was lost: it is not known whether the transaction took effect. */
export class CommitUnknownError extends Error {
  override readonly name = 'CommitUnknownError'
}

/** Kysely's PostgreSQL dialect with limits for every transaction. */
export class LimitedPostgresDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig
  readonly #limits: TransactionLimits

  constructor(config: PostgresDialectConfig, limits: TransactionLimits) {
    super(config)
    this.#config = config
    this.#limits = limits
  }

  override createDriver(): Driver {
    return new LimitedPostgresDriver(this.#config, this.#limits)
  }
}

class LimitedPostgresDriver extends PostgresDriver {
  readonly #begin: CompiledQuery

  constructor(
    config: PostgresDialectConfig,
    { lockTimeoutMs, statementTimeoutMs, idleTimeoutMs }: TransactionLimits,
  ) {
    super(config)
    // Set for the transaction alone, and not for the connection: one that a pooler lends belongs to
    // others too. In one message, so that it costs no more than to begin.
    this.#begin = CompiledQuery.raw(
      [
        'begin isolation level read committed',
        `set local lock_timeout = ${lockTimeoutMs}`,
        `set local statement_timeout = ${statementTimeoutMs}`,
        `set local idle_in_transaction_session_timeout = ${idleTimeoutMs}`,
      ].join('; '),
    )
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(this.#begin)
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection)
    } catch (error) {
      const cause = error instanceof StoreFailure ? error.cause : error
      if (isAnswer(cause)) throw error
      throw new CommitUnknownError('the answer to COMMIT was lost', { cause: error })
    }
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } catch {
      // The connection is gone, and with it the transaction. The error that matters is on its way.
    }
  }
}
