import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { removeUnfinished } from '../runtime/whole-file.ts'
import { StoreOpenError } from '../store/failures.ts'
import { type InodeLock, lockInode } from '../store/sqlite/inode-lock.ts'
import { makePrivateDirectory, mapDataError } from './private-files.ts'

/**
 * Makes files of an installation while no other program makes any in their directories. Otherwise the
 * unfinished work of a running program would look like the remains of a killed one. Missing directories
 * are made, and remains of killed programs are removed first. On systems without such locks
 * ({@link lockInode}), two programs can still disturb each other, but even there only whole files get
 * their names.
 *
 * @throws StoreOpenError when another program makes files there; CliError when a directory can't be made
 */
export async function runExclusively<Result>(
  paths: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  for (const path of paths) makePrivateDirectory(dirname(path))
  await using locks = new AsyncDisposableStack()
  // Sorted, so that two programs can't deadlock on each other's directories.
  for (const directory of listDirectories(paths)) {
    const lock: InodeLock | 'taken' | null = await lockInode(directory)
    if (lock === 'taken') {
      throw new StoreOpenError(
        `Another program is making files in ${directory}. Wait until it has ended; then look whether anything is left to do.`,
      )
    }
    locks.defer(() => lock?.release())
  }
  for (const path of paths) mapDataError(path, () => removeUnfinished(path))
  return await work()
}

function listDirectories(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map(path => realpathSync(dirname(path))))].toSorted()
}
