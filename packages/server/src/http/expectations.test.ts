import { describe, expect, test } from 'vitest'
import { connectRaw } from './test/raw-client.ts'
import { NOW_TEXT, startServer } from './test/start-server.ts'

const HOST = 'Host: sts.example\r\n'
const EXPECTING = `${HOST}Expect: 100-continue\r\n`
const LIMITS = { maxBodyBytes: 10 }

describe('Expect: 100-continue', () => {
  test.each([
    ['a length within the limit', 'Content-Length: 10\r\n', '1234567890'],
    ['chunks', 'Transfer-Encoding: chunked\r\n', 'a\r\n1234567890\r\n0\r\n\r\n'],
  ])('%s: the body is asked for, and the connection stays', async (_, header, body) => {
    const { port, requests } = await startServer({ limits: LIMITS })
    const client = await connectRaw(port)
    for (const count of [1, 2]) {
      client.send(`POST / HTTP/1.1\r\n${EXPECTING}${header}\r\n`)
      expect(await client.readAnswer()).toMatchObject({ status: 100 })
      expect(requests).toHaveLength(count - 1)
      client.send(body)
      expect(await client.readAnswer()).toMatchObject({ status: 200 })
      expect(Buffer.from(requests[count - 1]?.body ?? []).toString()).toBe('1234567890')
    }
  })

  test.each(['100-Continue', '100-continue, wonders'])('written %s', async expectation => {
    const { port } = await startServer()
    const client = await connectRaw(port)
    client.send(`POST / HTTP/1.1\r\n${HOST}Expect: ${expectation}\r\nContent-Length: 1\r\n\r\n`)
    expect(await client.readAnswer()).toMatchObject({ status: 100 })
  })

  test('no body: there is nothing to wait for', async () => {
    const { port, requests } = await startServer()
    const client = await connectRaw(port)
    client.send(`GET / HTTP/1.1\r\n${EXPECTING}\r\n`)
    expect(await client.readAnswer()).toMatchObject({ status: 100 })
    expect(await client.readAnswer()).toMatchObject({ status: 200 })
    expect(requests).toHaveLength(1)
  })

  test('a client of HTTP/1.0 knows no 100, and gets none', async () => {
    const { port } = await startServer()
    const client = await connectRaw(port)
    client.send(`POST / HTTP/1.0\r\n${EXPECTING}Content-Length: 1\r\n\r\nx`)
    expect(await client.readAnswer()).toMatchObject({ status: 200 })
  })

  test.each([
    ['a length beyond the limit', 'POST / HTTP/1.1', 'Content-Length: 11\r\n', 413],
    ['a method that is none of the API', 'PUT / HTTP/1.1', 'Content-Length: 5\r\n', 302],
    ['a method that health does not have', 'POST /livez HTTP/1.1', 'Content-Length: 5\r\n', 405],
    ['a path that is none', 'POST /.. HTTP/1.1', 'Content-Length: 5\r\n', 400],
    ['two hosts', 'POST / HTTP/1.1', 'Host: b\r\nContent-Length: 5\r\n', 400],
  ])('%s: refused before the body', async (_, line, header, status) => {
    const { port, requests, log } = await startServer({ limits: LIMITS })
    const client = await connectRaw(port)
    client.send(`${line}\r\n${EXPECTING}${header}\r\n`)
    expect(await client.readAnswer()).toMatchObject({
      status,
      headers: { 'content-length': '0', connection: 'close', date: NOW_TEXT },
    })
    // Nobody waits for a body that nobody will send.
    await client.closed
    expect(client.rest).toBe('')
    expect(requests).toEqual([])
    expect(log).toEqual([])
  })

  test('who sends the body all the same finds the answer', async () => {
    const { port } = await startServer({ limits: LIMITS })
    const client = await connectRaw(port)
    client.socket.pause()
    client.send(`POST / HTTP/1.1\r\n${EXPECTING}Content-Length: 5000000\r\n\r\n`)
    client.send(Buffer.alloc(5_000_000, 0x61))
    client.socket.resume()
    expect(await client.readAnswer()).toMatchObject({ status: 413 })
    await client.closed
    expect(client.rest).toBe('')
  })

  test('chunks beyond the limit: refused when they are', async () => {
    const { port, requests } = await startServer({ limits: LIMITS })
    const client = await connectRaw(port)
    client.send(`POST / HTTP/1.1\r\n${EXPECTING}Transfer-Encoding: chunked\r\n\r\n`)
    expect(await client.readAnswer()).toMatchObject({ status: 100 })
    client.send('b\r\n12345678901\r\n0\r\n\r\n')
    expect(await client.readAnswer()).toMatchObject({ status: 413 })
    await client.closed
    expect(requests).toEqual([])
  })

  test('an answer that needs no body ends the connection', async () => {
    const { port } = await startServer()
    const client = await connectRaw(port)
    client.send(`GET /livez HTTP/1.1\r\n${EXPECTING}Content-Length: 5\r\n\r\n`)
    expect(await client.readAnswer()).toMatchObject({
      status: 200,
      headers: { connection: 'close' },
    })
    await client.closed
  })
})
