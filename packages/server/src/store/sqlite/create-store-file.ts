import { resolve } from 'node:path'
import type { RandomSource } from '../../runtime/random.ts'
import {
  discard,
  formatUnfinishedPath,
  nameFinished,
  syncToDisk,
} from '../../runtime/whole-file.ts'
import type { Store } from '../ports.ts'
import { openSqliteFile } from './database-file.ts'
import { check } from './private-file.ts'
import { createStoreOn } from './sqlite-store.ts'
import { COMPANIONS, requireNoStoreFile } from './store-file.ts'

/**
 * Makes a store with what `fill` writes into it. When the program is killed meanwhile, there is a whole
 * store or none.
 *
 * @throws StoreOpenError, and what `fill` throws
 */
export async function createStoreFile(
  path: string,
  random: RandomSource,
  fill: (store: Store) => Promise<void>,
): Promise<void> {
  const absolutePath = resolve(path)
  requireNoStoreFile(absolutePath)
  const unfinished = formatUnfinishedPath(absolutePath, random)
  try {
    const options = { mayCreate: true }
    const store = await createStoreOn(openSqliteFile(unfinished, options), absolutePath, options)
    try {
      await fill(store)
    } finally {
      // The last connection that closes a database writes the log into it and removes the log.
      await store.close()
    }
    check('file', absolutePath, () => {
      syncToDisk(unfinished)
      nameFinished(unfinished, absolutePath)
    })
  } catch (error) {
    for (const each of ['', ...COMPANIONS]) discard(unfinished + each)
    throw error
  }
}
