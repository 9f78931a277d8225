import { expect, test } from 'vitest'
import { MemoryBudget } from '../runtime/memory-budget.ts'
import { ask, connectRaw } from './test/raw-client.ts'
import { OK, startServer } from './test/start-server.ts'

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
const FOREVER_MS = 600_000

/** A server whose pipeline answers when told to. */
async function startHeld() {
  const held = Promise.withResolvers<void>()
  const started = await startServer({
    handle: async ({ target }) => {
      await held.promise
      return { ...OK, body: target }
    },
  })
  const entered = (count: number) =>
    expect.poll(() => started.requests.length, { interval: 1 }).toBe(count)
  return { ...started, entered, answer: held.resolve }
}

test('a request in flight is answered and told that the connection ends', async () => {
  const { server, port, entered, answer } = await startHeld()
  const client = await connectRaw(port)
  client.send(GET)
  await entered(1)
  const closed = server.close({ graceMs: FOREVER_MS })
  await expect(connectRaw(port)).rejects.toThrow('ECONNREFUSED')
  answer()
  expect(await client.readAnswer()).toMatchObject({ status: 200, headers: { connection: 'close' } })
  await client.closed
  await closed
})

test('a body still on its way is read to its end', async () => {
  const { server, port } = await startServer()
  const client = await connectRaw(port)
  client.send('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
  expect(await client.readAnswer()).toMatchObject({ status: 100 })
  const closed = server.close({ graceMs: FOREVER_MS })
  client.send('ab')
  expect(await client.readAnswer()).toMatchObject({ status: 200, headers: { connection: 'close' } })
  await closed
})

test('pipelined requests in flight are all answered', async () => {
  const { server, port, entered, answer } = await startHeld()
  const client = await connectRaw(port)
  client.send(GET + GET.replace('/', '/2'))
  await entered(2)
  const closed = server.close({ graceMs: FOREVER_MS })
  await expect(connectRaw(port)).rejects.toThrow('ECONNREFUSED')
  answer()
  expect(await client.readAnswer()).toMatchObject({ body: '/' })
  expect(await client.readAnswer()).toMatchObject({ body: '/2' })
  await client.closed
  await closed
})

test('idle connections, used or never used, do not hold it up', async () => {
  const { server, port } = await startServer()
  const used = await connectRaw(port)
  used.send(GET)
  await used.readAnswer()
  const unused = await connectRaw(port)
  await ask(port, GET)
  await server.close({ graceMs: FOREVER_MS })
  await Promise.all([used.closed, unused.closed])
})

test('what is left after the grace is dropped, and the log says how much', async () => {
  const { server, port, log, entered } = await startHeld()
  const waiting = await connectRaw(port)
  waiting.send(GET)
  await entered(1)
  const halfSent = await connectRaw(port)
  halfSent.send('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
  expect(await halfSent.readAnswer()).toMatchObject({ status: 100 })
  await server.close({ graceMs: 1 })
  await Promise.all([waiting.closed, halfSent.closed])
  expect(log).toEqual([
    { level: 'warn', fields: { dropped: 2 }, message: 'connections dropped at shutdown' },
  ])
})

test('a second call shortens the grace', async () => {
  const { server, port, entered } = await startHeld()
  const client = await connectRaw(port)
  client.send(GET)
  await entered(1)
  const patient = server.close({ graceMs: FOREVER_MS })
  await server.close({ graceMs: 0 })
  await patient
  await client.closed
})

test('a server that never listened closes', async () => {
  const { server } = await startServer()
  await server.close({ graceMs: 0 })
  await server.close({ graceMs: 0 })
})

test('a port that is taken is an error with a code', async () => {
  const first = await startServer()
  const { createHttpServer } = await import('./http-server.ts')
  const second = await createHttpServer({
    handle: async () => OK,
    answerOverload: () => OK,
    memory: new MemoryBudget(0),
    countWaitingOutside: () => 0,
    matchDocument: () => null,
    findDocuments: async () => null,
    noteFetched: null,
    documentCacheSeconds: 0,
    readiness: async () => ({ ready: true, checks: {} }),
    developmentPages: null,
    tls: null,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    clock: first.clock,
  })
  await expect(second.listen({ host: '127.0.0.1', port: first.port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
  await expect(second.listen({ host: 'nowhere.invalid', port: 0 })).rejects.toMatchObject({
    syscall: 'getaddrinfo',
  })
  await second.close({ graceMs: 0 })
})
