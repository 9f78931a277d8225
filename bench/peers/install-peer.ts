import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Where peers are installed: kept between runs, and not in the repository. */
const FOLDER = join(import.meta.dirname, '..', '.peers')

/** How a peer is had from a package registry. */
export interface PeerPackage {
  readonly registry: 'npm' | 'pypi'
  readonly name: string
  readonly version: string
  /** Parts of a package that are installed on request, as in `moto[server]`. */
  readonly extra?: string
}

/**
 * Installs a peer into a folder of its own, unless an earlier run has. Gives the folder.
 * @throws Error when the registry does not have it, does not answer in time, or the tool is missing
 */
export async function installPeer(
  { registry, name, version, extra }: PeerPackage,
  maxSeconds: number,
): Promise<string> {
  const folder = join(FOLDER, `${name}-${version}`)
  const stamp = join(folder, 'installed')
  if (existsSync(stamp)) return folder
  // What an interrupted installation has left is not to be trusted.
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const run = promisify(execFile)
  const options = { cwd: folder, timeout: maxSeconds * 1000 }
  if (registry === 'npm') {
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact']
    await run('npm', ['install', ...flags, `${name}@${version}`], options)
  } else {
    await run('python3', ['-m', 'venv', 'venv'], options)
    const requirement = `${name}${extra === undefined ? '' : `[${extra}]`}==${version}`
    await run(join(folder, 'venv', 'bin', 'pip'), ['install', '--quiet', requirement], options)
  }
  writeFileSync(stamp, '')
  return folder
}
