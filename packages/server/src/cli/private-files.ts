import { mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { formatSystemError } from '../runtime/format-system-error.ts'
import type { RandomSource } from '../runtime/random.ts'
import {
  createWholeFile,
  removeUnfinished,
  replaceWholeFile,
  rewriteWholeFile,
} from '../runtime/whole-file.ts'
import { CliError } from './cli-error.ts'

/**
 * Makes a directory that only its owner may enter (0700); one that exists is left as it is.
 * @throws CliError `data`
 */
export function makePrivateDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  try {
    // The last part is made on its own, because the recursive form would hide why it can't be made.
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    const message = `The directory ${path} cannot be made: ${formatSystemError(cause)}.`
    throw new CliError('data', message, { cause })
  }
}

/**
 * Makes a file that only its owner may read (0600), as a whole or not at all. It also removes what a
 * killed program has left of it.
 * @throws CliError `data`, also when something is there already
 */
export function createPrivateFile(path: string, text: string, random: RandomSource): void {
  mapDataError(path, () => {
    removeUnfinished(path)
    createWholeFile(path, text, random)
  })
}

/**
 * Writes a file that only its owner may read (0600), as a whole or not at all. It also removes what a
 * killed program has left of it.
 * @throws CliError `data`
 */
export function writePrivateFile(path: string, text: string, random: RandomSource): void {
  mapDataError(path, () => {
    removeUnfinished(path)
    replaceWholeFile(path, text, random)
  })
}

/**
 * Writes a file anew, as a whole or not at all, for whoever may read it now. A link stays a link.
 * @throws CliError `data`
 */
export function rewriteFile(path: string, text: string, random: RandomSource): void {
  mapDataError(path, () => {
    const file = realpathSync(path)
    removeUnfinished(file)
    rewriteWholeFile(file, text, random)
  })
}

/** Does something to a file. @throws CliError `data` in the place of the system's errors */
export function mapDataError<Result>(path: string, action: () => Result): Result {
  try {
    return action()
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    const message = `The file ${path} cannot be written: ${formatSystemError(cause)}.`
    throw new CliError('data', message, { cause })
  }
}
