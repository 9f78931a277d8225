import { describe, expect, test } from 'vitest'
import { ask, connectRaw } from './test/raw-client.ts'
import { NOW_TEXT, OK, OVERLOAD, startServer } from './test/start-server.ts'

const HOST = 'Host: sts.example\r\n'

function chunked(...chunks: readonly string[]): string {
  return [...chunks, ''].map(chunk => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')
}

describe('the head', () => {
  const SIGNED_HEADERS = 514 - 'GET /? HTTP/1.1\r\n\r\n'.length - HOST.length

  test.each([
    [15_870, 200],
    [15_871, 400],
  ])('a query of %d bytes beside 514 others: %d', async (queryBytes, status) => {
    const { port } = await startServer()
    const padding = `X-Pad: ${'p'.repeat(SIGNED_HEADERS - 'X-Pad: \r\n'.length)}\r\n`
    const answer = await ask(
      port,
      `GET /?${'q'.repeat(queryBytes)} HTTP/1.1\r\n${HOST}${padding}\r\n`,
    )
    expect(answer).toMatchObject({ status, headers: { date: NOW_TEXT } })
    expect(answer?.body).toBe(status === 200 ? '<ok/>' : '')
  })

  test.each([
    [15_870, 200],
    [15_871, 400],
  ])('a query of %d bytes beside hardly any: %d', async (queryBytes, status) => {
    const { port } = await startServer()
    const answer = await ask(port, `GET /?${'q'.repeat(queryBytes)} HTTP/1.1\r\n${HOST}\r\n`)
    expect(answer).toMatchObject({ status })
  })

  test.each([
    [16_384, 200],
    [16_385, 400],
    [70_000, 400],
    [400_000, 400],
  ])('%d bytes in all: %d', async (headBytes, status) => {
    const { port } = await startServer()
    const before = `GET / HTTP/1.1\r\n${HOST}X-Pad: `
    const head = `${before}${'p'.repeat(headBytes - before.length - 4)}\r\n\r\n`
    expect(head).toHaveLength(headBytes)
    const answer = await ask(port, head)
    expect(answer).toMatchObject({ status, headers: { date: NOW_TEXT } })
  })

  test('the limit is a setting', async () => {
    const { port } = await startServer({ limits: { maxHeadBytes: 2000 } })
    const get = (bytes: number) => ask(port, `GET /?${'q'.repeat(bytes)} HTTP/1.1\r\n${HOST}\r\n`)
    expect(await get(1486)).toMatchObject({ status: 200 })
    expect(await get(1487)).toMatchObject({ status: 400 })
  })
})

describe('the body', () => {
  const MAX = 10_000_000

  test('10,000,000 bytes reach the pipeline', async () => {
    const { port, requests } = await startServer()
    const client = await connectRaw(port)
    client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: ${MAX}\r\n\r\n`)
    client.send(Buffer.alloc(MAX, 0x61))
    expect(await client.readAnswer()).toMatchObject({ status: 200 })
    expect(requests[0]?.body).toHaveLength(MAX)
  })

  test('10,000,001 bytes: 413 without a body, also for a client that reads only when it has sent all', async () => {
    const { port, requests } = await startServer()
    const client = await connectRaw(port)
    client.socket.pause()
    client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: ${MAX + 1}\r\n\r\n`)
    await new Promise(resolve => client.socket.write(Buffer.alloc(MAX + 1, 0x61), resolve))
    client.socket.resume()
    expect(await client.readAnswer()).toMatchObject({
      status: 413,
      headers: { 'content-length': '0', connection: 'close', date: NOW_TEXT },
      body: '',
    })
    await client.closed
    expect(requests).toEqual([])
  })

  test('an announced length is refused before the body comes', async () => {
    const { port } = await startServer({ limits: { maxBodyBytes: 10 } })
    const answer = await ask(port, `POST / HTTP/1.1\r\n${HOST}Content-Length: 11\r\n\r\n`)
    expect(answer).toMatchObject({ status: 413 })
  })

  test.each([
    [['12345', '67890'], 200],
    [['12345', '678901'], 413],
  ])('chunks %j: %d', async (chunks, status) => {
    const { port, requests } = await startServer({ limits: { maxBodyBytes: 10 } })
    const head = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`
    expect(await ask(port, head + chunked(...chunks))).toMatchObject({ status })
    expect(requests).toHaveLength(status === 200 ? 1 : 0)
  })

  test('whoever goes on and on is cut off', async () => {
    const { port } = await startServer({ limits: { maxBodyBytes: 1000 } })
    const client = await connectRaw(port)
    client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: 1000000000\r\n\r\n`)
    expect(await client.readAnswer()).toMatchObject({ status: 413 })
    client.send('x'.repeat(2000))
    await client.closed
  })

  test('a client that goes away in the middle leaves no trace', async () => {
    const { port, requests, log } = await startServer({ limits: { maxRequestsInFlight: 1 } })
    const client = await connectRaw(port)
    client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\n123`)
    client.socket.resetAndDestroy()
    await client.closed
    const answer = await ask(port, `GET / HTTP/1.1\r\n${HOST}\r\n`)
    expect(answer).toMatchObject({ status: 200 })
    expect(requests).toHaveLength(1)
    expect(log).toEqual([])
  })
})

describe('calls in flight', () => {
  /** A server with one place, which is taken until told otherwise. */
  async function startFull() {
    const held = Promise.withResolvers<typeof OK>()
    const entered = Promise.withResolvers<void>()
    const started = await startServer({
      limits: { maxRequestsInFlight: 1 },
      handle: ({ target }) => {
        entered.resolve()
        return target === '/held' ? held.promise : Promise.resolve(OK)
      },
    })
    const first = ask(started.port, `GET /held HTTP/1.1\r\n${HOST}\r\n`)
    await entered.promise
    return { ...started, first, finish: () => held.resolve(OK) }
  }

  test('one over the limit is refused on the wire; health and the next one are not', async () => {
    const { port, requests, first, finish } = await startFull()
    const get = `GET / HTTP/1.1\r\n${HOST}\r\n`
    expect(await ask(port, get)).toMatchObject({
      status: OVERLOAD.status,
      headers: { 'content-type': 'text/xml', 'content-length': '12' },
      body: OVERLOAD.body,
    })
    expect(requests).toHaveLength(1)
    expect(await ask(port, `GET /livez HTTP/1.1\r\n${HOST}\r\n`)).toMatchObject({ status: 200 })
    finish()
    expect(await first).toMatchObject({ status: 200 })
    expect(await ask(port, get)).toMatchObject({ status: 200 })
  })

  test('who is refused can repeat the call on the same connection', async () => {
    const { port, first, finish } = await startFull()
    const client = await connectRaw(port)
    const post = `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`
    client.send(post)
    expect(await client.readAnswer()).toMatchObject({ status: 400 })
    client.send(post)
    expect(await client.readAnswer()).toMatchObject({ status: 400 })
    finish()
    await first
    client.send(post)
    expect(await client.readAnswer()).toMatchObject({ status: 200 })
    client.socket.destroy()
  })

  test('the log has the first refusal, and then a line a minute', async () => {
    const { port, log, clock, first, finish } = await startFull()
    const get = `GET / HTTP/1.1\r\n${HOST}\r\n`
    const line = (refused: number) => ({
      level: 'warn',
      fields: { refused },
      message: 'overloaded: calls are refused',
    })
    for (let count = 0; count < 5; count += 1) await ask(port, get)
    expect(log).toEqual([line(1)])
    clock.moveBy(60_000)
    await ask(port, get)
    expect(log).toEqual([line(1), line(5)])
    finish()
    await first
  })
})
