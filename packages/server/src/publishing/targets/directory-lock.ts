import { closeSync, fchownSync, lstatSync, openSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { TargetError } from './target.ts'

const LOCK_FILE = '.credence.lock'
const RETRY_MS = 10
/** Whoever could read it could hold it. */
const LOCK_MODE = 0o660
/** Result code of SQLite: somebody else has the lock. */
const SQLITE_BUSY = 5

/**
 * Does work while nobody else does any under the same lock, in whatever process. The lock is an exclusive
 * transaction on an empty database in the directory. The operating system ends it with the process, so it
 * is never stale. @throws TargetError when it is not to be had in time
 */
export async function withDirectoryLock<Result>(
  directory: string,
  timeoutMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const database = await lock(join(directory, LOCK_FILE), performance.now() + timeoutMs)
  try {
    return await work()
  } finally {
    database.close()
  }
}

async function lock(path: string, untilMs: number): Promise<DatabaseSync> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) makeLockFile(path)
  else if (!found.isFile()) throw new TargetError('refused', `${path} is not a file: remove it`)
  for (;;) {
    const database = new DatabaseSync(path, { timeout: 0 })
    try {
      database.exec('BEGIN EXCLUSIVE')
      return database
    } catch (error) {
      database.close()
      if (!isBusy(error)) throw error
      if (performance.now() >= untilMs) {
        throw new TargetError('unreachable', `${path} is locked by another process`)
      }
    }
    await setTimeout(RETRY_MS)
  }
}

/** What root has made, the user of the service could not lock. */
function makeLockFile(path: string): void {
  const { uid, gid } = statSync(dirname(path))
  const file = openSync(path, 'a', LOCK_MODE)
  try {
    if (process.geteuid?.() === 0) fchownSync(file, uid, gid)
  } finally {
    closeSync(file)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
