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
  /** What was built. */
  readonly dist: string
  /** The files of the tarball, relative to `dist`. */
  readonly files: readonly string[]
  /** `launch.js`, as it is installed. */
  readonly launcher: string
  readonly remove: () => Promise<void>
}

/** Builds and packs both packages and installs them as a user does. */
export async function installPackage(): Promise<InstalledPackage> {
  const scratch = await mkdtemp(join(tmpdir(), 'credence-package-'))
  const project = join(scratch, 'project')
  await mkdir(project)
  // Not in the workspaces: another test may be building there.
  const verify = await pack(await buildPackage('verify', join(scratch, 'verify')), scratch)
  const dist = await buildPackage('server', join(scratch, 'server'))
  const server = await pack(dist, scratch)
  await writeFile(join(project, 'package.json'), '{"private":true,"type":"module"}')
  // As a user installs it: what npm has in its cache already is not fetched again, all else is.
  const tarballs = [verify, server].map(({ filename }) => join(scratch, filename))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs], {
    cwd: project,
  })
  return {
    scratch,
    project,
    dist,
    files: server.files.map(({ path }) => path),
    launcher: join(project, 'node_modules/@credence/server/launch.js'),
    remove: () => rm(scratch, { recursive: true }),
  }
}

async function pack(folder: string, destination: string) {
  const { stdout } = await run('npm', ['pack', folder, '--json', '--pack-destination', destination])
  const [tarball]: { filename: string; files: { path: string }[] }[] = JSON.parse(stdout)
  if (!tarball) throw new Error('npm packed nothing')
  return tarball
}
