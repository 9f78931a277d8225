import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { StoreFailure, StoreOpenError } from '../failures.ts'
import { findSqliteReason } from './errors.ts'
import { createPrivateFile } from './private-file.ts'
import { requireStoreFile } from './store-file.ts'

/** The path that stands for a database in memory, gone when it is closed. */
export const MEMORY_PATH = ':memory:'

/**
 * How long opening waits for another process. It blocks this process, which does not serve anybody yet.
 */
const OPEN_TIMEOUT_MS = 5_000

/**
 * How long a reader waits, blocking this process. Writers never keep readers waiting. Only a process
 * that recovers the write-ahead log of a crashed one does, for moments.
 */
const READ_TIMEOUT_MS = 20

/**
 * Opens the database of the store. A commit is on the disk when it returns: write-ahead log, synced at
 * every commit. Erased data is gone from the file once the log is written into it. With `mayCreate` the
 * file is made (0600) when it is missing. Otherwise it must exist, and only its owner may have access to
 * it.
 *
 * @throws StoreMissingError, StoreOpenError
 */
export function openSqliteFile(
  path: string,
  { mayCreate = false }: { readonly mayCreate?: boolean } = {},
): DatabaseSync {
  if (path === MEMORY_PATH) return openDatabase(path, path)
  const absolutePath = resolve(path)
  if (mayCreate) createPrivateFile(absolutePath)
  else requireStoreFile(path)
  // The path is given as a URL, so that the name is taken literally and SQLite itself never makes the
  // file.
  const location = pathToFileURL(absolutePath)
  location.searchParams.set('mode', 'rw')
  return openDatabase(absolutePath, location)
}

/**
 * Opens a second connection to a store that is open, for reading alone: it sees what is committed.
 *
 * @throws StoreOpenError
 */
export function openSqliteReader(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: READ_TIMEOUT_MS })
    database.exec('pragma query_only = on')
    return database
  } catch (error) {
    throw createOpenError(path, error)
  }
}

/** From now on the connection does not wait for locks. The caller tries again later. */
export function disableBusyTimeout(database: DatabaseSync): void {
  database.exec('pragma busy_timeout = 0')
}

function openDatabase(path: string, location: string | URL): DatabaseSync {
  let database: DatabaseSync | null = null
  try {
    database = new DatabaseSync(location, {
      timeout: OPEN_TIMEOUT_MS,
      enableForeignKeyConstraints: true,
    })
    requireWriteAheadLog(path, database)
    database.exec('pragma synchronous = full')
    // What is erased is overwritten, in pages that nothing uses any more as well.
    database.exec('pragma secure_delete = on')
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

/**
 * The error for a store that failed while it was being opened. Errors that need no more words pass
 * through.
 */
export function createOpenError(path: string, error: unknown): unknown {
  if (error instanceof StoreOpenError) return error
  const reason = findSqliteReason(error instanceof StoreFailure ? error.cause : error)
  if (reason === null) return error
  return new StoreOpenError(`The store ${path} cannot be opened: ${reason}.`, { cause: error })
}
