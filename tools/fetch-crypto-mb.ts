/**
 * Brings `libcrypto_mb` for the tests: `node tools/fetch-crypto-mb.ts`.
 *
 * Exists because the tests of the multi-buffer signer need the real library, which only Debian 13 and
 * Ubuntu have. The pinned package runs unchanged on older systems. It is fetched by apt with lists of
 * its own and unpacked into `.cache`; nothing of the system changes.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE = 'libcrypto-mb11'
const VERSION = '2021.12.1-1'
const SHA256 = 'ca3d60b7eb5ba9ce200ff1ee47ac52b903a4b14753ee379ea42a1524ace31da7'
const SUITE = 'trixie'
const TIME_LIMIT_MS = 60_000

const DIRECTORY = join(import.meta.dirname, '..', '.cache', 'crypto-mb')
const LIBRARY = join(DIRECTORY, 'usr/lib/x86_64-linux-gnu/libcrypto_mb.so.11')
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** The path of the library, fetched unless it is there already; or what the machine lacks. */
export function fetchCryptoMb(): { readonly path: string } | { readonly missing: string } {
  if (existsSync(LIBRARY)) return { path: LIBRARY }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: 'the library is for Linux on x86-64' }
  }
  const archive = findArchive()
  if (archive === null) return { missing: 'no apt source of Debian to get the library from' }
  if (!existsSync(KEYRING)) return { missing: `${KEYRING} is not there to check the package with` }
  try {
    const file = download(archive)
    const found = createHash('sha256').update(readFileSync(file)).digest('hex')
    if (found !== SHA256) return { missing: `${PACKAGE} has the checksum ${found}` }
    run('dpkg-deb', ['-x', file, DIRECTORY])
    rmSync(join(DIRECTORY, 'apt'), { recursive: true })
    return { path: LIBRARY }
  } catch (error) {
    rmSync(DIRECTORY, { recursive: true, force: true })
    return { missing: error instanceof Error ? error.message : String(error) }
  }
}

/** The archive that this system installs from; another suite of it has the package. */
function findArchive(): string | null {
  const files = globSync('/etc/apt/sources.list{,.d/*.list,.d/*.sources}')
  const text = files.map(file => readFileSync(file, 'utf8')).join('\n')
  return (
    /^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text)?.[1] ?? null
  )
}

function download(archive: string): string {
  for (const each of ['lists/partial', 'cache/archives/partial', 'sources']) {
    mkdirSync(join(DIRECTORY, 'apt', each), { recursive: true })
  }
  const apt = join(DIRECTORY, 'apt')
  const fields = [
    'Types: deb',
    `URIs: ${archive}`,
    `Suites: ${SUITE}`,
    'Components: main',
    'Architectures: amd64',
    `Signed-By: ${KEYRING}`,
  ]
  writeFileSync(join(apt, 'sources', `${SUITE}.sources`), `${fields.join('\n')}\n`)
  const options = [
    `Dir::State::lists=${apt}/lists`,
    `Dir::Cache=${apt}/cache`,
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${apt}/sources`,
    'APT::Sandbox::User=root',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=20',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    'Acquire::Languages=none',
  ].flatMap(option => ['-o', option])
  run('apt-get', [...options, '--quiet', 'update'])
  run('apt-get', [...options, '--quiet', 'download', `${PACKAGE}=${VERSION}`])
  const [file] = globSync(join(DIRECTORY, `${PACKAGE}_*.deb`))
  if (file === undefined) throw new Error(`apt-get brought no ${PACKAGE} ${VERSION}`)
  return file
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, {
    cwd: DIRECTORY,
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
  })
  if (error !== undefined) throw new Error(`${command}: ${error.message}`)
  if (status !== 0)
    throw new Error(`${command} ${args.at(-1)}: ${stderr.trim().split('\n').at(-1)}`)
}

if (import.meta.main) {
  const outcome = fetchCryptoMb()
  console.log('path' in outcome ? outcome.path : `not fetched: ${outcome.missing}`)
}
