import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { RandomSource } from '../runtime/random.ts'
import { removeFile, removeUnfinished, replaceWholeFile } from '../runtime/whole-file.ts'
import { CliError } from './cli-error.ts'
import { mapDataError } from './private-files.ts'

/**
 * A write takes milliseconds. A temporary file that is older than this was left by a program that was
 * killed.
 */
const LEFTOVER_AGE_MS = 60_000

const WRITABLE_BY_OTHERS = 0o022

/**
 * A file that others may read while it is replaced. They see the whole old text or the whole new one.
 * Only its owner may read it (0600).
 *
 * Its directory is looked up once, so that nobody can turn a link in its path elsewhere later. Before
 * each write, the directory must belong to this user or root, and nobody else may be able to write to
 * it. The file must be a plain file or absent, so that nothing is ever written through a link.
 */
export class TokenFile {
  /** Its path, without links. */
  readonly path: string
  readonly #directory: string
  readonly #random: RandomSource

  /** @throws CliError `data` when there is no such directory */
  constructor(path: string, random: RandomSource) {
    this.#directory = mapDataError(path, () => realpathSync(dirname(resolve(path))))
    this.path = join(this.#directory, basename(path))
    this.#random = random
  }

  /** Replaces the text of the file. @throws CliError `data`; the old text then stays */
  replace(text: string): void {
    mapDataError(this.path, () => {
      this.#requireSafePlace()
      replaceWholeFile(this.path, text, this.#random)
    })
  }

  /** Takes the file away, if it is there. @throws CliError `data` */
  remove(): void {
    mapDataError(this.path, () => removeFile(this.path))
  }

  /** Takes away what a killed program has left beside the file. @throws CliError `data` */
  removeLeftovers(nowMs: number): void {
    mapDataError(this.path, () => {
      this.#requireSafePlace()
      removeUnfinished(this.path, ({ mtimeMs }) => nowMs - mtimeMs > LEFTOVER_AGE_MS)
    })
  }

  #requireSafePlace(): void {
    const problem =
      findDirectoryProblem(lstatSync(this.#directory)) ??
      findFileProblem(lstatSync(this.path, { throwIfNoEntry: false }))
    if (problem !== null) throw new CliError('data', `${this.path} is not written: ${problem}.`)
  }
}

function findDirectoryProblem(stats: Stats): string | null {
  if (!stats.isDirectory()) return 'its directory has become something else'
  const ownId = process.getuid?.() ?? stats.uid
  if (stats.uid !== ownId && stats.uid !== 0) return 'its directory belongs to another user'
  if ((stats.mode & WRITABLE_BY_OTHERS) === 0) return null
  return 'others may write in its directory, and could put a token of theirs there (chmod go-w)'
}

function findFileProblem(stats: Stats | undefined): string | null {
  if (stats === undefined || stats.isFile()) return null
  return stats.isSymbolicLink() ? 'it is a symbolic link' : 'it is there already, and is no file'
}
