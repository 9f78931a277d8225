import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { findFreePort } from '../../src/http/free-port.ts'
import { createTestClock } from '../support/clock.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'
import {
  ADMINISTRATOR,
  type Cluster,
  MISSING_POSTGRES,
  startCluster,
} from '../support/postgres/cluster.ts'

describe.skipIf(MISSING_POSTGRES !== null)('an installation in a database', () => {
  let cluster: Cluster
  let directory = ''
  beforeAll(async () => {
    cluster = await startCluster()
    directory = mkdtempSync(join(tmpdir(), 'credence-database-'))
  })
  afterAll(async () => {
    rmSync(directory, { recursive: true })
    await cluster[Symbol.asyncDispose]()
  })

  const formatUrl = (database: string, port = cluster.port) =>
    `postgres://${ADMINISTRATOR}@127.0.0.1:${port}/${database}`

  /** Runs a command with a master key of its own name. */
  async function credence(
    settings: Readonly<Record<string, string>>,
    ...words: readonly string[]
  ): Promise<{ readonly exitCode: number; readonly output: string; readonly errors: string }> {
    using terminal = createFakeTerminal({ clock: createTestClock(Date.now()) })
    const all = {
      'masterKey.file': join(directory, 'master.key'),
      'issuer.baseUrl': 'https://sts.example.org',
      'store.tlsMode': 'off',
      ...settings,
    }
    const flags = Object.entries(all).flatMap(([key, value]) => ['--set', `${key}=${value}`])
    const exitCode = await runCli([...flags, ...words], terminal)
    return { exitCode, output: terminal.output(), errors: terminal.errors() }
  }

  it('is made by init, once, and used by every command', async () => {
    const url = { 'store.url': formatUrl(await cluster.createDatabase()) }
    expect(await credence(url, 'account', 'create', '123456789012')).toMatchObject({ exitCode: 4 })
    expect(await credence(url, 'init')).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining(
        `The store is in the database store_1 at 127.0.0.1:${cluster.port}.`,
      ),
    })
    expect(await credence(url, 'init')).toMatchObject({
      exitCode: 4,
      errors: `error: There is a store in the database store_1 at 127.0.0.1:${cluster.port} already.\n`,
    })
    expect(await credence(url, 'account', 'create', '123456789012')).toMatchObject({ exitCode: 0 })
    const listed = await credence(url, 'account', 'list')
    expect(listed.output).toContain('123456789012')
    const other = { ...url, 'store.installationId': '450216a4-5950-4eb1-8c2b-51d3785cdcff' }
    expect(await credence(other, 'account', 'list')).toMatchObject({ exitCode: 4 })
  })

  it('gets another master key when the servers that use it are stopped', async () => {
    const keyFile = join(directory, 'changed', 'master.key')
    const url = {
      'store.url': formatUrl(await cluster.createDatabase()),
      'masterKey.file': keyFile,
    }
    await credence(url, 'init')
    await credence(url, 'account', 'create', '123456789012')
    await credence(url, 'access-key', 'create', '--root')
    await credence(url, 'federation', 'enable')
    const refused = await credence(url, 'master-key', 'rotate')
    expect(refused).toMatchObject({ exitCode: 2, output: '' })
    expect(refused.errors).toContain('Stop all of them, and run this again with --servers-stopped.')

    const status = async () =>
      JSON.parse((await credence(url, 'master-key', 'status', '--json')).output)
    const before = await status()
    expect(before.keys).toMatchObject([{ accessKeys: 1, privateKeys: 2, bindings: 2 }])
    const rotated = await credence(url, 'master-key', 'rotate', '--servers-stopped', '--json')
    expect({ ...rotated, output: JSON.parse(rotated.output) }).toMatchObject({
      exitCode: 0,
      output: { formerMasterKeyId: before.boundTo, resealed: 3, unreadable: [], filesMoved: true },
    })
    expect(await status()).toMatchObject({
      boundTo: JSON.parse(rotated.output).masterKeyId,
      keys: [
        { use: 'current', accessKeys: 1, privateKeys: 2, bindings: 2 },
        { use: 'sessions', accessKeys: 0, privateKeys: 0, bindings: 0 },
      ],
    })
    expect((await credence(url, 'account', 'list')).output).toContain('123456789012')
  })

  it('is made by one of two that begin at once', async () => {
    const url = { 'store.url': formatUrl(await cluster.createDatabase()) }
    // Each on a host of its own, with the same master key.
    const outcomes = await Promise.all([1, 2].map(() => initElsewhere(url)))
    expect(outcomes.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 4])
    const [failed] = outcomes.filter(({ exitCode }) => exitCode === 4)
    expect(failed?.errors).toContain('There is a store in the database')
  })

  async function initElsewhere(url: Readonly<Record<string, string>>) {
    const place = mkdtempSync(join(directory, 'host-'))
    const file = join(place, 'master.key')
    writeFileSync(file, Buffer.alloc(32, 7), { mode: 0o600 })
    chmodSync(file, 0o600)
    return credence({ ...url, 'masterKey.file': file }, 'init')
  }

  it('is told apart from one that cannot be used', async () => {
    const nobody = await findFreePort('127.0.0.1')
    expect(await credence({ 'store.url': formatUrl('store', nobody) }, 'init')).toMatchObject({
      exitCode: 4,
      errors: `error: The store in the database store at 127.0.0.1:${nobody} cannot be opened: the database cannot be reached: nobody listens there.\n`,
    })
    expect(await credence({ 'store.url': formatUrl('absent') }, 'serve')).toMatchObject({
      exitCode: 4,
      errors: expect.stringContaining('there is no such database'),
    })
    const file = join(directory, 'password')
    writeFileSync(file, 'secret\n')
    chmodSync(file, 0o644)
    const open = { 'store.url': formatUrl('store'), 'store.passwordFile': file }
    for (const command of [['config', 'check'], ['serve']]) {
      const { exitCode, errors } = await credence(open, ...command)
      expect({ exitCode, errors }).toMatchObject({
        exitCode: 3,
        errors: expect.stringContaining('store.passwordFile names'),
      })
      expect(errors).not.toContain('secret')
    }
    chmodSync(file, 0o600)
    expect(await credence(open, 'config', 'check')).toMatchObject({ exitCode: 0 })
    writeFileSync(file, '\n')
    expect(await credence(open, 'config', 'check')).toMatchObject({ exitCode: 3 })
    const variable = { 'store.url': formatUrl('store'), 'store.passwordEnv': 'NOT_SET' }
    expect(await credence(variable, 'config', 'check')).toMatchObject({
      exitCode: 3,
      errors: expect.stringContaining('store.passwordEnv holds no password'),
    })
  })
})
