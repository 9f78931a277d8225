import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { removeUnfinished } from '../runtime/whole-file.ts'
import { StoreOpenError } from '../store/failures.ts'
import { type InodeLock, lockInode } from '../store/inode-lock.ts'
import { makePrivateDirectory, mapDataError } from './private-files.ts'

/**
 * Makes files of an installation as the only program that makes any in their directories, which are made
 * when they are missing: what looks like the remains of a killed program may be the unfinished work of
 * one that lives. What is left of killed ones is taken away first. Where the system has no locks of this
 * kind ({@link lockInode}), two programs can still disturb each other; a name is given to whole files
 * alone there too.
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
