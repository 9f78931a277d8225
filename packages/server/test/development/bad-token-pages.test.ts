import { BAD_TOKENS, GOOD_TOKENS } from '@credence/test-tokens'
import { createVerifier } from '@credence/verify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedDevAccount } from '../../src/cli/dev-seed.ts'
import {
  createBadTokenPages,
  formatDevelopmentSecret,
} from '../../src/development/bad-token-pages.ts'
import { connectRaw } from '../../src/http/test/raw-client.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const AUDIENCE = 'https://orders.example.com'

let server: TestServer
let issuer: string
let secret: string
let base: string

beforeAll(async () => {
  server = await startTestServer({ overrides: { createDevelopmentPages: createBadTokenPages } })
  const { data, clock, random } = server
  issuer = (await seedDevAccount(data, { clock, random })).issuerUrl
  secret = formatDevelopmentSecret(data.masterKey)
  base = `${server.endpoint}/dev/${secret}/bad-tokens`
})
afterAll(() => server[Symbol.asyncDispose]())

async function read(url: string): Promise<{ readonly status: number; readonly page: Page }> {
  const answer = await fetch(url)
  const page: Page = JSON.parse(await answer.text())
  return { status: answer.status, page }
}

interface Page {
  readonly bad?: readonly { readonly name: string; readonly refusal: string }[]
  readonly good?: readonly { readonly name: string }[]
  readonly token?: string
  readonly message?: string
}

describe('the pages', () => {
  it('list the tokens', async () => {
    for (const url of [base, `${base}/`]) {
      const { status, page } = await read(url)
      expect(status).toBe(200)
      expect(page.bad?.map(({ name }) => name)).toEqual(Object.keys(BAD_TOKENS))
      expect(page.good?.map(({ name }) => name)).toEqual(Object.keys(GOOD_TOKENS))
      expect(page.bad?.[0]).toEqual({
        name: 'expired',
        part: 'When they may be used',
        title: 'expired',
        source: 'RFC 7519 §4.1.4',
        refusal: 'token_expired',
      })
    }
  })

  it('give every token, to be refused for its reason', { timeout: 60_000 }, async () => {
    const verifier = createVerifier({
      issuers: [{ issuer, accounts: ['123456789012'], allowInsecureHttp: true }],
      audience: AUDIENCE,
      nowMs: server.clock.nowMs,
    })
    const query = new URLSearchParams({ audience: AUDIENCE })
    for (const [name, { refusal }] of Object.entries(BAD_TOKENS)) {
      const { page } = await read(`${base}/${name}?${query}`)
      const code = await verifier.verify(page.token ?? '').then(
        () => 'accepted',
        error => error.code,
      )
      expect([name, code]).toEqual([name, refusal])
    }
    for (const name of Object.keys(GOOD_TOKENS)) {
      const { page } = await read(`${base}/${name}?${query}`)
      await verifier.verify(page.token ?? '')
    }
  })

  it('answer HEAD, and no other method', async () => {
    expect((await fetch(base, { method: 'HEAD' })).status).toBe(200)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await fetch(base, { method })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    }
  })

  it.each([
    ['/perfect', 404, 'There is no token "perfect".'],
    ['/toString', 404, 'There is no token "toString".'],
    ['/expired/x', 404, 'There is no such page. CREDENCE_DEV_URL says where they are.'],
    ['/expired?audience=', 400, 'The audience must not be empty.'],
    ['/expired?audiense=a', 400, 'may be given once, and no other'],
    ['/expired?audience=a&audience=b', 400, 'may be given once, and no other'],
    ['/expired?account=1', 404, 'There is no account 1.'],
    ['/expired?account=999999999999', 404, 'There is no account 999999999999.'],
    ['/expired?principal=admin', 404, 'There is no such user or role in the account.'],
  ])('%s: %i', async (path, status, message) => {
    const answer = await read(base + path)
    expect(answer.status).toBe(status)
    expect(answer.page.message).toContain(message)
  })

  it.each(['bad-tokens', 'x/bad-tokens', '', `${'A'.repeat(32)}/bad-tokens/good-es384`])(
    'are nowhere else: /dev/%s',
    async path => {
      const { status, page } = await read(`${server.endpoint}/dev/${path}`)
      expect(status).toBe(404)
      expect(page).toEqual({
        error: 'refused',
        message: 'There is no such page. CREDENCE_DEV_URL says where they are.',
      })
    },
  )

  it('say why an account without federation has none', async () => {
    const account = await server.data.store.listAccounts({ marker: null, maxItems: 1 })
    const [first] = account.items
    if (first === undefined) throw new Error('there is no account')
    await server.data.issuer.disableFederation(first, server.clock.nowMs())
    const { status, page } = await read(`${base}/expired`)
    await server.data.issuer.enableFederation(first, server.clock.nowMs())
    expect([status, page.message]).toEqual([409, 'OutboundWebIdentityFederation is disabled.'])
  })
})

