import { describe, expect, test } from 'vitest'
import { ask, connectRaw } from './test/raw-client.ts'
import { NOW_TEXT, OK, startServer } from './test/start-server.ts'

const HOST = 'Host: sts.example\r\n'

describe('what the pipeline is handed', () => {
  test('method, target, headers with repeats and case, body bytes, peer and transport', async () => {
    const { port, requests } = await startServer()
    const body = Buffer.from([0x41, 0xff, 0x00, 0x25, 0x0d, 0x0a])
    await ask(
      port,
      Buffer.concat([
        Buffer.from(
          `POST //tenant/sts/?b=%2f&a=+&a HTTP/1.1\r\nHOST: sts.example\r\nX-a:  one\r\nx-A: two \r\nX-Forwarded-For: 192.0.2.1\r\nContent-Length: 6\r\n\r\n`,
        ),
        body,
      ]),
    )
    expect(requests).toEqual([
      {
        method: 'POST',
        target: '//tenant/sts/?b=%2f&a=+&a',
        rawHeaders: [
          ...['HOST', 'sts.example', 'X-a', 'one', 'x-A', 'two'],
          ...['X-Forwarded-For', '192.0.2.1', 'Content-Length', '6'],
        ],
        body,
        sourceIp: '127.0.0.1',
        secureTransport: false,
      },
    ])
  })

  test.each([
    ['no content type', ''],
    ['JSON that is none', 'Content-Type: application/json\r\n'],
    ['a form', 'Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n'],
    ['a content type that cannot be read', 'Content-Type: @@;;=\r\n'],
    ['an encoding', 'Content-Encoding: gzip\r\n'],
    ['a version to accept', 'Accept-Version: 7\r\n'],
    ['an unknown expectation', 'Expect: wonders\r\n'],
    ['an upgrade that is not on offer', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'],
  ])('the body with %s', async (_, header) => {
    const { port, requests } = await startServer()
    const answer = await ask(
      port,
      `POST / HTTP/1.1\r\n${HOST}${header}Content-Length: 3\r\n\r\n{a=`,
    )
    expect(answer).toMatchObject({ status: 200, body: '<ok/>' })
    expect(requests.map(({ body }) => Buffer.from(body).toString())).toEqual(['{a='])
  })

  test('the body of a GET', async () => {
    const { port, requests } = await startServer()
    await ask(port, `GET / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`)
    expect(requests.map(({ body }) => Buffer.from(body).toString())).toEqual(['abc'])
  })

  test('a body in chunks, without their extensions and trailers', async () => {
    const { port, requests } = await startServer()
    const head = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: Chunked\r\n\r\n`
    await ask(port, `${head}2;x=y\r\nab\r\n1\r\nc\r\n0\r\nX-Late: 1\r\n\r\n`)
    expect(requests.map(({ body }) => Buffer.from(body).toString())).toEqual(['abc'])
    expect(requests[0]?.rawHeaders).not.toContain('X-Late')
  })

  test.each([
    ['no length', ''],
    ['length 0', 'Content-Length: 0\r\n'],
  ])('no body with %s', async (_, header) => {
    const { port, requests } = await startServer()
    expect(await ask(port, `POST / HTTP/1.1\r\n${HOST}${header}\r\n`)).toMatchObject({
      status: 200,
    })
    expect(requests[0]?.body).toHaveLength(0)
  })

  test('every header, however many there are', async () => {
    const { port, requests } = await startServer()
    await ask(port, `GET / HTTP/1.1\r\n${HOST}${'a: \r\n'.repeat(3000)}\r\n`)
    expect(requests[0]?.rawHeaders).toHaveLength(6002)
  })
})

describe('what the client gets', () => {
  test('status, headers and bytes of the answer, the date of the clock, and nothing else', async () => {
    const { port } = await startServer({
      handle: async () => ({
        status: 403,
        headers: { 'content-type': 'text/xml', 'x-amzn-RequestId': 'id' },
        body: '<é/>\n',
      }),
    })
    const answer = await ask(port, `GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`)
    expect(answer).toEqual({
      status: 403,
      headers: {
        'content-type': 'text/xml',
        'x-amzn-requestid': 'id',
        date: NOW_TEXT,
        'content-length': '6',
        connection: 'close',
      },
      body: Buffer.from('<é/>\n').toString('latin1'),
    })
  })

  test('a bare answer has length 0 and no content type', async () => {
    const { port } = await startServer({
      handle: async () => ({ status: 302, headers: { location: 'https://x.example' }, body: '' }),
    })
    const answer = await ask(port, `GET / HTTP/1.1\r\n${HOST}\r\n`)
    expect(answer).toMatchObject({
      status: 302,
      headers: { location: 'https://x.example', 'content-length': '0' },
    })
    expect(answer?.headers).not.toHaveProperty('content-type')
  })

  test.each([
    [250, NOW_TEXT],
    [249, NOW_TEXT],
    [1250, 'Sun, 22 Nov 2026 20:12:21 GMT'],
    [-86_400_000, 'Sat, 21 Nov 2026 20:12:19 GMT'],
  ])('the date follows the clock by %d ms', async (shiftMs, expected) => {
    const { port, clock } = await startServer()
    await ask(port, `GET / HTTP/1.1\r\n${HOST}\r\n`)
    clock.moveBy(shiftMs)
    const answer = await ask(port, `GET / HTTP/1.1\r\n${HOST}\r\n`)
    expect(answer?.headers['date']).toBe(
      shiftMs === 250 ? 'Sun, 22 Nov 2026 20:12:20 GMT' : expected,
    )
  })

  test('a bare 500 when the pipeline breaks its word, and the log has the cause', async () => {
    const cause = new Error('a secret cause')
    const { port, log } = await startServer({ handle: () => Promise.reject(cause) })
    const answer = await ask(port, `GET /?a=token HTTP/1.1\r\n${HOST}\r\n`)
    expect(answer).toMatchObject({ status: 500, headers: { 'content-length': '0' }, body: '' })
    expect(log).toEqual([
      {
        level: 'error',
        fields: { err: cause, method: 'GET' },
        message: 'request failed outside the pipeline',
      },
    ])
  })

  test('a bare 500 when the answer cannot be written', async () => {
    const { port, log } = await startServer({
      handle: async () => ({ ...OK, headers: { 'x-broken': 'a\r\nb' } }),
    })
    expect(await ask(port, `GET / HTTP/1.1\r\n${HOST}\r\n`)).toMatchObject({
      status: 500,
      body: '',
    })
    expect(log).toHaveLength(1)
  })
})

describe('methods', () => {
  test.each(['HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE', 'QUERY'])(
    '%s is sent to the documentation',
    async method => {
      const { port, requests } = await startServer()
      const answer = await ask(port, `${method} /sts?Action=x HTTP/1.1\r\n${HOST}\r\n`)
      expect(answer).toMatchObject({
        status: 302,
        headers: { location: 'https://aws.amazon.com/iam', 'content-length': '0', date: NOW_TEXT },
        body: '',
      })
      expect(requests).toEqual([])
    },
  )

  test('a body that comes with it is passed over', async () => {
    const { port } = await startServer()
    const client = await connectRaw(port)
    client.send(`PUT / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\n`)
    expect(await client.readAnswer()).toMatchObject({
      status: 302,
      headers: { connection: 'close' },
    })
    client.send('GET /')
    await client.closed
    expect(client.rest).toBe('')
  })
})

describe('targets', () => {
  test.each(['/', '//', '/sts', '/a/../b', '/?x=%zz&%', '/livez/', '/?#', '/a\'%20"<>'])(
    '%s reaches the pipeline as it came',
    async target => {
      const { port, requests } = await startServer()
      expect(await ask(port, `GET ${target} HTTP/1.1\r\n${HOST}\r\n`)).toMatchObject({
        status: 200,
      })
      expect(requests.map(request => request.target)).toEqual([target])
    },
  )

  test.each([
    ['a broken escape', 'GET /%zz'],
    ['a cut escape', 'GET /a%2'],
    ['above the root', 'GET /a/../..'],
    ['above the root, escaped', 'GET /%2e%2E/'],
    ['a fragment', 'GET /a#b'],
    ['absolute form of another host', 'GET http://other.example/'],
    ['asterisk form', 'OPTIONS *'],
    ['authority form', 'CONNECT sts.example:443'],
    ['bytes beyond ASCII', 'GET /\xc3\xa9'],
    ['before the method is looked at', 'PUT /%zz'],
  ])('%s: 400 without a body', async (_, start) => {
    const { port, requests } = await startServer()
    const answer = await ask(port, `${start} HTTP/1.1\r\n${HOST}\r\n`)
    expect(answer).toMatchObject({
      status: 400,
      headers: { 'content-length': '0', date: NOW_TEXT },
      body: '',
    })
    expect(requests).toEqual([])
  })
})
