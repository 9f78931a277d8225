import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { RandomSource } from './random.ts'

const PRIVATE_MODE = 0o600
const MODE_BITS = 0o777
const SUFFIX_BYTES = 8

/**
 * Makes a file that only its owner may read (0600), as a whole or not at all, wherever this process or
 * the machine stops: it gets its name when its content is on the disk. Never overwrites.
 * @throws the system's error; `EEXIST` when something has the name already
 */
export function createWholeFile(
  path: string,
  content: string | Uint8Array,
  random: RandomSource,
): void {
  const unfinished = writeUnfinished(path, content, random)
  nameFinished(unfinished, path)
}

/**
 * Puts a file that only its owner may read (0600) in the place of what is there: whoever reads it sees
 * the old content or the new one, whole, wherever this process or the machine stops.
 * @throws the system's error; the old content then stays
 */
export function replaceWholeFile(path: string, content: string, random: RandomSource): void {
  const unfinished = writeUnfinished(path, content, random)
  try {
    renameSync(unfinished, path)
  } catch (error) {
    discard(unfinished)
    throw error
  }
  syncToDisk(dirname(path))
}

/**
 * Puts a file in the place of what is there, with the owner and the mode of that: whoever may read it
 * still may. It is whole or as before, like {@link replaceWholeFile}.
 * @throws the system's error; the old content then stays
 */
export function rewriteWholeFile(path: string, content: string, random: RandomSource): void {
  const { uid, gid, mode } = lstatSync(path)
  const unfinished = writeUnfinished(path, content, random)
  try {
    chownSync(unfinished, uid, gid)
    chmodSync(unfinished, mode & MODE_BITS)
    renameSync(unfinished, path)
  } catch (error) {
    discard(unfinished)
    throw error
  }
  syncToDisk(dirname(path))
}

/** A name beside a file for its content until it is whole; {@link removeUnfinished} knows it again. */
export function formatUnfinishedPath(path: string, random: RandomSource): string {
  const suffix = Buffer.from(random.bytes(SUFFIX_BYTES)).toString('hex')
  return join(dirname(path), `.${basename(path)}.${suffix}.tmp`)
}

/**
 * Gives a finished file, whose content is on the disk, its name, and removes the unfinished name.
 * @throws the system's error; `EEXIST` when something has the name already
 */
export function nameFinished(unfinished: string, path: string): void {
  try {
    // Unlike a rename, a link never takes the place of what is there.
    linkSync(unfinished, path)
  } catch (error) {
    discard(unfinished)
    throw error
  }
  removeFile(unfinished)
  syncToDisk(dirname(path))
}

/**
 * Removes the unfinished files that killed programs have left beside a file, and what databases
 * keep beside those. `isLeft` tells which of them to remove, when some may still be in use.
 * @throws the system's error
 */
export function removeUnfinished(
  path: string,
  isLeft: (stats: Stats) => boolean = () => true,
): void {
  const directory = dirname(path)
  const pattern = new RegExp(
    `^\\.${RegExp.escape(basename(path))}\\.[0-9a-f]{${2 * SUFFIX_BYTES}}\\.tmp(-wal|-shm|-journal)?$`,
  )
  for (const name of readdirSync(directory).filter(each => pattern.test(each))) {
    const leftover = join(directory, name)
    const stats = lstatSync(leftover, { throwIfNoEntry: false })
    if (stats !== undefined && isLeft(stats)) removeFile(leftover)
  }
}

/** Removes a file, if it is there. @throws the system's error */
export function removeFile(path: string): void {
  try {
    // rmSync would report a read-only file system without its code.
    unlinkSync(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

/**
 * Removes an unfinished file if it can. A failure is passed over, since the error that led here
 * says more.
 */
export function discard(unfinished: string): void {
  try {
    unlinkSync(unfinished)
  } catch {}
}

function writeUnfinished(path: string, content: string | Uint8Array, random: RandomSource): string {
  const unfinished = formatUnfinishedPath(path, random)
  try {
    // `wx` makes it anew or fails: nobody can have put a link there.
    writeFileSync(unfinished, content, { mode: PRIVATE_MODE, flag: 'wx', flush: true })
    return unfinished
  } catch (error) {
    discard(unfinished)
    throw error
  }
}

/**
 * What opening or syncing a directory may answer where it cannot be synced, or may be written and
 * not read.
 */
const UNSYNCABLE: ReadonlySet<unknown> = new Set(['EACCES', 'EINVAL', 'ENOTSUP', 'EPERM'])

/**
 * Forces a file to the disk, or the names in a directory, where the file system can promise that: a new
 * name must survive a power failure too. Closes a descriptor of the file, and so drops all locks that
 * this process has on it. @throws the system's error
 */
export function syncToDisk(path: string): void {
  try {
    const descriptor = openSync(path, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && UNSYNCABLE.has(error.code))) throw error
  }
}
