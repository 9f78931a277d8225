import { describe, expect, test } from 'vitest'
import { MemoryBudget } from '../runtime/memory-budget.ts'
import { connectRaw, type RawClient } from './test/raw-client.ts'
import { OK, startServer } from './test/start-server.ts'

const HOST = 'Host: sts.example\r\n'
const LARGE = 265_536

/** A request whose body is announced whole and sent in part. */
async function sendPart(port: number, bytes: number, whole = 1_000_000): Promise<RawClient> {
  const client = await connectRaw(port)
  client.send(`POST / HTTP/1.1\r\n${HOST}Content-Length: ${whole}\r\n\r\n`)
  client.send(Buffer.alloc(bytes, 'x'))
  return client
}

describe('the memory of large bodies', () => {
  /** Calls whose bodies hold all the memory that there is, for as long as they are worked on. */
  async function fill(isDropped: boolean) {
    const held = Promise.withResolvers<typeof OK>()
    const started = await startServer({
      memory: new MemoryBudget(1_000_000),
      handle: request => {
        if (isDropped) request.dropBody()
        return held.promise
      },
    })
    const clients = await Promise.all(
      Array.from({ length: 5 }, () => sendPart(started.port, LARGE, LARGE)),
    )
    await expect.poll(() => started.requests.length, { interval: 1 }).toBe(5)
    return { ...started, clients, finish: () => held.resolve(OK) }
  }

  test('is theirs until they are answered: a further one gets 503', async () => {
    const { port, server, clients, finish } = await fill(false)
    const further = await sendPart(port, LARGE, LARGE)
    expect(await further.readAnswer()).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1', 'content-length': '0' },
    })
    expect(server.readLoad().refusedForMemory).toBe(1)
    finish()
    for (const client of clients) expect(await client.readAnswer()).toMatchObject({ status: 200 })
    const last = await sendPart(port, LARGE, LARGE)
    expect(await last.readAnswer()).toMatchObject({ status: 200 })
  })

  test('is free again as soon as they are dropped', async () => {
    const { port, server, requests, finish } = await fill(true)
    for (let count = 0; count < 10; count += 1) await sendPart(port, LARGE, LARGE)
    await expect.poll(() => requests.length, { interval: 1 }).toBe(15)
    expect(requests.map(({ body }) => body.length)).toEqual(requests.map(() => 0))
    expect(server.readLoad()).toMatchObject({ refusedForMemory: 0, inFlight: 15 })
    finish()
  })
})

describe('the memory of bodies that are still being sent', () => {
  test('has a bound: who began first is given up, and whoever sends all of it is answered', async () => {
    const { port, server, requests } = await startServer({
      limits: { maxUnfinishedBytes: 100_000 },
    })
    const slow = [await sendPart(port, 40_000), await sendPart(port, 40_000)]
    const answer = slow[0]?.readAnswer()
    const quick = await sendPart(port, 30_000, 30_000)
    expect(await quick.readAnswer()).toMatchObject({ status: 200 })
    expect(await answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1', connection: 'close' },
    })
    expect(server.readLoad().refusedForMemory).toBe(1)
    slow[1]?.send(Buffer.alloc(960_000, 'x'))
    expect(await slow[1]?.readAnswer()).toMatchObject({ status: 200 })
    expect(requests.map(({ body }) => body.length)).toEqual([30_000, 1_000_000])
  })

  test('is what the bodies hold, whatever the pieces that they come in', async () => {
    const { port, requests } = await startServer()
    const client = await connectRaw(port)
    client.send(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`)
    client.send('1\r\nx\r\n'.repeat(65_536))
    client.send('0\r\n\r\n')
    expect(await client.readAnswer()).toMatchObject({ status: 200 })
    expect(Buffer.from(requests[0]?.body ?? []).equals(Buffer.alloc(65_536, 'x'))).toBe(true)
  })
})