describe('who may ask', () => {
  const ask = async (headers: readonly string[]) => {
    const client = await connectRaw(server.port)
    const lines = [`GET /dev/${secret}/bad-tokens HTTP/1.1`, ...headers, 'connection: close']
    client.send(`${lines.join('\r\n')}\r\n\r\n`)
    const answer = await client.readAnswer()
    client.socket.destroy()
    return answer
  }

  it.each([
    'localhost',
    'LOCALHOST:4747',
    '127.0.0.1',
    '127.0.0.1:4747',
    '127.8.9.10',
    '[::1]',
    '[::1]:4747',
  ])('a program that calls it %s', async host => {
    expect((await ask([`host: ${host}`]))?.status).toBe(200)
  })

  it.each([
    ['another name for this machine (DNS rebinding)', ['host: attacker.example']],
    ['a name that begins alike', ['host: localhost.attacker.example']],
    ['a name that begins like an address', ['host: 127.0.0.1.attacker.example']],
    ['no name', ['host: ']],
    ['an address of all interfaces', ['host: 0.0.0.0:4747']],
    ['a page of another origin', ['host: localhost', 'origin: https://attacker.example']],
    ['a page without an origin', ['host: localhost', 'origin: null']],
    ['a page of the same origin', ['host: localhost', 'origin: http://localhost:4747']],
    ['an image or a script of a page', ['host: localhost', 'sec-fetch-site: cross-site']],
    ['the address bar of a browser', ['host: localhost', 'sec-fetch-site: none']],
    ['a proxy', ['host: localhost', 'x-forwarded-for: 203.0.113.7']],
    ['a proxy that says so in the standard way', ['host: localhost', 'forwarded: for=203.0.113.7']],
    ['a gateway', ['host: localhost', 'via: 1.1 gateway']],
  ])('not %s', async (_, headers) => {
    const answer = await ask(headers)
    expect(answer?.status).toBe(403)
    expect(answer?.body).not.toContain('expired')
  })

  it('and no browser gets leave to read', async () => {
    const answer = await ask(['host: localhost'])
    expect(answer?.headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
    expect(answer?.headers).not.toHaveProperty('access-control-allow-origin')
  })
})

describe('a server without them', () => {
  it.each([
    ['that was not given any', {}, undefined],
    [
      'that listens beyond this machine',
      { 'listen.host': '0.0.0.0', 'issuer.baseUrl': 'https://sts.example.org' },
      { createDevelopmentPages: createBadTokenPages },
    ],
  ])('%s treats their addresses like any other', async (_, settings, overrides) => {
    await using plain = await startTestServer({
      settings,
      ...(overrides !== undefined && { overrides }),
    })
    const itsSecret = formatDevelopmentSecret(plain.data.masterKey)
    const url = `http://127.0.0.1:${plain.port}`
    for (const path of ['/dev/bad-tokens', `/dev/${itsSecret}/bad-tokens/good-es384`]) {
      const [known, unknown] = await Promise.all(
        [path, '/nothing/here'].map(each => fetch(url + each, { redirect: 'manual' })),
      )
      expect(known?.status).toBe(unknown?.status)
      expect(await known?.text()).toBe('')
    }
  })
})
