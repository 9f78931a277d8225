import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSelfSigned } from '../http/test/self-signed.ts'
import { createHttpsFetch, type HttpsFetchDeps, MAX_DOCUMENT_BYTES } from './https-fetch.ts'
import { KeySourceError } from './issuer-documents.ts'
import {
  type Responder,
  sendForever,
  sendNothing,
  sendStatus,
  sendText,
  startIdpServer,
} from './test/idp-server.ts'

const certificate = createSelfSigned('idp.test')
const idp = await startIdpServer()
const tlsIdp = await startIdpServer(certificate)
afterAll(() => Promise.all([idp.close(), tlsIdp.close()]))
beforeEach(() => {
  for (const server of [idp, tlsIdp]) {
    server.asked.length = 0
    server.answers.clear()
  }
})

const NO_RESOLVERS = {
  public: () => Promise.reject(new Error('nobody asks for a public name')),
  listed: () => Promise.reject(new Error('nobody asks for a listed name')),
}
const never = new AbortController().signal

const fetchWith = (change: Partial<HttpsFetchDeps> = {}) =>
  createFetch({
    listedOrigins: [idp.origin],
    resolvers: NO_RESOLVERS,
    certificateAuthorities: null,
    ...change,
  })

/** Fetches a document for the issuer that it belongs to. */
function createFetch(deps: HttpsFetchDeps) {
  const fetchDocument = createHttpsFetch(deps)
  return (url: string, signal: AbortSignal) => fetchDocument(url, new URL(url).origin, signal)
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'none'
  } catch (error) {
    if (!(error instanceof KeySourceError)) throw error
    return `${error.reason}: ${error.message.replaceAll(/:\d{4,5}/g, ':PORT')}`
  }
}

describe('createHttpsFetch', () => {
  it('fetches a document and what the answer says of its life', async () => {
    let headers: unknown
    idp.answers.set('/keys?p=1', (request, response) => {
      headers = request.headers
      response.writeHead(200, { 'cache-control': 'max-age=300', age: '7' }).end('{"kéys":1}')
    })
    expect(await fetchWith()(`${idp.origin}/keys?p=1`, never)).toEqual({
      text: '{"kéys":1}',
      cacheControl: 'max-age=300',
      age: '7',
    })
    expect(headers).toMatchObject({ accept: 'application/json', connection: 'close' })
  })

  it.each<[string, Responder, string]>([
    [
      'a redirect',
      sendStatus(302, { location: '/elsewhere' }),
      'unusable: http://127.0.0.1:PORT answered with status 302',
    ],
    [
      'a permanent redirect',
      sendStatus(308, { location: '/elsewhere' }),
      'unusable: http://127.0.0.1:PORT answered with status 308',
    ],
    ['not found', sendStatus(404), 'unusable: http://127.0.0.1:PORT answered with status 404'],
    ['no content', sendStatus(204), 'unusable: http://127.0.0.1:PORT answered with status 204'],
    [
      'too many requests',
      sendStatus(429),
      'unreachable: http://127.0.0.1:PORT answered with status 429',
    ],
    [
      'a broken server',
      sendStatus(503),
      'unreachable: http://127.0.0.1:PORT answered with status 503',
    ],
    [
      'a document without an end',
      sendForever,
      `unusable: http://127.0.0.1:PORT sent more than ${MAX_DOCUMENT_BYTES} bytes`,
    ],
    [
      'a byte too much',
      sendText(' '.repeat(MAX_DOCUMENT_BYTES + 1)),
      `unusable: http://127.0.0.1:PORT sent more than ${MAX_DOCUMENT_BYTES} bytes`,
    ],
    [
      'bytes that are not UTF-8',
      (_, response) => response.end(Buffer.of(0x22, 0xff, 0x22)),
      'unusable: http://127.0.0.1:PORT sent a document that is not UTF-8',
    ],
    [
      'a compressed document',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}')),
      'unusable: http://127.0.0.1:PORT sent an encoded document',
    ],
    [
      'headers that are too large',
      sendText('{}', { 'x-large': 'x'.repeat(20_000) }),
      'unusable: http://127.0.0.1:PORT cannot be asked: HPE_HEADER_OVERFLOW',
    ],
    [
      'a connection that breaks at once',
      request => request.socket.destroy(),
      'unreachable: http://127.0.0.1:PORT cannot be asked: ECONNRESET',
    ],
    [
      'a document that breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '9' }).write('{')
        response.socket?.end()
      },
      'unreachable: http://127.0.0.1:PORT cannot be asked: ECONNRESET',
    ],
    [
      'another protocol',
      (_, response) =>
        response.socket?.end(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
        ),
      'unusable: http://127.0.0.1:PORT closed without an answer',
    ],
    [
      'no HTTP',
      (_, response) => response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n'),
      'unusable: http://127.0.0.1:PORT cannot be asked: HPE_INVALID_CONSTANT',
    ],
  ])('refuses %s', async (_, answer, failure) => {
    idp.answers.set('/', answer)
    expect(await failureOf(fetchWith()(`${idp.origin}/`, never))).toBe(failure)
    expect(idp.asked).toEqual(['/'])
  })

  it('reads the largest document that is allowed', async () => {
    idp.answers.set('/', sendText(' '.repeat(MAX_DOCUMENT_BYTES)))
    expect((await fetchWith()(`${idp.origin}/`, never)).text).toHaveLength(MAX_DOCUMENT_BYTES)
  })

  it.each<[string, Responder]>([
    ['answers nothing', sendNothing],
    ['stops in the middle', (_, response) => void response.writeHead(200).write('{')],
    ['sends interim answers', (_, response) => response.writeProcessing()],
  ])('gives up, when the signal says so, on a server that %s', async (_, answer) => {
    idp.answers.set('/', answer)
    const controller = new AbortController()
    const fetched = failureOf(fetchWith()(`${idp.origin}/`, controller.signal))
    await expect.poll(() => idp.asked).toEqual(['/'])
    controller.abort()
    expect(await fetched).toBe('unreachable: http://127.0.0.1:PORT took too long')
  })

  it('does not begin after the signal', async () => {
    idp.answers.set('/', sendText('{}'))
    const fetched = fetchWith()(`${idp.origin}/`, AbortSignal.abort())
    expect(await failureOf(fetched)).toBe('unreachable: http://127.0.0.1:PORT took too long')
    expect(idp.asked).toEqual([])
  })

  it('says when nobody listens', async () => {
    const closed = createServer()
    await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve))
    const address = closed.address()
    await new Promise(resolve => closed.close(resolve))
    if (address === null || typeof address === 'string') throw new Error('it has a port')
    const origin = `http://127.0.0.1:${address.port}`
    expect(await failureOf(fetchWith({ listedOrigins: [origin] })(origin, never))).toBe(
      'unreachable: http://127.0.0.1:PORT cannot be asked: ECONNREFUSED',
    )
  })
})

