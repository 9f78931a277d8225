import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreFailure, StoreOpenError } from './failures.ts'
import { createPrivateFile } from './private-file.ts'
import { findSqliteReason } from './sqlite-errors.ts'

/** The path that stands for a database in memory, gone when it is closed. */
export const MEMORY_PATH = ':memory:'

/** How long a write waits for another process's write before it fails. Readers never wait. */
const BUSY_TIMEOUT_MS = 5_000

/**
 * Opens the database of the store, and makes its file (0600) when it is missing. A commit is on the
 * disk when it returns: write-ahead log, synced at every commit.
 *
 * @throws StoreOpenError
 */
export function openSqliteFile(path: string): DatabaseSync {
  if (path === MEMORY_PATH) return openDatabase(path)
  // Absolute, so that no name is taken for a `file:` URI with parameters.
  const absolutePath = resolve(path)
  createPrivateFile(absolutePath)
  return openDatabase(absolutePath)
}

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(path, {
      timeout: BUSY_TIMEOUT_MS,
      enableForeignKeyConstraints: true,
    })
    requireWriteAheadLog(path, database)
    database.exec('pragma synchronous = full')
    return database
  } catch (error) {
    database?.close()
    throw createOpenError(path, error)
  }
}

function requireWriteAheadLog(path: string, database: DatabaseSync): void {
  const mode = database.prepare('pragma journal_mode = wal').get()?.['journal_mode']
  if (mode === 'wal' || path === MEMORY_PATH) return
  throw new StoreOpenError(
    `The store ${path} cannot be opened: its file system does not support SQLite's write-ahead log. Use a local disk.`,
  )
}

/** The error for a store that failed while it was being opened; errors that say it all pass through. */
export function createOpenError(path: string, error: unknown): unknown {
  if (error instanceof StoreOpenError) return error
  const reason = findSqliteReason(error instanceof StoreFailure ? error.cause : error)
  if (reason === null) return error
  return new StoreOpenError(`The store ${path} cannot be opened: ${reason}.`, { cause: error })
}
