import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, glob, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPackage } from '../../../tools/build.ts'
import { findNode, NODE_VERSIONS } from '../../../tools/fetch-node.ts'
import { RUNTIMES } from './runtimes.ts'

const ROOT = join(import.meta.dirname, '../../..')
const run = promisify(execFile)

/** What each entry exports at run time. */
const ENTRIES = {
  '@credence/verify': [
    'AWS_NAMESPACE',
    'VERIFY_ERRORS',
    'VerifyError',
    'createGuard',
    'createMemoryReplayStore',
    'createTrust',
    'createVerifier',
    'formatRefusals',
  ],
  '@credence/verify/express': ['guardExpress'],
  '@credence/verify/fastify': ['guardFastify'],
  '@credence/verify/fetch': ['createRefusalResponse', 'guardFetch', 'readFetchAuthorizations'],
  '@credence/verify/grpc': ['authenticateMetadata'],
  '@credence/verify/hono': ['guardHono'],
  '@credence/verify/node-http': ['guardNodeHttp', 'serveFetch'],
  '@credence/verify/token-exchange': ['ExchangeError', 'createTokenExchange'],
  '@credence/verify/websocket': ['authenticateUpgrade', 'formatUpgradeRefusal'],
}

/** What `smoke.mjs` prints. */
const SMOKE_OUTCOMES = ['RS256', 'ES384'].flatMap(alg =>
  ['deployer', 'deployer', 'signature_invalid', 'token_expired', 'write', 200].map(outcome => [
    alg,
    outcome,
  ]),
)

/** What `node-smoke.mjs` prints. */
const NODE_OUTCOMES = [
  ...['RS256', 'ES384'].flatMap(() => [1, 'write', 401, 200, 400]),
  [405, 'POST'],
  true,
  'fetch failed: connect ECONNREFUSED 127.0.0.1',
]

/** The versions of Node that `engines` promises, besides the one that runs this. */
const NODES = [
  ...NODE_VERSIONS.map(version => ({ version, program: findNode(version) })),
  { version: process.versions.node, program: process.execPath },
]

