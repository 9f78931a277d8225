import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join, posix } from 'node:path'
import { promisify } from 'node:util'
import { BAD_TOKENS } from '@credence/test-tokens'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decodeToken } from '../src/cli/decode-token.ts'
import { findFreePort } from '../src/http/free-port.ts'
import { startDevServer } from './support/dev-server.ts'
import { type InstalledPackage, installPackage } from './support/installed-package.ts'
import { startCredence, startServe } from './system/credence-process.ts'
import { createInstallation } from './system/installation.ts'
import { createSdkClients } from './system/sdk-clients.ts'

const WORKSPACE = join(import.meta.dirname, '..')
const BUNDLED = ['kysely', 'yaml', 'zod']
const PATIENCE = { timeout: 60_000, interval: 50 }
const run = promisify(execFile)

// A compiler, an installation and servers, perhaps all on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

let installed: InstalledPackage
beforeAll(async () => {
  installed = await installPackage('server')
})
afterAll(() => installed.remove())

function readDist(file: string): string {
  return readFileSync(join(installed.dist, file), 'utf8')
}

function listScripts(): readonly string[] {
  return installed.files.filter(file => file.endsWith('.js'))
}

describe('the files of the bundle', () => {
  it('hold every module once, so that nothing that is one becomes two', () => {
    const modules = listScripts().flatMap(file =>
      [...readDist(file).matchAll(/^\/\/ ((?:packages|node_modules)\/\S+)$/gm)].map(([, id]) => id),
    )
    expect(modules).toContain('packages/server/src/cli/program.ts')
    expect(modules.filter(id => id?.includes('/src/testing/'))).toEqual([])
    expect(modules.filter((id, index) => modules.indexOf(id) !== index)).toEqual([])
  })

  it.each([
    ['main.js', ['commander', 'fastify', 'lru-cache', 'pino']],
    ['chunks/serve.js', ['fastify', 'lru-cache', 'pino']],
  ])('load at once only what is always needed: %s', (entry, packages) => {
    expect(listLoaded(entry).packages.toSorted()).toEqual(packages)
  })

  it('load a command only when it is asked for', () => {
    const { files } = listLoaded('main.js')
    for (const command of ['serve', 'dev', 'token', 'verify', 'policy']) {
      expect(installed.files).toContain(`chunks/${command}.js`)
      expect(files).not.toContain(`chunks/${command}.js`)
    }
  })

  it('come with the licences of what is in them, which is not installed as well', () => {
    const { dependencies } = JSON.parse(readFileSync(join(WORKSPACE, 'package.json'), 'utf8'))
    const published = JSON.parse(readDist('package.json'))
    const readme = readDist('README.md')
    for (const name of BUNDLED) {
      const licence = `licenses/${name}-${dependencies[name]}.txt`
      expect(installed.files).toContain(licence)
      expect(readDist(licence)).toMatch(/Copyright/)
      expect(readme).toContain(`\`${name}\``)
      expect(published.dependencies).not.toHaveProperty(name)
      expect(existsSync(join(installed.project, 'node_modules', name))).toBe(false)
    }
    const others = Object.entries(dependencies).filter(([name]) => !BUNDLED.includes(name))
    expect(published.dependencies).toEqual(Object.fromEntries(others))
  })

  it('can be read: nothing is minified, and comments name the sources', () => {
    const longest = Math.max(
      ...readDist('chunks/serve.js')
        .split('\n')
        .map(line => line.length),
    )
    expect(longest).toBeLessThan(1000)
    expect(readDist('chunks/serve.js')).toContain('// packages/server/src/cli/commands/serve.ts')
  })

  /** What is loaded with a file, by static imports. */
  function listLoaded(entry: string) {
    const files = new Set([entry])
    const packages = new Set<string>()
    for (const file of files) {
      for (const [, id = ''] of readDist(file).matchAll(
        /^import (?:[^"\n]* from )?"([^"]+)";$/gm,
      )) {
        if (id.startsWith('.')) files.add(posix.join(posix.dirname(file), id))
        else if (!id.startsWith('node:')) packages.add(id)
      }
    }
    return { files: [...files], packages: [...packages] }
  }
})

describe('the command line from the bundle', () => {
  it('serves with two workers', async () => {
    using installation = await createInstallation({ settings: { server: { workers: 2 } } })
    await using server = await startServe(installation.configFile, {
      launcher: installed.launcher,
    })
    await vi.waitFor(async () => {
      const answer = await fetch(`${installation.endpoint}/readyz`)
      expect(await answer.json()).toMatchObject({ checks: { workers: '2 of 2' } })
    }, PATIENCE)
    using clients = createSdkClients(installation)
    const { token } = await clients.issue()
    expect(decodeToken(token).claims['iss']).toBe(installation.issuer)
    expect(await server.stop('SIGTERM')).toMatchObject({ exitCode: 0 })
  })

  it('serves metrics, with the version of the package', async () => {
    const port = await findFreePort('127.0.0.1')
    using installation = await createInstallation({ settings: { metrics: { port } } })
    await using _server = await startServe(installation.configFile, {
      launcher: installed.launcher,
    })
    const { version } = JSON.parse(readDist('package.json'))
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`)
    expect(await metrics.text()).toContain(`credence_build_info{version="${version}"`)
  })

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'looks for native libraries through koffi, or says that it is missing',
    async () => {
      using installation = await createInstallation()
      const serve = async (...settings: readonly string[]) => {
        const flags = settings.flatMap(setting => ['--set', setting])
        const args = ['serve', '--config', installation.configFile, ...flags]
        await using server = startCredence(args, { launcher: installed.launcher })
        return await server.ended
      }
      const library = '/nowhere/libcrypto_mb.so'
      const lanes = ['signer.multiBuffer=on', `signer.multiBufferLibrary=${library}`]
      expect((await serve(...lanes)).errors).toContain(`${library} cannot be loaded`)
      const koffi = join(installed.project, 'node_modules/koffi')
      renameSync(koffi, `${koffi}-elsewhere`)
      const ends = [await serve(...lanes), await serve('signer.nettle=on')]
      renameSync(`${koffi}-elsewhere`, koffi)
      for (const { exitCode, errors } of ends) {
        expect(errors).toContain('koffi is not installed')
        expect(exitCode).not.toBe(0)
      }
      expect(ends[1]?.errors).toContain('signer.nettle: is on, but Nettle cannot be used')
    },
  )

  it('keeps a token file fresh, and has the pages of development', async () => {
    const directory = join(installed.scratch, 'dev-pages')
    mkdirSync(directory)
    await using server = await startDevServer({ directory, launcher: installed.launcher })
    const pages = await fetch(`${server.environment['CREDENCE_DEV_URL']}/bad-tokens`)
    const { bad }: { bad: { name: string }[] } = JSON.parse(await pages.text())
    expect(bad.map(({ name }) => name)).toEqual(Object.keys(BAD_TOKENS))

    const file = join(directory, 'token.jwt')
    const words = ['--audience', 'a', '--out', file, '--duration', '60']
    await using helper = startCredence(['token', '--watch', ...words], {
      launcher: installed.launcher,
      env: server.environment,
    })
    await vi.waitFor(() => expect(existsSync(file)).toBe(true), PATIENCE)
    const token = readFileSync(file, 'utf8')
    const { claims } = decodeToken(token)
    expect(claims['iss']).toBe(server.environment['CREDENCE_ISSUER'])

    await using verify = startCredence(['verify', token.trim(), '--audience', 'a', '--json'], {
      launcher: installed.launcher,
      env: server.environment,
    })
    expect(await verify.ended).toMatchObject({ exitCode: 0 })
    expect(await helper.stop('SIGTERM')).toMatchObject({ exitCode: 0 })
  })

  it('is kept compiled for the next start', async () => {
    const cache = join(installed.scratch, 'cache')
    const env = {
      ...process.env,
      XDG_CACHE_HOME: cache,
      NODE_COMPILE_CACHE: undefined,
      NODE_DISABLE_COMPILE_CACHE: undefined,
      NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
    }
    const start = async () => {
      const { stdout, stderr } = await run(process.execPath, [installed.launcher, '--version'], {
        env,
        maxBuffer: 2 ** 26,
      })
      return `${stdout}${stderr}`
    }
    const ACCEPTED = /code cache for ESM file:\S*\/@credence\/server\/main\.js was accepted/
    expect(await start()).not.toMatch(ACCEPTED)
    expect(readdirSync(join(cache, 'credence'))).toHaveLength(1)
    expect(await start()).toMatch(ACCEPTED)
  })
})
