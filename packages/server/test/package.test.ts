import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { replaceSpecifiers } from '../../../tools/declarations.ts'
import { endWithTest } from './support/end-with-test.ts'
import { installPackage } from './support/installed-package.ts'

const ROOT = join(import.meta.dirname, '../../..')
const EXAMPLE = join(ROOT, 'examples/relying-party-tests')
const run = promisify(execFile)

/** What `@credence/server/testing` exports at run time. */
const EXPORTS = [
  'BAD_TOKENS',
  'CallRefused',
  'GOOD_TOKENS',
  'createBadToken',
  'createGoodToken',
  'createStrangerKey',
  'createTestClock',
  'createTokenKey',
  'startCredence',
]

// A compiler, an installation and a server, perhaps all on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

describe('the published package', () => {
  let scratch = ''
  let project = ''
  let dist = ''
  let files: readonly string[] = []
  let remove = async () => {}

  beforeAll(async () => {
    ;({ scratch, project, dist, files, remove } = await installPackage())
  })
  afterAll(() => remove())

  async function runScript(script: string): Promise<unknown> {
    const file = join(project, 'script.mjs')
    await writeFile(file, script)
    const { stdout } = await run(process.execPath, [file], { cwd: project })
    return JSON.parse(stdout)
  }

  it('holds JavaScript, declarations and what the law and the reader need', () => {
    expect(files.filter(file => !/\.(js|d\.c?ts)$|^licenses\//.test(file))).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ])
    for (const file of ['launch.js', 'main.js', 'testing/index.js', 'testing/index.d.ts']) {
      expect(files).toContain(file)
    }
  })

  it('holds nothing that only our own tests need', async () => {
    expect(files.filter(file => /\.test\.|testdata|(^|\/)test\//.test(file))).toEqual([])
    for (const file of files.filter(name => name.endsWith('.js'))) {
      const source = await readFile(join(dist, file), 'utf8')
      expect([file, /from '(vitest|fast-check)'|MII[\w+/]{40}/.test(source)]).toEqual([file, false])
    }
  })

  it('pleases publint', async () => {
    const { messages } = await publint({ pkgDir: dist, strict: true, pack: false })
    expect(messages).toEqual([])
  })

  it('points its declarations at declarations that are there, or that are installed with it', async () => {
    const { dependencies } = JSON.parse(await readFile(join(dist, 'package.json'), 'utf8'))
    const declarations = files.filter(name => /\.d\.c?ts$/.test(name))
    for (const file of declarations) {
      const text = await readFile(join(dist, file), 'utf8')
      const missing = listSpecifiers(file, text).filter(specifier => {
        if (!specifier.startsWith('.')) return !isBuiltin(specifier) && !(specifier in dependencies)
        const module = posix.join(posix.dirname(file), specifier)
        return !declarations.includes(module.replace(/\.(c?)js$/, '.d.$1ts'))
      })
      expect([file, missing]).toEqual([file, []])
    }
  })

  it('exports the test kit, and nothing else', async () => {
    const found = await runScript(`
      const kit = await import('@credence/server/testing')
      const closed = []
      for (const name of ['@credence/server', '@credence/server/composition.js']) {
        await import(name).catch(error => closed.push(error.code))
      }
      console.log(JSON.stringify({ kit: Object.keys(kit).sort(), closed }))
    `)
    const code = 'ERR_PACKAGE_PATH_NOT_EXPORTED'
    expect(found).toEqual({ kit: EXPORTS, closed: [code, code] })
  })

  it('starts a server whose tokens the other package verifies', async () => {
    const outcome = await runScript(`
      import { startCredence } from '@credence/server/testing'
      import { createVerifier } from '@credence/verify'
      const audience = 'https://orders.example.com'
      await using credence = await startCredence()
      const verifier = createVerifier({ issuers: [credence.trustedIssuer], audience })
      const good = await verifier.verify(await credence.token({ audience }))
      const bad = await verifier.verify(await credence.badToken('alg-none', { audience })).catch(error => error.code)
      console.log(JSON.stringify([good.principal.name, bad]))
    `)
    expect(outcome).toEqual(['admin', 'algorithm_refused'])
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

  it('has types for ESM and NodeNext, that refuse what is wrong', async () => {
    await symlink(join(ROOT, 'node_modules/@types'), join(project, 'node_modules/@types'))
    await symlink(
      join(ROOT, 'node_modules/undici-types'),
      join(project, 'node_modules/undici-types'),
    )
    const consumer = `
      import { BAD_TOKENS, type BadTokenName, createTestClock, startCredence, type TestCredence } from '@credence/server/testing'
      import { createVerifier } from '@credence/verify'
      export async function test(): Promise<void> {
        const clock = createTestClock(new Date())
        await using credence: TestCredence = await startCredence({
          clock,
          accounts: [{ id: '123456789012', roles: [], users: [{ name: 'alice', tags: { Team: 'a' } }] }],
        })
        const name: BadTokenName = 'expired'
        const audience = 'https://orders.example.com'
        const verifier = createVerifier({ issuers: [credence.trustedIssuer], audience, nowMs: clock.nowMs })
        await verifier.verify(await credence.badToken(name, { audience })).catch((error: Error) => error)
        credence.failures.failCalls({ code: 'Throttling', times: 2 })
        clock.advance({ hours: 1 })
        BAD_TOKENS[name].refusal satisfies string
        // @ts-expect-error there is no such token
        await credence.badToken('expird', { audience })
        // @ts-expect-error a token is for somebody
        await credence.badToken('expired', {})
        // @ts-expect-error calls do not fail in this way
        credence.failures.failCalls({ code: 'Teapot' })
        // @ts-expect-error there is at least one account
        await startCredence({ accounts: [] })
        // @ts-expect-error users have names, not titles
        await startCredence({ accounts: [{ id: '123456789012', users: [{ title: 'alice' }] }] })
      }
    `
    expect(await compile(consumer)).toBe('')
  })

  it('runs the example, with Vitest and with node:test', async () => {
    const example = join(project, 'example')
    await cp(EXAMPLE, example, { recursive: true })
    await symlink(join(ROOT, 'node_modules/vitest'), join(project, 'node_modules/vitest'))
    const env = { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' }
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
    const vitestRun = await run(process.execPath, [vitest, 'run'], { cwd: example, env })
    expect(vitestRun.stdout).toMatch(/Tests {2}4 passed/)
    const nodeRun = await run(process.execPath, ['--test', 'orders.node-test.ts'], {
      cwd: example,
      env,
    })
    expect(nodeRun.stdout).toMatch(/pass 1\n/)
  })

  function listSpecifiers(file: string, text: string): readonly string[] {
    const specifiers: string[] = []
    replaceSpecifiers(file, text, specifier => {
      specifiers.push(specifier)
      return specifier
    })
    return specifiers
  }

  async function compile(source: string): Promise<string> {
    const folder = await mkdtemp(join(project, 'types-'))
    await writeFile(join(folder, 'consumer.ts'), source)
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      types: ['node'],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
    const tsc = join(ROOT, 'node_modules/.bin/tsc')
    return run(tsc, ['-p', folder]).then(
      ({ stdout }) => stdout,
      error => String(error.stdout),
    )
  }
})
