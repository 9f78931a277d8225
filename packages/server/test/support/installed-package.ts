import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildPackage } from '../../../../tools/build.ts'

const run = promisify(execFile)

/** The published package, built and installed into an empty project. */
export interface InstalledPackage {
  /** A directory for whatever a test needs. */
  readonly scratch: string
  readonly project: string
  /** The folder in which the package is installed. */
  readonly installed: string
  /** What was built. */
  readonly dist: string
  /** The files of the tarball, relative to `dist`. */
  readonly files: readonly string[]
  /** `launch.js`, as it is installed. */
  readonly launcher: string
  readonly remove: () => Promise<void>
}

/** Builds and packs a package, with those of ours that it needs, and installs it as a user does. */
export async function installPackage(name: 'server' | 'testing'): Promise<InstalledPackage> {
  const scratch = await mkdtemp(join(tmpdir(), 'credence-package-'))
  const project = join(scratch, 'project')
  await mkdir(project)
  // Not in the workspaces: another test may be building there.
  const needed = []
  for (const workspace of ['verify', 'test-tokens']) {
    needed.push(await pack(await buildPackage(workspace, join(scratch, workspace)), scratch))
  }
  const dist = await buildPackage(name, join(scratch, name))
  const packed = await pack(dist, scratch)
  await writeFile(join(project, 'package.json'), '{"private":true,"type":"module"}')
  // As a user installs it: what npm has in its cache already is not fetched again, all else is.
  const tarballs = [...needed, packed].map(({ filename }) => join(scratch, filename))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs], {
    cwd: project,
  })
  const installed = join(project, 'node_modules/@credence', name)
  return {
    scratch,
    project,
    installed,
    dist,
    files: packed.files.map(({ path }) => path),
    launcher: join(installed, 'launch.js'),
    remove: () => rm(scratch, { recursive: true }),
  }
}

async function pack(folder: string, destination: string) {
  const { stdout } = await run('npm', ['pack', folder, '--json', '--pack-destination', destination])
  const [tarball]: { filename: string; files: { path: string }[] }[] = JSON.parse(stdout)
  if (!tarball) throw new Error('npm packed nothing')
  return tarball
}
