import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { formatMode, isUsableByOthers } from '../../runtime/private-mode.ts'
import { StoreMissingError, StoreOpenError } from '../failures.ts'
import { check, checkDirectory, checkFile } from './private-file.ts'

/** What SQLite keeps beside a database while it is open. */
export const COMPANIONS = ['-wal', '-shm'] as const

/**
 * Makes sure that there is a store at a path, and that only its owner may use it, as with the master
 * key. An empty file is no store, because a truncated store must not look like a new one.
 *
 * @throws StoreMissingError, StoreOpenError
 */
export function requireStoreFile(path: string): void {
  const status = check('file', path, () => statSync(path, { throwIfNoEntry: false }))
  if (status === undefined) throw new StoreMissingError(path)
  const realPath = check('file', path, () => realpathSync(path))
  checkDirectory(dirname(realPath))
  checkFile(realPath)
  if (status.size === 0) throw createEmptyError(path)
  for (const each of ['', ...COMPANIONS]) {
    const found = statSync(realPath + each, { throwIfNoEntry: false })
    if (found !== undefined) requirePrivate(realPath + each, found)
  }
}

/**
 * Makes sure that there is no file at the place of a new store, and no file of a lost store beside it.
 * SQLite would take such files for those of the new store.
 *
 * @throws StoreOpenError
 */
export function requireNoStoreFile(path: string): void {
  const status = check('file', path, () => lstatSync(path, { throwIfNoEntry: false }))
  if (status?.isFile() === true && status.size === 0) throw createEmptyError(path)
  if (status !== undefined) {
    throw new StoreOpenError(`There is a store at ${path} already; nothing is changed.`)
  }
  for (const each of [...COMPANIONS, '-journal']) {
    if (lstatSync(path + each, { throwIfNoEntry: false }) === undefined) continue
    throw new StoreOpenError(
      `There is no store at ${path}, but ${path}${each}, which is a part of one. Put that store back; or move the part away, if the store is lost.`,
    )
  }
}

function requirePrivate(path: string, { mode }: Stats): void {
  if (!isUsableByOthers(mode)) return
  throw new StoreOpenError(
    `The file ${path} of the store has mode ${formatMode(mode)}, so others than its owner may use it; run: chmod 600 ${path}`,
  )
}

function createEmptyError(path: string): StoreOpenError {
  return new StoreOpenError(
    `The file ${path} is empty: it is no store. If there was one, restore the backup; if there was none, remove the file and make one with \`credence init\`.`,
  )
}
