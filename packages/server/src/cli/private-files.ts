import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describeSystemError } from '../runtime/describe-system-error.ts'
import { CliError } from './cli-error.ts'

/**
 * Makes a directory that only its owner may enter (0700); one that exists is left as it is.
 * @throws CliError `data`
 */
export function makePrivateDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  try {
    // The recursive form alone would hide why the last part cannot be made.
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    const message = `The directory ${path} cannot be made: ${describeSystemError(cause)}.`
    throw new CliError('data', message, { cause })
  }
}

/**
 * Writes a file that only its owner may read (0600), as a whole or not at all.
 * @throws CliError `data`
 */
export function writePrivateFile(path: string, text: string): void {
  const unfinished = `${path}.new`
  try {
    writeFileSync(unfinished, text, { mode: 0o600, flush: true })
    renameSync(unfinished, path)
  } catch (cause) {
    rmSync(unfinished, { force: true })
    const message = `The file ${path} cannot be written: ${describeSystemError(cause)}.`
    throw new CliError('data', message, { cause })
  }
}
