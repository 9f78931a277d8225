import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addAccount, addUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { readToken } from '../support/issued-token.ts'
import { startTestServer } from '../support/server.ts'
import { type StaticSite, serveDirectory } from '../support/static-site.ts'
import { tokenCall } from '../support/token-call.ts'

const DAY_MS = 86_400_000
const ACCOUNT_ID = '123456789012'

let stack = new AsyncDisposableStack()
let directory: string
let site: StaticSite

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  directory = mkdtempSync(join(tmpdir(), 'credence-site-'))
  stack.defer(() => rmSync(directory, { recursive: true, force: true }))
  site = stack.use(await serveDirectory(directory))
})
afterEach(() => stack.disposeAsync())

async function start(target: object = {}, settings: Readonly<Record<string, string>> = {}) {
  const targets = [
    { name: 'site', kind: 'directory', path: directory, publicUrl: site.url, ...target },
  ]
  const server = stack.use(
    await startTestServer({
      settings: {
        'publish.targets': JSON.stringify(targets),
        'keys.rotateEvery': '10d',
        ...settings,
      },
    }),
  )
  const account = await addAccount(server, ACCOUNT_ID)
  const issuerId = (await server.data.issuer.findFederation(account))?.issuerId ?? ''
  const describeKeys = async () => {
    const keys = await server.data.store.listIssuerKeys(account.id)
    return keys
      .filter(({ algorithm }) => algorithm === 'ES384')
      .map(({ generation, state }) => `${generation} ${state}`)
      .join(', ')
  }
  const readKids = (): readonly string[] => {
    const text = readFileSync(join(directory, issuerId, '.well-known/jwks.json'), 'utf8')
    return JSON.parse(text).keys.map(({ kid }: { kid: string }) => kid)
  }
  /** Everything that waits is done, as far as it can be. */
  const settle = async () => {
    for (let round = 0; round < 4; round += 1) {
      await server.publish()
      await server.rotateKeys()
    }
  }
  return { server, account, issuerId, describeKeys, readKids, settle }
}

