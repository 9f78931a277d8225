import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/run-cli.ts'
import { addAccount } from '../support/accounts.ts'
import type { TestClock } from '../support/clock.ts'
import { createFakeTerminal } from '../support/fake-terminal.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const ACCOUNT_ID = '123456789012'
const DAY_MS = 86_400_000

let stack = new AsyncDisposableStack()
afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

/** A server with one issuer, and what fetches its documents. */
async function start(settings: Readonly<Record<string, string>> = {}) {
  const server = stack.use(await startTestServer({ settings }))
  const account = await addAccount(server, ACCOUNT_ID)
  const federation = await server.data.issuer.findFederation(account)
  await server.rotateKeys()
  const fetchDocument = async (
    path: 'jwks.json' | 'openid-configuration',
    headers: Readonly<Record<string, string>>,
    method = 'GET',
  ): Promise<Response> => {
    const response = await fetch(`${federation?.issuerUrl}/.well-known/${path}`, {
      method,
      headers,
    })
    await response.text()
    return response
  }
  const findKept = () => server.data.store.findReaders(federation?.issuerId ?? '')
  return { server, fetchDocument, findKept, list: (...args: string[]) => list(server, args) }
}

async function list(server: TestServer, args: readonly string[]) {
  const { directory } = server
  const clock: TestClock = server.clock
  using terminal = createFakeTerminal({ clock })
  const exitCode = await runCli(
    [
      ...['key', 'list', ...args],
      ...['--set', `store.path=${join(directory, 'credence.db')}`],
      ...['--set', `masterKey.file=${join(directory, 'master.key')}`],
    ],
    terminal,
  )
  return { exitCode, output: terminal.output(), errors: terminal.errors() }
}

describe('credence key list --readers', () => {
  it('shows who has fetched a key, and who has not looked since it is published', async () => {
    const { server, fetchDocument, list: listKeys } = await start({ 'keys.rotateEvery': '10d' })
    await fetchDocument('jwks.json', { 'user-agent': 'early/1' })
    await fetchDocument('openid-configuration', { 'user-agent': 'discovery/1' })
    await server.saveReaders()

    server.clock.moveBy(10 * DAY_MS)
    await server.rotateKeys()
    server.clock.moveBy(1000)
    await fetchDocument('jwks.json', { 'user-agent': 'late/1', via: '1.1 cache.example' })
    const { headers } = await fetchDocument('jwks.json', { 'user-agent': 'polite/1' })
    const entityTag = headers.get('etag') ?? ''
    server.clock.moveBy(1000)
    const again = await fetchDocument('jwks.json', {
      'user-agent': 'polite/1',
      'if-none-match': entityTag,
    })
    expect(again.status).toBe(304)
    await server.saveReaders()

    const { exitCode, output } = await listKeys('--json', '--readers', '--algorithm', 'ES384')
    expect(exitCode).toBe(0)
    const keys: readonly {
      state: string
      readers: readonly Readonly<Record<string, unknown>>[]
    }[] = JSON.parse(output)
    const summary = keys.map(({ state, readers }) => [
      state,
      Object.fromEntries(readers.map(each => [each['userAgent'], each['hasKey']])),
    ])
    const looked = { 'polite/1': true, 'late/1': true, 'discovery/1': false }
    expect(summary).toEqual([
      ['retiring', { ...looked, 'early/1': true }],
      ['active', { ...looked, 'early/1': true }],
      ['prepared', { ...looked, 'early/1': false }],
    ])
    expect(keys[0]?.readers.find(each => each['userAgent'] === 'late/1')).toMatchObject({
      network: '127.0.0.0/24',
      via: '1.1 cache.example',
      discoveryAt: null,
      jwksTag: entityTag.slice(1, 17),
    })

    server.clock.moveBy(25 * DAY_MS)
    const later = await listKeys('--json', '--readers')
    expect(later.output).toContain('late/1')
    expect(later.output).not.toContain('early/1')
  })

  it('counts in the table, and names those that lack a key', async () => {
    const { server, fetchDocument, list: listKeys } = await start({ 'issuer.keyIds': 'aws' })
    await fetchDocument('jwks.json', { 'user-agent': 'early/1' })
    await fetchDocument('openid-configuration', { 'user-agent': 'discovery/1' })
    server.clock.moveBy(2000)
    const slot = ['--algorithm', 'RS256', '--set', 'issuer.keyIds=aws', '--readers']
    await server.saveReaders()
    const { output } = await listKeys(...slot)
    expect(output).toContain('FETCHED BY')
    expect(output).toMatch(/RSA_0 .* active .* 1 of 2\n/)
    expect(output).toMatch(/RSA_1 .* prepared .* 1 of 2\n/)
    expect(output).toMatch(/127\.0\.0\.0\/24 {2}discovery\/1 +- +never +RSA_0 RSA_1\n/)
    expect(output).toMatch(/127\.0\.0\.0\/24 {2}early\/1 +- +2026-11-22T20:12:19Z +-\n/)
  })

  it('knows nothing of HEAD, of issuers that there are not, and of other requests', async () => {
    const { server, fetchDocument, list: listKeys } = await start()
    await fetchDocument('jwks.json', { 'user-agent': 'head/1' }, 'HEAD')
    await fetchDocument('jwks.json', { 'user-agent': 'preflight/1' }, 'OPTIONS')
    const nobody = `${server.endpoint}/11111111-2222-4333-8444-555555555555/.well-known/jwks.json`
    expect((await fetch(nobody)).status).toBe(404)
    await server.saveReaders()
    const { output } = await listKeys('--readers')
    expect(output).toContain('0 of 0')
    expect(output).toContain('Nobody has fetched keys, as far as it is remembered.')
  })

  it('keeps nothing where it is not to be kept, and says so', async () => {
    const off = { 'keys.rememberReaders': '0' }
    const { server, fetchDocument, findKept, list: listKeys } = await start(off)
    await fetchDocument('jwks.json', { 'user-agent': 'early/1' })
    await server.saveReaders()
    expect(await findKept()).toBeNull()
    const { exitCode, errors } = await listKeys('--readers', '--set', 'keys.rememberReaders=0')
    expect(exitCode).toBe(2)
    expect(errors).toContain('keys.rememberReaders is 0')
  })
})
