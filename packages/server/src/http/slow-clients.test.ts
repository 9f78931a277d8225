import { describe, expect, test } from 'vitest'
import { ask, connectRaw } from './test/raw-client.ts'
import { NOW_TEXT, OK, startServer } from './test/start-server.ts'

const HOST = 'Host: sts.example\r\n'
const SLOW = {
  status: 408,
  headers: { connection: 'close', 'content-length': '0', date: NOW_TEXT },
}
const IMPATIENT = { headersTimeoutMs: 100, requestTimeoutMs: 150, keepAliveTimeoutMs: 50 }

describe('dropped', () => {
  test('who sends nothing, without a word', async () => {
    const { port } = await startServer({ limits: IMPATIENT })
    const client = await connectRaw(port)
    await client.closed
    expect(client.rest).toBe('')
  })

  test('who does not finish the head', async () => {
    const { port } = await startServer({ limits: IMPATIENT })
    const client = await connectRaw(port)
    client.send(`GET / HTTP/1.1\r\n${HOST}X-A`)
    expect(await client.readAnswer()).toMatchObject(SLOW)
    await client.closed
  })

  test('who sends the head byte by byte', async () => {
    const { port, requests } = await startServer({ limits: IMPATIENT })
    const client = await connectRaw(port)
    const drip = setInterval(() => client.send('a'), 5)
    client.send(`GET / HTTP/1.1\r\n${HOST}X-A: `)
    expect(await client.readAnswer()).toMatchObject(SLOW)
    clearInterval(drip)
    await client.closed
    expect(requests).toEqual([])
  })

  test('who does not finish the body', async () => {
    const { port, requests, log } = await startServer({
      limits: { ...IMPATIENT, maxRequestsInFlight: 1 },
    })
    const client = await connectRaw(port)
    client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\n123`)
    expect(await client.readAnswer()).toMatchObject(SLOW)
    await client.closed
    const next = await connectRaw(port)
    next.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
    expect(await next.readAnswer()).toMatchObject({ status: 200 })
    expect(requests).toHaveLength(1)
    expect(log).toEqual([])
  })

  test('who does not finish a body that is refused already, without a second answer', async () => {
    const { port } = await startServer({ limits: { ...IMPATIENT, maxBodyBytes: 5 } })
    const client = await connectRaw(port)
    client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\n123`)
    expect(await client.readAnswer()).toMatchObject({ status: 413 })
    await client.closed
    expect(client.rest).toBe('')
  })

  test('who keeps a connection and asks nothing more', async () => {
    const { port } = await startServer({ limits: IMPATIENT })
    const client = await connectRaw(port)
    client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
    expect(await client.readAnswer()).toMatchObject({ status: 200 })
    await client.closed
    expect(client.rest).toBe('')
  })

  test('who does not take the answer', async () => {
    const body = 'x'.repeat(30_000_000)
    const { port } = await startServer({
      limits: { ...IMPATIENT, maxConnections: 1 },
      handle: async () => ({ ...OK, body }),
    })
    const client = await connectRaw(port)
    client.socket.pause()
    client.send(`GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`)
    const isItsPlaceFree = async () =>
      (await ask(port, `GET /livez HTTP/1.1\r\n${HOST}\r\n`)) !== null
    await expect.poll(isItsPlaceFree, { timeout: 10_000 }).toBe(true)
    client.socket.resume()
    await client.closed
    expect(client.rest.length).toBeLessThan(body.length)
  })
})

test('a slow pipeline is not the client’s fault', async () => {
  const { port } = await startServer({
    limits: IMPATIENT,
    handle: () => new Promise(resolve => setTimeout(resolve, 2 * IMPATIENT.requestTimeoutMs, OK)),
  })
  const client = await connectRaw(port)
  client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
  expect(await client.readAnswer()).toMatchObject({ status: 200 })
})

test('connections over the limit are closed at once, with one warning a minute', async () => {
  const { port, log, clock } = await startServer({ limits: { maxConnections: 1 } })
  const first = await connectRaw(port)
  first.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
  expect(await first.readAnswer()).toMatchObject({ status: 200 })
  const knock = async () => (await connectRaw(port)).closed
  await knock()
  await knock()
  expect(log).toEqual([
    { level: 'warn', fields: { dropped: 1, maxConnections: 1 }, message: 'too many connections' },
  ])
  clock.moveBy(60_000)
  await knock()
  expect(log.at(-1)).toMatchObject({ fields: { dropped: 2 } })
  first.send(`GET / HTTP/1.1\r\n${HOST}\r\n`)
  expect(await first.readAnswer()).toMatchObject({ status: 200 })
})
