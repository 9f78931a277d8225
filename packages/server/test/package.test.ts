import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { endWithTest } from './support/end-with-test.ts'
import { type InstalledPackage, installPackage } from './support/installed-package.ts'
import { expectFiles } from './support/published-package.ts'

const run = promisify(execFile)

// A compiler, an installation and a server, perhaps all on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

describe('the published package', () => {
  let published: InstalledPackage
  let scratch = ''
  let project = ''
  let dist = ''

  beforeAll(async () => {
    published = await installPackage('server')
    ;({ scratch, project, dist } = published)
  })
  afterAll(() => published.remove())

  it('holds what runs, and nothing that only our own tests need', () =>
    expectFiles(published, 'launch.js', 'main.js'))

  it('exports nothing: it is a command line', async () => {
    const file = join(project, 'script.mjs')
    await writeFile(
      file,
      `const closed = []
      for (const name of ['', '/testing', '/composition.js']) {
        await import('@credence/server' + name).catch(error => closed.push(error.code))
      }
      console.log(JSON.stringify(closed))`,
    )
    const { stdout } = await run(process.execPath, [file], { cwd: project })
    const code = 'ERR_PACKAGE_PATH_NOT_EXPORTED'
    expect(JSON.parse(stdout)).toEqual([code, code, code])
  })

  it('has the command line', async () => {
    const { version } = JSON.parse(await readFile(join(dist, 'package.json'), 'utf8'))
    const { stdout } = await run('npx', ['--offline', 'credence', '--version'], { cwd: project })
    expect(stdout.trim()).toBe(version)
  })

  it('runs a server for development', async () => {
    const directory = join(scratch, 'dev')
    await mkdir(directory)
    const program = join(project, 'node_modules/.bin/credence')
    const child = endWithTest(
      spawn(program, ['dev', '--port', '0', '--json'], {
        cwd: directory,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
    const exited = once(child, 'exit')
    const [line] = await once(createInterface(child.stdout), 'line')
    expect(JSON.parse(String(line))).toMatchObject({ account: '123456789012', problem: null })
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  })
})
