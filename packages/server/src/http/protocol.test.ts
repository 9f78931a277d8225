import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ask, connectRaw } from './test/raw-client.ts'
import { NOW_TEXT, OK, startServer } from './test/start-server.ts'

const HOST = 'Host: sts.example\r\n'
const POST = `POST / HTTP/1.1\r\n${HOST}`
const NEXT = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'

describe('refused, and the connection with it', () => {
  test.each([
    [
      'length and chunks',
      `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'chunks and length',
      `${POST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['two lengths', `${POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\na`, 400],
    ['two equal lengths', `${POST}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`, 400],
    ['a list of lengths', `${POST}Content-Length: 1, 1\r\n\r\na`, 400],
    ['a signed length', `${POST}Content-Length: +1\r\n\r\na`, 400],
    ['a negative length', `${POST}Content-Length: -1\r\n\r\na`, 400],
    ['a hexadecimal length', `${POST}Content-Length: 0x1\r\n\r\na`, 400],
    ['a folded header', `${POST}X-A: b\r\n c\r\n\r\n`, 400],
    ['a folded encoding', `${POST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`, 400],
    ['chunked twice', `${POST}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`, 400],
    [
      'two encodings',
      `${POST}Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      501,
    ],
    ['a coding under the chunks', `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501],
    ['an unknown encoding', `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 501],
    [
      'chunks in HTTP/1.0',
      `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a chunk size that is none', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    [
      'a chunk size with a bare LF',
      `${POST}Transfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n`,
      400,
    ],
    [
      'a chunk longer than its size',
      `${POST}Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n`,
      400,
    ],
    [
      'huge chunk extensions',
      `${POST}Transfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(20_000)}\r\nx\r\n0\r\n\r\n`,
      413,
    ],
    [
      'huge trailers',
      `${POST}Transfer-Encoding: chunked\r\n\r\n0\r\nA: ${'b'.repeat(20_000)}\r\n\r\n`,
      400,
    ],
    ['bare line feeds', 'GET / HTTP/1.1\nHost: x\n\n', 400],
    ['a bare carriage return', `GET / HTTP/1.1\r\n${HOST}A: b\rC: d\r\n\r\n`, 400],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n', 400],
    ['a header without a name', `GET / HTTP/1.1\r\n${HOST}: x\r\n\r\n`, 400],
    ['NUL in a header', `GET / HTTP/1.1\r\n${HOST}A: b\0c\r\n\r\n`, 400],
    ['a space in the target', `GET /a b HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n', 400],
    ['two equal hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', 400],
    ['an unknown method', `FOO / HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['HTTP/2 in clear', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['HTTP/2.0 as a version', `GET / HTTP/2.0\r\n${HOST}\r\n`, 505],
    ['HTTP/0.9 as a version', `GET / HTTP/0.9\r\n${HOST}\r\n`, 505],
    ['a request without a version', 'GET /\r\n\r\n', 505],
    ['an unknown version', `GET / HTTP/1.2\r\n${HOST}\r\n`, 400],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ])('%s', async (_, bytes, status) => {
    const { port, requests, log } = await startServer()
    const client = await connectRaw(port)
    client.send(bytes + NEXT)
    expect(await client.readAnswer()).toEqual({
      status,
      headers: { date: NOW_TEXT, connection: 'close', 'content-length': '0' },
      body: '',
    })
    await client.closed
    expect(client.rest).toBe('')
    expect(requests).toEqual([])
    expect(log).toEqual([])
  })
})

describe('accepted', () => {
  test('HTTP/1.0, as proxies speak it, with the connection closed after it', async () => {
    const { port, requests } = await startServer()
    const client = await connectRaw(port)
    client.send('GET / HTTP/1.0\r\n\r\n')
    expect(await client.readAnswer()).toMatchObject({
      status: 200,
      headers: { connection: 'close' },
    })
    await client.closed
    expect(requests).toHaveLength(1)
  })

  test('a body that its client first asks leave for', async () => {
    const { port, requests } = await startServer()
    const client = await connectRaw(port)
    client.send(`${POST}Expect: 100-continue\r\nContent-Length: 1\r\n\r\n`)
    expect(await client.readAnswer()).toMatchObject({ status: 100 })
    client.send('x')
    expect(await client.readAnswer()).toMatchObject({ status: 200 })
    expect(requests).toHaveLength(1)
  })

  test('several requests on one connection, one after the other', async () => {
    const { port, requests } = await startServer()
    const client = await connectRaw(port)
    for (const path of ['/1', '/2', '/3']) {
      client.send(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`)
      expect(await client.readAnswer()).toMatchObject({ status: 200 })
    }
    expect(requests.map(({ target }) => target)).toEqual(['/1', '/2', '/3'])
  })

  test('pipelined requests, answered in their order whichever is done first', async () => {
    const first = Promise.withResolvers<void>()
    const { port } = await startServer({
      handle: async ({ target }) => {
        if (target === '/1') await first.promise
        else first.resolve()
        return { ...OK, body: target }
      },
    })
    const client = await connectRaw(port)
    client.send(
      `GET /1 HTTP/1.1\r\n${HOST}\r\n${POST}Content-Length: 1\r\n\r\nxGET /3 HTTP/1.1\r\n${HOST}\r\n`,
    )
    expect(await client.readAnswer()).toMatchObject({ body: '/1' })
    expect(await client.readAnswer()).toMatchObject({ body: '/' })
    expect(await client.readAnswer()).toMatchObject({ body: '/3' })
  })
})

describe('requests behind one that is not answered yet', () => {
  const GET = 'GET /next HTTP/1.1\r\nHost: x\r\n\r\n'
  // What each takes: `Host`, `x` and the path that the framework is shown.
  const QUEUED_BYTES = 4096 + 'Hostx/'.length

  async function startHeld(maxQueuedBytes: number) {
    const held = Promise.withResolvers<typeof OK>()
    const started = await startServer({
      limits: { maxQueuedBytes },
      handle: ({ target }) => (target === '/held' ? held.promise : Promise.resolve(OK)),
    })
    const client = await connectRaw(started.port)
    client.send(`GET /held HTTP/1.1\r\n${HOST}\r\n`)
    await expect.poll(() => started.requests.length, { interval: 1 }).toBe(1)
    return { ...started, client, release: () => held.resolve(OK) }
  }

  test('have room for so many bytes, and all of it again when they are answered', async () => {
    const { client, requests, release } = await startHeld(3 * QUEUED_BYTES)
    client.send(GET.repeat(3))
    await expect.poll(() => requests.length, { interval: 1 }).toBe(4)
    release()
    for (let count = 0; count < 4; count += 1) {
      expect(await client.readAnswer()).toMatchObject({ status: 200 })
    }
    client.send(GET.repeat(4))
    for (let count = 0; count < 4; count += 1) {
      expect(await client.readAnswer()).toMatchObject({ status: 200 })
    }
  })

  test('cost their connection beyond, and nobody else anything', async () => {
    const { client, port, server, requests, release } = await startHeld(3 * QUEUED_BYTES)
    client.send(GET.repeat(4))
    await client.closed
    expect(client.rest).toBe('')
    expect(requests.length).toBeLessThanOrEqual(4)
    expect(server.readLoad().refusedForMemory).toBe(1)
    expect(await ask(port, GET)).toMatchObject({ status: 200 })
    release()
    const next = await connectRaw(port)
    next.send(GET.repeat(4))
    for (let count = 0; count < 4; count += 1) {
      expect(await next.readAnswer()).toMatchObject({ status: 200 })
    }
  })

  test('count their heads', async () => {
    const { client } = await startHeld(3 * QUEUED_BYTES)
    client.send(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(2 * QUEUED_BYTES)}\r\n\r\n`)
    await client.closed
  })
})

describe('what follows the last request of a connection is not acted on', () => {
  test.each([
    ['HTTP/1.1', `GET /1 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`],
    ['HTTP/1.0', 'GET /1 HTTP/1.0\r\n\r\n'],
  ])('%s', async (_, last) => {
    const { port, requests } = await startServer()
    const client = await connectRaw(port)
    client.send(last + NEXT)
    expect(await client.readAnswer()).toMatchObject({ headers: { connection: 'close' } })
    await client.closed
    expect(requests.map(({ target }) => target)).toEqual(['/1'])
  })
})

describe('a request and garbage behind it', () => {
  test.each([
    ['no request at all', '\x00garbage\r\n\r\n'],
    ['a body that breaks', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
  ])('%s: the request is answered first', async (_, garbage) => {
    const held = Promise.withResolvers<typeof OK>()
    const { port, requests } = await startServer({ handle: () => held.promise })
    const client = await connectRaw(port)
    client.send(`GET /1 HTTP/1.1\r\n${HOST}\r\n${garbage}`)
    await expect.poll(() => requests.length, { interval: 1 }).toBe(1)
    held.resolve(OK)
    expect(await client.readAnswer()).toMatchObject({ status: 200 })
    expect(await client.readAnswer()).toMatchObject({ status: 400 })
    await client.closed
    expect(client.rest).toBe('')
  })
})

test('no answer names what the server is made of', async () => {
  const { port } = await startServer()
  const answer = await ask(port, `GET / HTTP/1.1\r\n${HOST}\r\n`)
  expect(Object.keys(answer?.headers ?? {}).sort()).toEqual([
    'connection',
    'content-length',
    'content-type',
    'date',
    'keep-alive',
  ])
})

test('whatever is sent, each answer is one that the pipeline gave, or bare', async () => {
  const { port, log } = await startServer()
  const text = `${POST}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`
  const edit = fc.record({
    at: fc.nat(text.length),
    removed: fc.nat(3),
    added: fc.string({
      unit: fc.constantFrom('\0', ' ', '\r', '\n', ':', '%', '/', '.', '\xff', 'a'),
    }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 3 }), async edits => {
      const bytes = edits.reduce(
        (sent, { at, removed, added }) => sent.slice(0, at) + added + sent.slice(at + removed),
        text,
      )
      const client = await connectRaw(port)
      client.send(bytes)
      client.socket.end()
      for (let answer = await client.readAnswer(); answer; answer = await client.readAnswer()) {
        expect([200, 302, 400, 413, 501, 505]).toContain(answer.status)
        expect(answer.body).toBe(answer.status === 200 ? '<ok/>' : '')
      }
      expect(client.rest).toBe('')
    }),
    { numRuns: 200 },
  )
  expect(log).toEqual([])
})
