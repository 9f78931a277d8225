import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type InstalledPackage,
  installPackage,
} from '../../server/test/support/installed-package.ts'
import {
  expectFiles,
  expectWholeDeclarations,
} from '../../server/test/support/published-package.ts'

const ROOT = join(import.meta.dirname, '../../..')
const EXAMPLE = join(ROOT, 'examples/relying-party-tests')
const run = promisify(execFile)

/** What the package exports at run time. */
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

/** What the command line and native signers need, and a test does not. */
const LIBRARIES_OF_THE_SERVER = ['@aws-sdk', '@smithy', 'commander', 'koffi']

/** What is in the bundle is not installed a second time. */
const BUNDLED = ['kysely', 'yaml', 'zod']

// A compiler, an installation and a server, perhaps all on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

describe('the published package', () => {
  let published: InstalledPackage
  let project = ''

  beforeAll(async () => {
    published = await installPackage('testing')
    ;({ project } = published)
  })
  afterAll(() => published.remove())

  async function runScript(script: string): Promise<unknown> {
    const file = join(project, 'script.mjs')
    await writeFile(file, script)
    const { stdout } = await run(process.execPath, [file], { cwd: project })
    return JSON.parse(stdout)
  }

  it('holds what runs, and nothing that only our own tests need', async () => {
    await expectFiles(published, 'testing/index.js', 'testing/index.d.ts')
    expect(published.files.filter(file => /^(launch|main)\.js$|^cli\//.test(file))).toEqual([])
  })

  it('points its declarations at declarations that are there, or that are installed with it', () =>
    expectWholeDeclarations(published))

  it('brings no library that only the server needs, and none of ours but the small ones', async () => {
    const installed = await readdir(join(project, 'node_modules'))
    const unwanted = [...LIBRARIES_OF_THE_SERVER, ...BUNDLED]
    expect(installed.filter(name => unwanted.includes(name))).toEqual([])
    const ours = await readdir(join(project, 'node_modules/@credence'))
    expect(ours.toSorted()).toEqual(['test-tokens', 'testing', 'verify'])
  })

  it('exports the test kit, and nothing else', async () => {
    const found = await runScript(`
      const kit = await import('@credence/testing')
      const closed = await import('@credence/testing/testing/index.js').catch(error => error.code)
      console.log(JSON.stringify({ kit: Object.keys(kit).sort(), closed }))
    `)
    expect(found).toEqual({ kit: EXPORTS, closed: 'ERR_PACKAGE_PATH_NOT_EXPORTED' })
  })

  it('comes with test tokens that need no server', async () => {
    const codes = await runScript(`
      import { createTestIssuer } from '@credence/test-tokens'
      import { createVerifier } from '@credence/verify'
      const audience = 'https://orders.example.com'
      const { issuer, jwks, token, badToken } = createTestIssuer()
      const verifier = createVerifier({ issuers: [{ issuer, accounts: null, keys: { jwks } }], audience })
      const good = await verifier.verify(token({ audience }))
      const bad = await verifier.verify(badToken('alg-none', { audience })).catch(error => error.code)
      console.log(JSON.stringify([good.principal.name, bad]))
    `)
    expect(codes).toEqual(['deployer', 'algorithm_refused'])
  })

  it('starts a server whose tokens the other package verifies', async () => {
    const outcome = await runScript(`
      import { startCredence } from '@credence/testing'
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

  it('has types for ESM and NodeNext, that refuse what is wrong', async () => {
    await symlink(join(ROOT, 'node_modules/@types'), join(project, 'node_modules/@types'))
    await symlink(
      join(ROOT, 'node_modules/undici-types'),
      join(project, 'node_modules/undici-types'),
    )
    const consumer = `
      import { BAD_TOKENS, type BadTokenName, createTestClock, startCredence, type TestCredence } from '@credence/testing'
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
