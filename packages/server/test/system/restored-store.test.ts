import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createData,
  defaultMasterKeyFile,
  SYSTEM_RANDOM,
  startServer,
} from '../../src/composition.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { revokeInSlot } from '../../src/issuer/keys/operate.ts'
import { OWN_DOCUMENTS } from '../../src/issuer/keys/visibility.ts'
import { parseAccountId } from '../../src/principals/identifiers.ts'
import { createMasterKeyFile } from '../../src/secrets/master-key-file.ts'
import { createTestClock } from '../support/clock.ts'
import { type StaticSite, serveDirectory } from '../support/static-site.ts'

const ACCOUNT_ID = parseAccountId('123456789012')
const DAY_MS = 86_400_000

let stack = new AsyncDisposableStack()
let directory: string
let siteDirectory: string
let site: StaticSite

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  directory = mkdtempSync(join(tmpdir(), 'credence-restored-'))
  siteDirectory = mkdtempSync(join(tmpdir(), 'credence-site-'))
  for (const each of [directory, siteDirectory]) {
    stack.defer(() => rmSync(each, { recursive: true, force: true }))
  }
  site = stack.use(await serveDirectory(siteDirectory))
})
afterEach(() => stack.disposeAsync())

/** An installation with one account, whose server is started and stopped as often as a test wants. */
async function create(clock = createTestClock()) {
  const target = { name: 'site', kind: 'directory', path: siteDirectory, publicUrl: site.url }
  const flags: [string, string][] = Object.entries({
    'listen.port': '0',
    'store.path': join(directory, 'credence.db'),
    'audit.file': join(directory, 'audit.jsonl'),
    'audit.durability': 'write',
    'issuer.baseUrl': 'http://127.0.0.1:1',
    'publish.targets': JSON.stringify([target]),
    'keys.rotateEvery': '10d',
  })
  const { config } = loadConfig({ file: null, env: {}, readFile: () => '', flags })
  const overrides = { rotatesByHand: true, elapsedMs: () => clock.nowMs() }
  const logDescriptor = stack.adopt(openSync('/dev/null', 'a'), closeSync)
  const environment = { logDescriptor, clock, random: SYSTEM_RANDOM, env: {}, overrides }
  createMasterKeyFile(defaultMasterKeyFile(config), SYSTEM_RANDOM)
  await createData(config, environment)

  const start = async () => {
    const server = await startServer(config, environment)
    const settle = async () => {
      for (let round = 0; round < 4; round += 1) {
        await server.publish()
        await server.rotateKeys()
      }
    }
    const listKeys = async () => {
      const keys = await server.data.store.listIssuerKeys(ACCOUNT_ID)
      return keys.filter(({ algorithm }) => algorithm === 'ES384')
    }
    return {
      server,
      settle,
      listKeys,
      describeKeys: async () =>
        (await listKeys()).map(({ generation, state }) => `${generation} ${state}`).join(', '),
      stop: () => server.stop({ graceMs: 0 }),
    }
  }
  const first = await start()
  const account = {
    id: ACCOUNT_ID,
    partition: 'aws',
    name: 'a',
    createdAtMs: 0,
    organization: null,
  } as const
  await first.server.data.store.createAccount(account)
  const { issuerId } = await first.server.data.issuer.enableFederation(account, clock.nowMs())
  await first.settle()
  expect(await first.describeKeys()).toBe('0 active, 1 prepared')
  await first.stop()
  const files = ['credence.db', 'credence.db-wal', 'credence.db-shm'].map(each =>
    join(directory, each),
  )
  const backUp = () => {
    for (const each of files) if (existsSync(each)) copyFileSync(each, `${each}.backup`)
  }
  const restore = () => {
    for (const each of files) {
      rmSync(each, { force: true })
      if (existsSync(`${each}.backup`)) copyFileSync(`${each}.backup`, each)
    }
  }
  const readThumbprints = (): readonly string[] =>
    JSON.parse(
      readFileSync(join(siteDirectory, issuerId, '.well-known/jwks.json'), 'utf8'),
    ).keys.map(({ kid }: { kid: string }) => kid)
  return { clock, start, backUp, restore, readThumbprints }
}

type Running = Awaited<ReturnType<Awaited<ReturnType<typeof create>>['start']>>

async function revokeActive({ server, listKeys }: Running, nowMs: number) {
  const active = (await listKeys()).find(({ state }) => state === 'active')
  if (active === undefined) throw new Error('no key signs')
  const rules = { rotateEveryMs: DAY_MS, publishBeforeMs: DAY_MS, keepAfterMs: DAY_MS }
  const deps = { ...server.data, rules, visibility: OWN_DOCUMENTS }
  const options = { nowMs, isForced: true, isDryRun: false }
  await revokeInSlot(deps, active, active.generation, options)
  return active
}

describe('a restored backup', () => {
  it('never signs with a key that was revoked since, and the key that is published signs', async () => {
    const { clock, start, backUp, restore, readThumbprints } = await create()
    backUp()
    const before = await start()
    const leaked = await revokeActive(before, clock.nowMs())
    await before.settle()
    expect(await before.describeKeys()).toBe('0 revoked, 1 active, 2 prepared')
    await before.stop()

    restore()
    const after = await start()
    // Before anything has rotated or was published: a start alone is enough.
    expect(await after.describeKeys()).toBe('0 revoked, 1 active, 2 intended')
    expect(readThumbprints()).not.toContain(leaked.thumbprint)
    await after.settle()
    expect(await after.describeKeys()).toBe('0 revoked, 1 active, 2 prepared')
    expect(readThumbprints()).not.toContain(leaked.thumbprint)
    await after.stop()
  })

  it('whose keys have all ended since signs with a new one, as soon as it is visible', async () => {
    const { clock, start, backUp, restore, readThumbprints } = await create()
    backUp()
    const before = await start()
    for (let round = 0; round < 2; round += 1) {
      await revokeActive(before, clock.nowMs())
      await before.settle()
    }
    await before.stop()

    restore()
    const after = await start()
    expect(await after.describeKeys()).toBe('0 revoked, 1 revoked, 2 intended')
    await after.settle()
    expect(await after.describeKeys()).toBe('0 revoked, 1 revoked, 2 active, 3 prepared')
    expect(readThumbprints()).toHaveLength(4)
    await after.stop()
  })

  it('of the same state goes on as it was', async () => {
    const { start, backUp, restore } = await create()
    backUp()
    restore()
    const after = await start()
    expect(await after.describeKeys()).toBe('0 active, 1 prepared')
    await after.settle()
    expect(await after.describeKeys()).toBe('0 active, 1 prepared')
    await after.stop()
  })

  it.each([
    // Also root cannot read a directory as a file.
    ['no file', (jwks: string) => mkdirSync(jwks)],
    [
      "half a file, which tells of no key's end",
      (jwks: string) => writeFileSync(jwks, '{"keys":['),
    ],
    ['something else', (jwks: string) => writeFileSync(jwks, '<html>')],
  ])('does not start where the published keys are %s', async (_what, make) => {
    const { clock, start, backUp, restore } = await create()
    backUp()
    const before = await start()
    await revokeActive(before, clock.nowMs())
    await before.settle()
    await before.stop()
    restore()
    const issuer = readdirSync(siteDirectory).find(each => each.includes('-4')) ?? ''
    const jwks = join(siteDirectory, issuer, '.well-known/jwks.json')
    rmSync(jwks)
    make(jwks)
    await expect(start()).rejects.toThrow(/^Another store has published at the target site since/)
  })
})
