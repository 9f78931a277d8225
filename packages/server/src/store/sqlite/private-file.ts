import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { formatMode } from '../../runtime/private-mode.ts'
import { StoreOpenError } from '../failures.ts'

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'this user may not read and write it'],
  ['EPERM', 'this user may not read and write it'],
  ['EROFS', 'its file system is read-only'],
  ['ENOENT', 'it does not exist'],
  ['ENOTDIR', 'a part of its path is not a directory'],
  ['EISDIR', 'it is a directory'],
  ['EEXIST', 'something else has its name'],
  ['ENOTSUP', 'its file system has no hard links'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['EIO', 'the disk reported an input/output error'],
])

const WRITABLE_BY_OTHERS = 0o022

/**
 * Makes an empty file that only its owner may read and write (0600), unless it exists; then checks
 * that this process may read and write it, and its directory too, where a database keeps its
 * journal.
 *
 * @param path absolute
 * @throws StoreOpenError
 */
export function createPrivateFile(path: string): void {
  checkDirectory(dirname(path))
  check('file', path, () => createWhenMissing(path))
  checkFile(path)
}

/**
 * Checks that this process may read and write in a directory, and that nobody but its owner may.
 * Somebody else who can write there could put a store of their own in the place of this one.
 *
 * @throws StoreOpenError
 */
export function checkDirectory(directory: string): void {
  check('directory', directory, () => {
    const status = statSync(directory)
    if (!status.isDirectory()) {
      throw new StoreOpenError(`The directory ${directory} of the store is not a directory.`)
    }
    if ((status.mode & WRITABLE_BY_OTHERS) !== 0) {
      throw new StoreOpenError(
        `The directory ${directory} of the store has mode ${formatMode(status.mode)}, so others than its owner may write in it; run: chmod go-w ${directory}`,
      )
    }
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  })
}

/** Checks that a path leads to a file that this process may read and write. @throws StoreOpenError */
export function checkFile(path: string): void {
  check('file', path, () => {
    if (!statSync(path).isFile()) {
      throw new StoreOpenError(`The file ${path} of the store is not a regular file.`)
    }
    accessSync(path, constants.R_OK | constants.W_OK)
  })
}

function createWhenMissing(path: string): void {
  try {
    // The file is made exclusively and closed at once. Closing any descriptor of a file drops the locks
    // that SQLite holds on it anywhere in this process. So a file that may be in use is never opened
    // here.
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
}

/** Does something to a file or a directory of the store. @throws StoreOpenError in the place of the system's errors */
export function check<Result>(what: 'directory' | 'file', path: string, run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    const reason = REASONS.get(systemCode(error))
    if (reason === undefined) throw error
    throw new StoreOpenError(`The ${what} ${path} of the store cannot be used: ${reason}.`, {
      cause: error,
    })
  }
}

function systemCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