describe('an account with a target', () => {
  it('has no key that signs before its first keys were seen there', async () => {
    const { server, account, describeKeys, settle } = await start()
    const { credentials } = await addUser(server, account, 'alice')
    const askForToken = () => call(server, credentials, tokenCall())
    expect(await describeKeys()).toBe('0 prepared')
    expect(await askForToken()).toMatchObject({ status: 503 })
    await server.rotateKeys()
    expect(await describeKeys()).toBe('0 prepared')
    await settle()
    expect(await describeKeys()).toBe('0 active, 1 prepared')
    await readToken(server, await askForToken())
  })

  it('has the documents of the server there, with a stamp, and a mark', async () => {
    const { server, issuerId, settle } = await start()
    await settle()
    expect(readdirSync(directory).toSorted()).toEqual(
      ['.credence.lock', issuerId, 'credence-publication.json'].toSorted(),
    )
    for (const name of ['jwks.json', 'openid-configuration']) {
      const there = await (await fetch(`${site.url}/${issuerId}/.well-known/${name}`)).json()
      const here = (await (
        await fetch(`${server.endpoint}/${issuerId}/.well-known/${name}`)
      ).json()) as object
      expect(there).toEqual({ ...here, credence_version: expect.stringMatching(/^1\.\d+$/) })
    }
  })

  it('rotates through it: a key signs when it was visible there for long enough', async () => {
    const { server, describeKeys, settle, readKids } = await start()
    await settle()
    expect(readKids()).toHaveLength(4)
    server.clock.moveBy(10 * DAY_MS)
    await settle()
    expect(await describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
    expect(readKids()).toHaveLength(6)
    server.clock.moveBy(2 * DAY_MS)
    await settle()
    expect(await describeKeys()).toBe('0 retired, 1 active, 2 prepared')
    expect(readKids()).toHaveLength(4)
  })

  it('keeps what is there while it is not known which keys an emergency is about', async () => {
    const { server, settle, readKids } = await start()
    await settle()
    const before = readKids()
    writeFileSync(join(server.directory, 'emergency-revocations'), 'which key?\n')
    await server.readEmergency()
    await server.publish()
    await server.publish()
    expect(readKids()).toEqual(before)
  })

  it('does not rotate while the target fails, and goes on signing and retiring', async () => {
    const { server, account, describeKeys, settle } = await start()
    const { credentials } = await addUser(server, account, 'alice')
    await settle()
    server.clock.moveBy(10 * DAY_MS)
    await settle()
    rmSync(directory, { recursive: true })
    server.clock.moveBy(10 * DAY_MS)
    await settle()
    expect(await describeKeys()).toBe('0 retired, 1 active, 2 prepared')
    await readToken(server, await call(server, credentials, tokenCall()))
    const readiness = await fetch(`${server.endpoint}/readyz`)
    expect(readiness.status).toBe(200)
    expect(await readiness.json()).toMatchObject({
      ready: true,
      checks: { publishing: expect.stringMatching(/^site fails since 2026-.*not mounted$/) },
    })
  })

  it('rotates all the same when the target is not required', async () => {
    const { server, describeKeys, settle } = await start({ required: false })
    expect(await describeKeys()).toBe('0 active, 1 intended')
    rmSync(directory, { recursive: true })
    await settle()
    server.clock.moveBy(10 * DAY_MS)
    await settle()
    expect(await describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
  })

  it('takes what a cache shows for what verifiers see', async () => {
    const { server, issuerId, describeKeys, settle } = await start()
    await settle()
    const stale = readFileSync(join(directory, issuerId, '.well-known/jwks.json'))
    const serveStale: StaticSite['intercept'] = (request, response) => {
      if (request.url?.endsWith('jwks.json') !== true) return false
      const cacheControl = 'public, max-age=300, must-revalidate'
      response
        .writeHead(200, { 'content-type': 'application/json', 'cache-control': cacheControl })
        .end(stale)
      return true
    }
    site.intercept = serveStale
    server.clock.moveBy(10 * DAY_MS)
    await settle()
    // The key that was seen before the cache stuck follows; the next one is not seen.
    expect(await describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
    server.clock.moveBy(20 * DAY_MS)
    await settle()
    expect(await describeKeys()).toBe('0 retired, 1 active, 2 prepared')
    const readiness = await (await fetch(`${server.endpoint}/readyz`)).text()
    expect(readiness).toMatch(/"site fails since .*a cache may keep an older one/)
    site.intercept = () => false
    server.clock.moveBy(60_000)
    await settle()
    server.clock.moveBy(DAY_MS)
    await settle()
    expect(await describeKeys()).toBe('0 retired, 1 retiring, 2 active, 3 prepared')
  })

  it('has a key that a cache has lost meanwhile wait as long as at first', async () => {
    const { server, describeKeys, settle } = await start()
    await settle()
    server.clock.moveBy(9 * DAY_MS)
    await settle()
    site.intercept = (request, response) => {
      if (request.url?.endsWith('jwks.json') !== true) return false
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[]}')
      return true
    }
    server.clock.moveBy(300_000)
    await settle()
    site.intercept = () => false
    server.clock.moveBy(DAY_MS - 300_000)
    await settle()
    server.clock.moveBy(60_000)
    await settle()
    expect(await describeKeys()).toBe('0 active, 1 prepared')
    server.clock.moveBy(DAY_MS)
    await settle()
    expect(await describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
  })

  it('has a lost or changed document written again', async () => {
    const { server, issuerId, readKids, settle } = await start()
    await settle()
    const kids = readKids()
    const path = join(directory, issuerId, '.well-known/jwks.json')
    for (const change of [() => rmSync(path), () => writeFileSync(path, '{"keys":[]}')]) {
      change()
      server.clock.moveBy(300_000)
      await settle()
      server.clock.moveBy(1000)
      await settle()
      expect(readKids()).toEqual(kids)
    }
  })

  it('has a key no more that is denied in an emergency', async () => {
    const { server, readKids, settle } = await start()
    await settle()
    const [kid = ''] = readKids()
    writeFileSync(join(server.directory, 'emergency-revocations'), `${kid}\n`)
    await server.readEmergency()
    await settle()
    expect(readKids()).not.toContain(kid)
  })

  it('has a revoked key no more as soon as it is told', async () => {
    const { server, readKids, settle } = await start()
    await settle()
    const [first] = await server.data.store.listIssuerKeys(ACCOUNT_ID as never)
    if (first === undefined) throw new Error('no key')
    const { revokeInSlot } = await import('../../src/issuer/keys/operate.ts')
    const { OWN_DOCUMENTS } = await import('../../src/issuer/keys/visibility.ts')
    const rules = { rotateEveryMs: DAY_MS, publishBeforeMs: DAY_MS, keepAfterMs: DAY_MS }
    const deps = { ...server.data, rules, visibility: OWN_DOCUMENTS }
    const options = { nowMs: server.clock.nowMs(), isForced: true, isDryRun: false }
    await revokeInSlot(deps, first, first.generation, options)
    await server.publish()
    expect(readKids()).not.toContain(first.thumbprint)
  })
})
