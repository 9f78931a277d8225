import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { LRUCache } from 'lru-cache'
import { createFailureFromSqlite } from './errors.ts'

/**
 * The store's own queries have fewer texts than this. The bound is for the memory of queries whose text
 * varies.
 */
const MAX_STATEMENTS = 256

/**
 * A database for Kysely's SQLite dialect, over `node:sqlite`. Statements are prepared once for each
 * text, and errors are turned into the store's own (`StoreFailure`, `ConstraintViolation`).
 */
export function createNodeSqliteDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new LRUCache<string, SqliteStatement>({ max: MAX_STATEMENTS })
  return {
    prepare(sql) {
      const kept = statements.get(sql)
      if (kept !== undefined) return kept
      const statement = translateErrors(() => createStatement(database, sql))
      statements.set(sql, statement)
      return statement
    },
    close() {
      statements.clear()
      database.close()
    },
  }
}

function createStatement(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql)
  return {
    reader: statement.columns().length > 0,
    all: parameters => translateErrors(() => statement.all(...parameters.map(parseInputValue))),
    run: parameters => translateErrors(() => statement.run(...parameters.map(parseInputValue))),
    // A statement has one cursor: an iteration gets its own, so that another use can't reset it.
    iterate: parameters => iterate(database.prepare(sql), parameters),
  }
}

function* iterate(
  statement: StatementSync,
  parameters: readonly unknown[],
): IterableIterator<unknown> {
  try {
    yield* statement.iterate(...parameters.map(parseInputValue))
  } catch (error) {
    throw createFailureFromSqlite(error)
  }
}

function translateErrors<Result>(run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    throw createFailureFromSqlite(error)
  }
}

function parseInputValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'bigint' || value instanceof Uint8Array) return value
  throw new TypeError(`a ${typeof value} cannot be stored; give text, a number, bytes or null`)
}
