import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connectRaw, connectSecurely, type RawClient } from './test/raw-client.ts'
import { createSelfSigned } from './test/self-signed.ts'
import { OK, startServer } from './test/start-server.ts'

const HOST = 'Host: sts.example\r\n'
const POST = `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`

/** A pipeline that answers when it is told to. */
function holdAnswers() {
  const { promise, resolve } = Promise.withResolvers<typeof OK>()
  return { handle: () => promise, release: () => resolve(OK) }
}

/** Closes the client's side, and waits until the server has seen it: what it hears later it sees later. */
async function closeSide(client: RawClient, other: RawClient): Promise<void> {
  await new Promise<void>(resolve => client.socket.end(resolve))
  other.send(`GET /livez HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`)
  await other.closed
}

function writeCertificate() {
  const directory = mkdtempSync(join(tmpdir(), 'credence-half-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const { cert, key } = createSelfSigned('sts.example')
  const files = { certFile: join(directory, 'cert.pem'), keyFile: join(directory, 'key.pem') }
  writeFileSync(files.certFile, cert)
  writeFileSync(files.keyFile, key)
  return { ...files, reloadIntervalSeconds: 60 }
}

describe('who sends a request and closes its side', () => {
  test.each(['plain', 'TLS'])('gets the answer, and then the end: %s', async transport => {
    const { handle, release } = holdAnswers()
    const tls = transport === 'TLS' ? writeCertificate() : null
    const { port, server, requests, log } = await startServer({ tls, handle })
    const connect = () => (tls === null ? connectRaw(port) : connectSecurely(port))
    const client = await connect()
    client.send(POST)
    await expect.poll(() => requests.length, { interval: 1 }).toBe(1)
    await closeSide(client, await connect())
    release()
    expect(await client.readAnswer()).toMatchObject({
      status: 200,
      headers: { connection: 'close' },
      body: OK.body,
    })
    await client.closed
    expect(client.rest).toBe('')
    expect(log).toEqual([])
    await expect.poll(() => server.readLoad().connections, { interval: 1 }).toBe(0)
  })

  test('gets all answers of a pipeline, and the end with the last', async () => {
    const { handle, release } = holdAnswers()
    const { port, requests } = await startServer({ handle })
    const client = await connectRaw(port)
    client.send(POST + POST + POST)
    await expect.poll(() => requests.length, { interval: 1 }).toBe(3)
    await closeSide(client, await connectRaw(port))
    release()
    const answers = [
      await client.readAnswer(),
      await client.readAnswer(),
      await client.readAnswer(),
    ]
    expect(answers.map(answer => answer?.headers['connection'])).toEqual([
      'keep-alive',
      'keep-alive',
      'close',
    ])
    await client.closed
  })

  test('gets a refusal just as well', async () => {
    const { port } = await startServer()
    const client = await connectRaw(port)
    client.send(`PUT / HTTP/1.1\r\n${HOST}\r\n`)
    client.socket.end()
    expect(await client.readAnswer()).toMatchObject({ status: 302 })
    await client.closed
  })
})

describe('who closes its side', () => {
  test.each([
    ['in the middle of a body', POST.slice(0, -1), 400],
    ['in the middle of a head', POST.slice(0, 20), 400],
  ])('%s: %d', async (_, bytes, status) => {
    const { port, requests, log } = await startServer()
    const client = await connectRaw(port)
    client.send(bytes)
    client.socket.end()
    expect(await client.readAnswer()).toMatchObject({ status, headers: { connection: 'close' } })
    await client.closed
    expect(requests).toEqual([])
    expect(log).toEqual([])
  })

  test('without a request, or after its answer: the connection ends', async () => {
    const { port, server } = await startServer()
    const silent = await connectRaw(port)
    silent.socket.end()
    await silent.closed
    const answered = await connectRaw(port)
    answered.send(POST)
    expect(await answered.readAnswer()).toMatchObject({ status: 200 })
    answered.socket.end()
    await answered.closed
    await expect.poll(() => server.readLoad().connections, { interval: 1 }).toBe(0)
  })

  test('and then all of it, before the answer: the connection goes with the answer', async () => {
    const { handle, release } = holdAnswers()
    const { port, server, requests, log } = await startServer({ handle })
    const client = await connectRaw(port)
    client.send(POST)
    client.socket.end()
    await expect.poll(() => requests.length, { interval: 1 }).toBe(1)
    client.socket.resetAndDestroy()
    release()
    await expect.poll(() => server.readLoad().connections, { interval: 1 }).toBe(0)
    expect(server.readLoad().inFlight).toBe(0)
    expect(log).toEqual([])
  })
})
