import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { formatSystemError } from '../../runtime/format-system-error.ts'
import type { RandomSource } from '../../runtime/random.ts'
import { removeFile, removeUnfinished, replaceWholeFile } from '../../runtime/whole-file.ts'
import { StoreCloseError, StoreOpenError } from '../failures.ts'
import { createOpenError } from './database-file.ts'
import { isSqliteBusy } from './errors.ts'
import { type InodeLock, lockInode } from './inode-lock.ts'
import { createPrivateFile } from './private-file.ts'
import { requireStoreFile } from './store-file.ts'

const LOCK_FILE = 'server.lock'
const PID_FILE = 'server.pid'

/**
 * The locks that this process holds. The garbage collector closes a database that nothing refers to,
 * and then its lock is gone. So this set refers to it, and the lock does not depend on whether the
 * caller keeps the `DataLock`.
 */
const heldLocks = new Set<DatabaseSync>()

/** The lock on a store and its directory, which only this process serves while it is held. */
export interface DataLock {
  /**
   * Makes sure that the lock still keeps others out. If somebody has removed its file, the file is made
   * and locked again. @throws DataLockedError when another server was faster, StoreOpenError
   */
  renew(): void
  /** Gives the store back. A second call does nothing. @throws StoreCloseError */
  release(): Promise<void>
}

/** Another server already serves the store, or another store in its directory. */
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
 * Takes a store, and the directory where its file really is, for one server process. Only servers take
 * this lock; the command line opens the store beside a running server without it.
 *
 * Two locks of the operating system are taken. Both end with the process, however it ends, so they are
 * never stale. The first is on an open file beside the store: an exclusive transaction on an empty
 * SQLite database of its own. Every system has such locks. The second is on the inode of the store
 * itself ({@link lockInode}). It keeps out a server that opens the store by a link, or after the file
 * of the first lock was removed. The file with the process id is only for the error text and decides
 * nothing.
 *
 * @throws DataLockedError when another server holds it
 * @throws StoreMissingError, StoreOpenError when there is no store, or its directory is not writable
 */
export async function lockData(storePath: string, random: RandomSource): Promise<DataLock> {
  requireStoreFile(storePath)
  const realPath = realpathSync(storePath)
  const directory = dirname(realPath)
  const pidPath = join(directory, PID_FILE)
  const inodeLock = await lockInode(realPath)
  if (inodeLock === 'taken') throw new DataLockedError(directory, findHolderPid(pidPath))
  try {
    const fileLock = new FileLock(directory)
    writeHolderPid(pidPath, random)
    return createDataLock(fileLock, inodeLock, pidPath)
  } catch (error) {
    await inodeLock?.release()
    throw error
  }
}

/**
 * Whether a server has a store at this moment. Looking disturbs none, unless it starts in the same
 * instant.
 */
export function isServed(storePath: string): boolean {
  const path = join(dirname(realpathSync(storePath)), LOCK_FILE)
  if (!existsSync(path)) return false
  using database = new DatabaseSync(path, { timeout: 0 })
  try {
    // Whoever holds the lock holds it exclusively, so that nobody else can even read.
    database.prepare('select count(*) from sqlite_schema').get()
    return false
  } catch (error) {
    if (isSqliteBusy(error)) return true
    throw createOpenError(path, error)
  }
}

function createDataLock(
  fileLock: FileLock,
  inodeLock: InodeLock | null,
  pidPath: string,
): DataLock {
  let isReleased = false
  return {
    renew: () => fileLock.renew(),
    async release() {
      if (isReleased) return
      isReleased = true
      fileLock.release()
      await inodeLock?.release()
      removeHolderPid(pidPath)
    },
  }
}

/** An exclusive transaction on an empty database in a directory. */
class FileLock {
  readonly #directory: string
  readonly #path: string
  #database: DatabaseSync
  #identity: string | null

  /** @throws DataLockedError, StoreOpenError */
  constructor(directory: string) {
    this.#directory = directory
    this.#path = join(directory, LOCK_FILE)
    this.#database = this.#open()
    this.#identity = readIdentity(this.#path)
  }

  /** @throws DataLockedError, StoreOpenError */
  renew(): void {
    if (readIdentity(this.#path) === this.#identity) return
    const former = this.#database
    this.#database = this.#open()
    this.#identity = readIdentity(this.#path)
    close(former)
  }

  release(): void {
    close(this.#database)
  }

  #open(): DatabaseSync {
    createPrivateFile(this.#path)
    const database = new DatabaseSync(this.#path, { timeout: 0 })
    try {
      database.exec('begin exclusive')
    } catch (error) {
      database.close()
      if (!isSqliteBusy(error)) throw createOpenError(this.#path, error)
      throw new DataLockedError(this.#directory, findHolderPid(join(this.#directory, PID_FILE)))
    }
    heldLocks.add(database)
    return database
  }
}

function close(database: DatabaseSync): void {
  database.close()
  heldLocks.delete(database)
}

/** Null when there is none. */
function readIdentity(path: string): string | null {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false })
  return status === undefined ? null : `${status.dev}:${status.ino}`
}

/** The lock holds without this file too, so a full disk must not look like a defect. */
function writeHolderPid(pidPath: string, random: RandomSource): void {
  try {
    removeUnfinished(pidPath)
    replaceWholeFile(pidPath, `${process.pid}\n`, random)
  } catch {
    // A file that a former process has left would name the wrong process.
    try {
      removeFile(pidPath)
    } catch {}
  }
}

/** Meanwhile another process may have taken the store over from this one. */
function removeHolderPid(pidPath: string): void {
  if (findHolderPid(pidPath) !== process.pid) return
  try {
    removeFile(pidPath)
  } catch (cause) {
    throw new StoreCloseError(
      `The server has stopped, but ${pidPath} cannot be removed: ${formatSystemError(cause)}.`,
      { cause },
    )
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