describe('the published package', () => {
  let dist = ''
  let project = ''
  let files: readonly string[] = []

  beforeAll(async () => {
    dist = await buildPackage('verify')
    project = await mkdtemp(join(tmpdir(), 'credence-consumer-'))
    const { stdout } = await run('npm', ['pack', dist, '--json', '--pack-destination', project])
    const [tarball]: { filename: string; files: { path: string }[] }[] = JSON.parse(stdout)
    if (!tarball) throw new Error('npm packed nothing')
    files = tarball.files.map(({ path }) => path)
    await writeFile(join(project, 'package.json'), '{"private":true,"type":"module"}')
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball.filename}`], {
      cwd: project,
    })
  }, 60_000)
  afterAll(() => rm(project, { recursive: true }))

  const runScript = async (script: string, conditions: readonly string[] = []) => {
    const file = join(project, 'script.mjs')
    await writeFile(file, script)
    const flags = conditions.map(condition => `--conditions=${condition}`)
    const { stdout } = await run(process.execPath, [...flags, file], { cwd: project })
    return JSON.parse(stdout)
  }

  it('holds JavaScript, declarations and what the law and the reader need', async () => {
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'index.js', 'index.d.ts']),
    )
    expect(files.filter(file => !/\.(js|d\.ts)$/.test(file))).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ])
    expect(files.filter(file => /\.test\.|testdata|tokens/.test(file))).toEqual([])
  })

  it('depends on nothing, and asks for no script to be run', async () => {
    const manifest: Record<string, unknown> = JSON.parse(
      await readFile(join(dist, 'package.json'), 'utf8'),
    )
    for (const member of [
      'dependencies',
      'devDependencies',
      'peerDependencies',
      'optionalDependencies',
      'scripts',
    ]) {
      expect(manifest).not.toHaveProperty(member)
    }
    const installed: string[] = []
    for await (const file of glob('node_modules/*/*/package.json', { cwd: project })) {
      installed.push(file)
    }
    expect(installed).toEqual(['node_modules/@credence/verify/package.json'])
  })

  it('pleases publint', async () => {
    const { messages } = await publint({ pkgDir: dist, strict: true, pack: false })
    expect(messages).toEqual([])
  })

  it('needs Node where its name says so, and nowhere else', async () => {
    const users: string[] = []
    for (const file of files.filter(name => name.endsWith('.js'))) {
      const source = await readFile(join(dist, file), 'utf8')
      if (/from 'node:|\bBuffer\b|\bprocess\.|\brequire\(/.test(source)) users.push(file)
    }
    expect(users.toSorted()).toEqual(['middleware/node-http.js', 'platform/node.js'])
  })

  it('points its declarations at declarations that are there', async () => {
    for (const file of files.filter(name => name.endsWith('.d.ts'))) {
      expect(await readFile(join(dist, file), 'utf8')).not.toMatch(/['"]\.[^'"]*\.ts['"]/)
    }
  })

  it('exports what it says from every entry', async () => {
    const exported = await runScript(`
      const found = {}
      for (const name of ${JSON.stringify(Object.keys(ENTRIES))}) {
        found[name] = Object.keys(await import(name)).sort()
      }
      console.log(JSON.stringify(found))
    `)
    expect(exported).toEqual(ENTRIES)
    const manifest: { exports: object } = JSON.parse(
      await readFile(join(dist, 'package.json'), 'utf8'),
    )
    const names = Object.keys(manifest.exports).map(name => name.replace('.', '@credence/verify'))
    expect(names.toSorted()).toEqual(Object.keys(ENTRIES))
  })

  it.each([
    ['Node and Bun', []],
    ['workers', ['workerd']],
    ['Deno', ['deno']],
  ])('works with the platform that %s gets', async (_, conditions) => {
    const script = await readFile(join(import.meta.dirname, 'smoke.mjs'), 'utf8')
    expect(await runScript(script, conditions)).toEqual(SMOKE_OUTCOMES)
  })

  it('is tried on the oldest version of Node of each line that it says it runs on', async () => {
    const { engines } = JSON.parse(await readFile(join(dist, 'package.json'), 'utf8'))
    expect(engines).toEqual({ node: '^20.19.0 || >=22.12.0' })
    expect(NODE_VERSIONS).toEqual(expect.arrayContaining(['20.19.0', '22.12.0']))
  })

  it.for(NODES)(
    'works on Node $version, and leaves no token in memory',
    { timeout: 60_000 },
    async ({ version, program }, { skip }) => {
      if (program === null) return skip(`Node ${version} is not there: node tools/fetch-node.ts`)
      const runOn = async (script: string, ...flags: readonly string[]) => {
        await cp(join(import.meta.dirname, script), join(project, script))
        const { stdout } = await run(program, [...flags, script], { cwd: project })
        return JSON.parse(stdout)
      }
      expect(await runOn('smoke.mjs')).toEqual(SMOKE_OUTCOMES)
      expect(await runOn('node-smoke.mjs')).toEqual(NODE_OUTCOMES)
      expect(await runOn('memory.mjs', '--expose-gc')).toEqual({
        'is verified': 0,
        'is exchanged': 0,
        'opens a WebSocket': 0,
        // So that the count is known to see one.
        'is kept by the test': 20,
      })
    },
  )

  it.for(RUNTIMES)(
    'works on $name',
    { timeout: 60_000 },
    async ({ name, program, run: runOn }, { skip }) => {
      if (program === null) return skip(`this machine lacks ${name}`)
      await cp(join(import.meta.dirname, 'smoke.mjs'), join(project, 'smoke.mjs'))
      const output = await runOn(program, project, 'smoke.mjs')
      expect(JSON.parse(output)).toEqual(SMOKE_OUTCOMES)
    },
  )

  /** Lets the project find packages of the repository. */
  const linkPackages = async (...names: readonly string[]) => {
    for (const name of names) {
      const link = join(project, 'node_modules', name)
      if (!existsSync(link)) await symlink(join(ROOT, 'node_modules', name), link)
    }
  }

  const compile = async (name: string, options: object, sources: Record<string, string>) => {
    const folder = join(project, name)
    await mkdir(folder)
    for (const [file, source] of Object.entries(sources))
      await writeFile(join(folder, file), source)
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      noEmit: true,
      exactOptionalPropertyTypes: true,
      ...options,
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    return run(process.execPath, [tsc, '-p', folder, '--pretty', 'false']).then(
      ({ stdout }) => stdout,
      (error: { readonly stdout: string }) => error.stdout,
    )
  }
  const consumer = `
    import { createGuard, createTrust, createVerifier, type VerifiedToken } from '@credence/verify'
    import { guardFetch } from '@credence/verify/fetch'
    import { guardHono } from '@credence/verify/hono'
    import { guardExpress } from '@credence/verify/express'
    import { guardFastify } from '@credence/verify/fastify'
    import { authenticateMetadata } from '@credence/verify/grpc'
    import { createTokenExchange } from '@credence/verify/token-exchange'
    import { authenticateUpgrade } from '@credence/verify/websocket'
    const verifier = createVerifier({
      issuers: [{ issuer: 'https://issuer.example.com', accounts: ['123456789012'] }],
      audience: 'https://orders.example.com',
    })
    const trust = createTrust([{ name: 'a', when: { accounts: ['123456789012'] }, grant: 'read' }])
    const guard = createGuard({ verifier, trust, onRefusal: ({ error }) => void error.code })
    export const handler = guardFetch(guard, (_request, identity) => new Response(identity.grant))
    export const account = (token: VerifiedToken): string => token.aws.aws_account
    export const rest = [guardHono, guardExpress, guardFastify, authenticateMetadata, authenticateUpgrade]
    export const exchange = createTokenExchange({
      guard,
      mint: ({ identity }) => ({ accessToken: identity.grant, expiresInSeconds: 60 }),
      onFailure: () => undefined,
    })
  `

  it('has types for a browser or a worker, without those of Node', async () => {
    const options = { lib: ['es2024', 'dom'], types: [], skipLibCheck: false }
    expect(await compile('browser', options, { 'consumer.ts': consumer })).toBe('')
  })

  it('has types for Node, without those of a browser', async () => {
    await linkPackages('@types', 'undici-types')
    const server = `
      import { createServer } from 'node:http'
      import { guardNodeHttp, serveFetch } from '@credence/verify/node-http'
      import { exchange, handler } from './consumer.js'
      export const server = createServer(serveFetch(exchange, () => undefined))
      export const guarded = [guardNodeHttp, handler]
    `
    const options = { lib: ['es2024'], types: ['node'] }
    expect(await compile('node', options, { 'consumer.ts': consumer, 'server.ts': server })).toBe(
      '',
    )
  })

  it.each([
    ['with those of a browser beside', ['es2024', 'dom']],
    ['without those of a browser', ['es2024']],
  ])('has types that take the fetch of undici, %s', async (name, lib) => {
    await linkPackages('@types', 'undici-types', 'undici')
    const source = `
      import { createVerifier, type Fetch } from '@credence/verify'
      import { Agent, fetch as undiciFetch } from 'undici'
      const issuers = [{ issuer: 'https://issuer.example.com', accounts: null }] as const
      const audience = 'https://orders.example.com'
      const dispatcher = new Agent()
      const viaAgent: Fetch = (url, init) => undiciFetch(url, { ...init, dispatcher })
      export const verifiers = [fetch, undiciFetch, viaAgent].map(each =>
        createVerifier({ issuers, audience, fetch: each }),
      )
    `
    const options = { lib, types: ['node'], skipLibCheck: true }
    expect(await compile(name.replaceAll(' ', '-'), options, { 'undici.ts': source })).toBe('')
  })

  it('has types that refuse a forgotten option', async () => {
    const options = { lib: ['es2024', 'dom'], types: [] }
    const careless = consumer.replace("audience: 'https://orders.example.com',", '')
    expect(await compile('careless', options, { 'consumer.ts': careless })).toMatch(/TS2345|TS2741/)
  })

  it('runs the example of a token exchange', async () => {
    await linkPackages('jose')
    await cp(join(ROOT, 'examples/token-exchange'), join(project, 'example'), { recursive: true })
    const outcome = await runScript(`
      import { createService } from './example/service.ts'
      const listener = await createService({
        issuers: [{ issuer: 'https://issuer.example.com', accounts: null }],
        audience: 'https://orders.example.com',
        rules: [{ name: 'a', when: { accounts: ['123456789012'] }, grant: { scopes: [] } }],
        log: () => undefined,
      })
      console.log(JSON.stringify(typeof listener))
    `)
    expect(outcome).toBe('function')
  })
})
