import { timingSafeEqual } from 'node:crypto'
import { chownSync, existsSync, linkSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { formatSystemError } from '../../runtime/format-system-error.ts'
import type { RandomSource } from '../../runtime/random.ts'
import { syncToDisk } from '../../runtime/whole-file.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import { createMasterKeyFile } from '../../secrets/master-key-file.ts'
import type { KeyPlaces } from './find-key-files.ts'

/** The places between two actions where a process may die. */
export type KeyFilePoint = 'key-made' | 'key-kept' | 'key-moved'

/**
 * Makes the file of the key that is to follow, for the user whose main key file it is: root may make it
 * for the service. @throws MasterKeyError when the file exists or can't be written
 */
export function makeNextKey(places: KeyPlaces, path: string, random: RandomSource): MasterKey {
  const made = createMasterKeyFile(path, random)
  const { main } = places
  if (process.geteuid?.() === 0 && main.kind === 'file') {
    const { uid, gid } = statSync(main.path)
    chownSync(path, uid, gid)
  }
  return made
}

/** Whether the files of the keys stand in their places, and why not. */
export type MovedKeys =
  | { readonly isMoved: true }
  /** Somebody has to do it by hand. */
  | { readonly isMoved: false; readonly reason: string }

/**
 * Has the new key take the place of the main one, and keeps that as the previous one. At every instant
 * a process finds both. It may be killed between any two steps, and be called again.
 */
export function moveKeyFiles(
  { main, nextFile, previousFile }: KeyPlaces,
  reach: (point: KeyFilePoint) => void = () => {},
): MovedKeys {
  if (main.kind !== 'file' || nextFile === null || previousFile === null) {
    return { isMoved: false, reason: 'the master key does not come from a file' }
  }
  try {
    if (!existsSync(previousFile)) linkSync(main.path, previousFile)
    else if (!hasSameContent(previousFile, main.path)) {
      // The key before would be nowhere any more, and older backups need it.
      return { isMoved: false, reason: `${previousFile} holds another key` }
    }
    syncToDisk(dirname(previousFile))
    reach('key-kept')
    renameSync(nextFile, main.path)
    syncToDisk(dirname(main.path))
    reach('key-moved')
    return { isMoved: true }
  } catch (error) {
    return { isMoved: false, reason: formatSystemError(error) }
  }
}

function hasSameContent(path: string, other: string): boolean {
  const [first, second] = [readFileSync(path), readFileSync(other)]
  try {
    return first.length === second.length && timingSafeEqual(first, second)
  } finally {
    first.fill(0)
    second.fill(0)
  }
}
