import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSelfSigned, createSignedBy } from '../../http/test/self-signed.ts'
import { type HttpStore, startHttpStore } from '../test/http-store.ts'
import { createObject, describeTarget } from '../test/target-conformance.ts'
import { createTargetDeps } from '../test/target-deps.ts'
import { HTTP } from './http-target.ts'

const PATH = '1/.well-known/jwks.json'

describeTarget('http', async () => {
  const store = await startHttpStore()
  const open = () => HTTP.open('web', { url: `${store.url}/keys` }, createTargetDeps())
  return { target: open(), other: open(), close: () => store.close() }
})

describe('a target over HTTP', () => {
  let store: HttpStore
  let directory: string

  beforeEach(async () => {
    store = await startHttpStore()
    directory = mkdtempSync(join(tmpdir(), 'credence-http-'))
  })
  afterEach(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })

  const open = (settings: object = {}, env: Record<string, string> = {}) =>
    HTTP.open('web', { url: store.url, ...settings }, createTargetDeps({ env, timeoutMs: 2000 }))
  const write = (text: string, content: string): string => {
    const path = join(directory, text)
    writeFileSync(path, content)
    return path
  }

  it('sends type, cache header and condition', async () => {
    await open().write(PATH, createObject('one'), { kind: 'absent' })
    expect(store.requests[0]).toMatchObject({
      method: 'PUT',
      path: `/${PATH}`,
      headers: {
        'if-none-match': '*',
        'content-type': 'application/json',
        'cache-control': 'public, max-age=300, must-revalidate',
      },
    })
    expect(store.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it('reads a credential for each request, so that a new one is taken', async () => {
    const tokenFile = write('token', 'old\n')
    const target = open({ tokenFile })
    await target.read(PATH)
    write('token', 'new\n')
    await target.read(PATH)
    await open({ tokenEnv: 'TOKEN' }, { TOKEN: 'of a variable' }).read(PATH)
    const passwordFile = write('password', 'secret\n')
    await open({ username: 'credence', passwordFile }).read(PATH)
    expect(store.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer old',
      'Bearer new',
      'Bearer of a variable',
      `Basic ${Buffer.from('credence:secret').toString('base64')}`,
    ])
  })

  it.each([
    [{ tokenEnv: 'TOKEN' }, 'the variable TOKEN is not set'],
    [{ tokenFile: '/none' }, '/none cannot be read: ENOENT'],
  ])('asks nobody without its credential: %j', async (settings, message) => {
    await expect(open(settings).read(PATH)).rejects.toMatchObject({ reason: 'refused', message })
    expect(store.requests).toEqual([])
  })

  it.each([
    [
      301,
      'refused',
      /status 301 to https:\/\/elsewhere\.example\/, and redirects are not followed$/,
    ],
    [401, 'refused', /status 401/],
    [403, 'refused', /status 403/],
    [429, 'unreachable', /status 429/],
    [503, 'unreachable', /status 503/],
  ])('takes status %d for trouble, not for absence', async (status, reason, message) => {
    store.intercept = (_request, response) => {
      response.writeHead(status, { location: 'https://elsewhere.example/' }).end('{"secret":1}')
      return true
    }
    const target = open()
    const error = { reason, message: expect.stringMatching(message) }
    await expect(target.read(PATH)).rejects.toMatchObject(error)
    const write = target.write(PATH, createObject('one'), { kind: 'absent' })
    await expect(write).rejects.toMatchObject(error)
    const removal = target.remove(PATH, { kind: 'matches', tag: '"1"' })
    await expect(removal).rejects.toMatchObject(error)
  })

  it('takes a conflict for somebody else who writes', async () => {
    store.intercept = (_request, response) => {
      response.writeHead(409).end()
      return true
    }
    expect(await open().write(PATH, createObject('one'), { kind: 'absent' })).toBe('changed')
  })

  it.each([
    [{}, /no ETag/],
    [{ etag: 'W/"1"' }, /a weak ETag/],
  ])('writes nothing where no write can be conditional: %j', async (headers, message) => {
    store.intercept = (_request, response) => {
      response.writeHead(200, headers).end('{}')
      return true
    }
    await expect(open().read(PATH)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(message),
    })
  })

  it('gives up when the answer is not whole in time, or was cut', async () => {
    store.intercept = (_request, response) => {
      response.writeHead(200, { etag: '"1"', 'content-length': '10' }).write('half')
      return true
    }
    const target = HTTP.open('web', { url: store.url }, createTargetDeps({ timeoutMs: 50 }))
    await expect(target.read(PATH)).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringMatching(/did not answer in time$/),
    })
    store.intercept = (_request, response) => {
      response.writeHead(200, { etag: '"1"', 'content-length': '10' }).write('half')
      setImmediate(() => response.destroy())
      return true
    }
    await expect(open().read(PATH)).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it('says that nobody is there', async () => {
    const { url } = store
    const gone = await startHttpStore()
    await gone.close()
    expect(url).not.toBe(gone.url)
    const target = HTTP.open('web', { url: gone.url }, createTargetDeps())
    await expect(target.read(PATH)).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it('trusts an authority of its own, shows its certificate, and else nobody', async () => {
    const authority = createSelfSigned('an authority')
    const { cert, key } = createSignedBy(authority, 'an authority', 'localhost')
    const secured = await startHttpStore({
      cert,
      key,
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    })
    try {
      const client = createSignedBy(authority, 'an authority', 'credence')
      const files = {
        caFile: write('ca.pem', authority.cert),
        clientCertFile: write('client.pem', client.cert),
        clientKeyFile: write('client.key', client.key),
      }
      const openSecured = (settings: object) =>
        HTTP.open('web', { url: secured.url, ...settings }, createTargetDeps())
      expect(await openSecured(files).read(PATH)).toBeNull()
      await expect(openSecured({}).read(PATH)).rejects.toMatchObject({ reason: 'refused' })
      const { caFile } = files
      await expect(openSecured({ caFile }).read(PATH)).rejects.toThrow(/cannot be asked/)
    } finally {
      await secured.close()
    }
  })
})

it.each([
  [{ url: 'https://keys.example/base' }, null],
  [{ url: 'http://localhost:8080' }, null],
  [{ url: 'keys.example' }, /needs a `url`/],
  [{ url: 'http://keys.example' }, /without TLS/],
  [{ url: 'https://keys.example/' }, /without a slash/],
  [{ url: 'https://keys.example/a?b' }, /without query/],
  [{ url: 'https://a:b@keys.example' }, /a password in its `url`/],
  [{ tokenFile: 'a', tokenEnv: 'A' }, /takes one of/],
  [{ username: 'a' }, /needs `username` and/],
  [{ passwordEnv: 'A' }, /needs `username` and/],
  [{ username: 'a', passwordEnv: 'A' }, null],
  [{ clientCertFile: 'a' }, /needs `clientCertFile` and `clientKeyFile` together/],
])('finds what settings cannot be: %j', (settings, fault) => {
  const found = HTTP.findFault({ url: 'https://keys.example', ...settings })
  if (fault === null) expect(found).toBeNull()
  else expect(found).toMatch(fault)
})
