import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreOpenError } from './failures.ts'
import { createPrivateFile } from './private-file.ts'
import { isSqliteBusy } from './sqlite-errors.ts'
import { createOpenError } from './sqlite-file.ts'

const LOCK_FILE = 'server.lock'
const PID_FILE = 'server.pid'

/**
 * What this process holds. The garbage collector closes a database that nobody refers to, and the
 * lock would be gone; it must not depend on whether the caller keeps the `DataLock`.
 */
const heldLocks = new Set<DatabaseSync>()

/** A data directory that this process alone serves. */
export interface DataLock {
  /** Gives the directory back. A second call does nothing. */
  release(): void
}

/** Another server already serves the data directory. */
export class DataLockedError extends StoreOpenError {
  override readonly name = 'DataLockedError'
  /** The process that holds the lock; null when it can't be told. */
  readonly holderPid: number | null

  constructor(directory: string, holderPid: number | null) {
    const holder = holderPid === null ? 'Another server' : `Another server (process ${holderPid})`
    super(`${holder} is already using ${directory}. Stop it first, or use another data directory.`)
    this.holderPid = holderPid
  }
}

/**
 * Takes a data directory for one server process. Only servers take this lock; the command line opens
 * the store beside a running server without it.
 *
 * The lock is one of the operating system on an open file (an exclusive transaction on an empty
 * SQLite database of its own): it ends with the process, however that ends, so it is never stale.
 * The file with the process id is for the error text alone and decides nothing.
 *
 * @throws DataLockedError when another server holds it
 * @throws StoreOpenError when the directory is missing or not writable
 */
export function lockDataDirectory(directory: string): DataLock {
  const absoluteDirectory = resolve(directory)
  const lockPath = join(absoluteDirectory, LOCK_FILE)
  const pidPath = join(absoluteDirectory, PID_FILE)
  createPrivateFile(lockPath)
  const database = openLocked(lockPath, absoluteDirectory, pidPath)
  heldLocks.add(database)
  writeHolderPid(pidPath)
  return {
    release() {
      if (!database.isOpen) return
      rmSync(pidPath, { force: true })
      database.close()
      heldLocks.delete(database)
    },
  }
}

function openLocked(lockPath: string, directory: string, pidPath: string): DatabaseSync {
  const database = new DatabaseSync(lockPath, { timeout: 0 })
  try {
    database.exec('begin exclusive')
    return database
  } catch (error) {
    database.close()
    if (isSqliteBusy(error)) throw new DataLockedError(directory, findHolderPid(pidPath))
    throw createOpenError(lockPath, error)
  }
}

/** Without it the lock holds as well: a full disk must not look like a defect. */
function writeHolderPid(pidPath: string): void {
  try {
    writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 })
  } catch {
    rmSync(pidPath, { force: true })
  }
}

function findHolderPid(pidPath: string): number | null {
  try {
    const text = readFileSync(pidPath, 'utf8').trim()
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null
  } catch {
    return null
  }
}
