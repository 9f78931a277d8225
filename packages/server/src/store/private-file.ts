import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreOpenError } from './failures.ts'

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'this user may not read and write it'],
  ['EPERM', 'this user may not read and write it'],
  ['EROFS', 'its file system is read-only'],
  ['ENOENT', 'it does not exist'],
  ['ENOTDIR', 'a part of its path is not a directory'],
  ['EISDIR', 'it is a directory'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['ENAMETOOLONG', 'its name is too long'],
])

/**
 * Makes an empty file that only its owner may read and write (0600), unless it exists; then checks
 * that this process may read and write it, and its directory too, where a database keeps its
 * journal.
 *
 * @param path absolute
 * @throws StoreOpenError
 */
export function createPrivateFile(path: string): void {
  const directory = dirname(path)
  check('directory', directory, () => checkDirectory(directory))
  check('file', path, () => createWhenMissing(path))
  check('file', path, () => checkFile(path))
}

function checkDirectory(directory: string): void {
  if (!statSync(directory).isDirectory()) {
    throw new StoreOpenError(`The directory ${directory} of the store is not a directory.`)
  }
  accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
}

function createWhenMissing(path: string): void {
  try {
    // Exclusive, and closed in the same turn: closing any descriptor of a file drops the locks that
    // SQLite holds on it anywhere in this process, so a file that may be in use is never opened here.
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
}

function checkFile(path: string): void {
  if (!statSync(path).isFile()) {
    throw new StoreOpenError(`The file ${path} of the store is not a regular file.`)
  }
  accessSync(path, constants.R_OK | constants.W_OK)
}

function check(what: 'directory' | 'file', path: string, run: () => void): void {
  try {
    run()
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