describe('addresses', () => {
  it('connects to the addresses that were resolved once, and asks no one else', async () => {
    tlsIdp.answers.set('/', sendText('{}'))
    const origin = `https://idp.test:${tlsIdp.port}`
    const listed = vi.fn(async () => ['127.0.0.1'])
    const fetchDocument = fetchWith({
      listedOrigins: [origin],
      resolvers: { ...NO_RESOLVERS, listed },
      certificateAuthorities: certificate.cert,
    })
    expect((await fetchDocument(`${origin}/`, never)).text).toBe('{}')
    expect(listed.mock.calls).toEqual([['idp.test', never]])
  })

  it('tries another address when one does not answer', async () => {
    idp.answers.set('/', sendText('{}'))
    const origin = `http://idp.test:${idp.port}`
    const listed = async () => ['::1', '127.0.0.1']
    const fetchDocument = fetchWith({
      listedOrigins: [origin],
      resolvers: { ...NO_RESOLVERS, listed },
    })
    expect((await fetchDocument(`${origin}/`, never)).text).toBe('{}')
  })

  it.each([
    ['127.0.0.1', ['127.0.0.1']],
    ['10.0.0.1', ['8.8.8.8', '10.0.0.1']],
    ['::1', ['2606:4700::1111', '::1']],
    ['169.254.169.254', ['169.254.169.254']],
    ['64:ff9b::7f00:1', ['64:ff9b::7f00:1']],
  ])('refuses a public name that leads to %s', async (hidden, addresses) => {
    const resolvers = { ...NO_RESOLVERS, public: async () => addresses }
    expect(await failureOf(fetchWith({ resolvers })('https://idp.example.com/', never))).toBe(
      `unusable: idp.example.com is at ${hidden}, which is not public, and not a listed origin`,
    )
  })

  it('does not ask a listed server for an issuer of another origin', async () => {
    const deps = {
      listedOrigins: [idp.origin],
      resolvers: NO_RESOLVERS,
      certificateAuthorities: null,
    }
    const fetched = createHttpsFetch(deps)(`${idp.origin}/`, 'https://idp.example.com', never)
    expect(await failureOf(fetched)).toBe(
      'unusable: http://127.0.0.1:PORT is listed, but not for https://idp.example.com, which is another origin',
    )
    expect(idp.asked).toEqual([])
  })

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00::1]/',
    'https://169.254.169.254/latest/meta-data/',
  ])('refuses %s without asking for a name', async url => {
    expect(await failureOf(fetchWith()(url, never))).toMatch(/^unusable: .* which is not public/)
  })

  it('passes on that a name has no address', async () => {
    const unresolved = new KeySourceError('unreachable', 'idp.example.com has no address')
    const resolvers = { ...NO_RESOLVERS, public: () => Promise.reject(unresolved) }
    expect(await failureOf(fetchWith({ resolvers })('https://idp.example.com/', never))).toBe(
      'unreachable: idp.example.com has no address',
    )
  })

  it('refuses a list with anything but origins', () => {
    expect(() => fetchWith({ listedOrigins: ['https://idp.internal/path'] })).toThrow(RangeError)
  })
})

describe('certificates', () => {
  const fetchFrom = (host: string, certificateAuthorities: string | null) => {
    const origin = `https://${host}:${tlsIdp.port}`
    const resolvers = { ...NO_RESOLVERS, listed: async () => ['127.0.0.1'] }
    const deps = { listedOrigins: [origin], resolvers, certificateAuthorities }
    return failureOf(fetchWith(deps)(`${origin}/`, never))
  }

  it.each([
    ['idp.test', certificate.cert, 'none'],
    [
      'idp.test',
      null,
      'unusable: https://idp.test:PORT cannot be asked: DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
    [
      'idp.test',
      createSelfSigned('idp.test').cert,
      'unusable: https://idp.test:PORT cannot be asked: DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
    [
      'other.test',
      certificate.cert,
      'unusable: https://other.test:PORT cannot be asked: ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ])('checks that of %s', async (host, authorities, failure) => {
    tlsIdp.answers.set('/', sendText('{}'))
    expect(await fetchFrom(host, authorities)).toBe(failure)
    expect(tlsIdp.asked).toEqual(failure === 'none' ? ['/'] : [])
  })
})
