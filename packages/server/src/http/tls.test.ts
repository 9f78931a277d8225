import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { StartInterval } from './interval.ts'
import { connectRaw, connectSecurely } from './test/raw-client.ts'
import { createSelfSigned, type SelfSigned } from './test/self-signed.ts'
import { startServer } from './test/start-server.ts'

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

/** Certificate files in a directory of their own. */
function createFiles(pair: SelfSigned) {
  const directory = mkdtempSync(join(tmpdir(), 'credence-tls-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const files = { certFile: join(directory, 'cert.pem'), keyFile: join(directory, 'key.pem') }
  const write = ({ cert, key }: Partial<SelfSigned>) => {
    if (cert !== undefined) writeFileSync(files.certFile, cert)
    if (key !== undefined) writeFileSync(files.keyFile, key)
  }
  write(pair)
  return { ...files, write }
}

/** A timer that ticks when the test says so. */
function createManualTimer() {
  const tasks = new Set<() => Promise<void>>()
  const every: StartInterval = (_, task) => {
    tasks.add(task)
    return () => tasks.delete(task)
  }
  const tick = () => Promise.all([...tasks].map(task => task()))
  return { every, tick, tasks }
}

async function startSecure(pair = createSelfSigned('first.example')) {
  const { write, ...files } = createFiles(pair)
  const { every, tick, tasks } = createManualTimer()
  const started = await startServer({ tls: { ...files, reloadIntervalSeconds: 60 }, every })
  const shownName = async () => {
    const client = await connectSecurely(started.port)
    const name = client.peerCertificate.subject.CN
    client.socket.destroy()
    return name
  }
  return { ...started, files, write, tick, tasks, shownName }
}

test('requests are served and known as secure', async () => {
  const { port, url, requests } = await startSecure()
  const client = await connectSecurely(port)
  client.send(GET)
  expect(await client.readAnswer()).toMatchObject({ status: 200, body: '<ok/>' })
  expect(requests).toMatchObject([{ secureTransport: true, sourceIp: '127.0.0.1' }])
  expect(url).toBe(`https://127.0.0.1:${port}`)
})

test('a request that breaks the protocol is refused in the same way', async () => {
  const { port } = await startSecure()
  const client = await connectSecurely(port)
  client.send('GET / HTTP/1.1\r\nHost : x\r\n\r\n')
  expect(await client.readAnswer()).toMatchObject({ status: 400, body: '' })
  await client.closed
})

test('HTTP/2 is not on offer', async () => {
  const { port } = await startSecure()
  await expect(connectSecurely(port, { protocols: ['h2'] })).rejects.toThrow()
  const client = await connectSecurely(port, { protocols: ['h2', 'http/1.1'] })
  client.send(GET)
  expect(await client.readAnswer()).toMatchObject({ status: 200 })
})

test('who speaks no TLS is dropped', async () => {
  const { port, log } = await startSecure()
  const client = await connectRaw(port)
  client.send(GET)
  await client.closed
  expect(client.rest).toBe('')
  expect(log).toEqual([])
})

test('who does not finish the handshake is dropped', async () => {
  const { write: _, ...files } = createFiles(createSelfSigned('a'))
  const { port } = await startServer({
    tls: { ...files, reloadIntervalSeconds: 60 },
    limits: { headersTimeoutMs: 40 },
  })
  const client = await connectRaw(port)
  client.send('\x16\x03\x01')
  await client.closed
})

test('an unfinished handshake does not outlast the grace', async () => {
  const { server, port } = await startSecure()
  const client = await connectRaw(port)
  client.send('\x16\x03\x01')
  await server.close({ graceMs: 1 })
  await client.closed
})

describe('changed files', () => {
  test('a new connection sees the new certificate, an old one lives on', async () => {
    const { port, write, tick, shownName, log } = await startSecure()
    const old = await connectSecurely(port)
    write(createSelfSigned('second.example'))
    expect(await shownName()).toBe('first.example')
    await tick()
    expect(await shownName()).toBe('second.example')
    old.send(GET)
    expect(await old.readAnswer()).toMatchObject({ status: 200 })
    expect(log).toMatchObject([{ level: 'info', message: 'TLS certificate reloaded' }])
  })

  test('unchanged files are left alone', async () => {
    const { tick, log } = await startSecure()
    await tick()
    await tick()
    expect(log).toEqual([])
  })

  test.each([
    [
      'a certificate without its key',
      () => ({ cert: createSelfSigned('b').cert }),
      'is not that of',
    ],
    ['a key without its certificate', () => ({ key: createSelfSigned('b').key }), 'is not that of'],
    ['no certificate', () => ({ cert: 'nonsense' }), 'holds no PEM certificate'],
    ['no key', () => ({ key: '' }), 'holds no unencrypted PEM private key'],
  ])('%s: the old one stays, and the log says why, once', async (_, make, reason) => {
    const { write, tick, shownName, log } = await startSecure()
    write(make())
    await tick()
    await tick()
    expect(await shownName()).toBe('first.example')
    expect(log).toEqual([
      {
        level: 'error',
        fields: { err: expect.objectContaining({ message: expect.stringContaining(reason) }) },
        message: 'TLS certificate not reloaded; the old one stays in use',
      },
    ])
  })

  test('files written one after the other end up in use', async () => {
    const { write, tick, shownName } = await startSecure()
    const { cert, key } = createSelfSigned('second.example')
    write({ cert })
    await tick()
    expect(await shownName()).toBe('first.example')
    write({ key })
    await tick()
    expect(await shownName()).toBe('second.example')
  })

  test('a file that is gone: the old one stays until it is back', async () => {
    const { files, write, tick, shownName, log } = await startSecure()
    rmSync(files.certFile)
    await tick()
    expect(await shownName()).toBe('first.example')
    expect(log).toMatchObject([{ level: 'error' }])
    write(createSelfSigned('second.example'))
    await tick()
    expect(await shownName()).toBe('second.example')
  })

  test('reloadTls reads at once, and never rejects', async () => {
    const { server, files, write, shownName, log } = await startSecure()
    write(createSelfSigned('second.example'))
    await server.reloadTls()
    expect(await shownName()).toBe('second.example')
    rmSync(files.keyFile)
    await server.reloadTls()
    expect(await shownName()).toBe('second.example')
    expect(log.map(({ level }) => level)).toEqual(['info', 'error'])
  })

  test('nobody looks any more after close', async () => {
    const { server, tasks } = await startSecure()
    expect(tasks.size).toBe(1)
    await server.close({ graceMs: 0 })
    expect(tasks.size).toBe(0)
  })
})

test('without TLS there is nothing to reload', async () => {
  const { server, log } = await startServer()
  await server.reloadTls()
  expect(log).toEqual([])
})

describe('at the start', () => {
  test.each([
    ['a missing file', (file: string) => rmSync(file), 'cannot read'],
    ['a file that holds nothing', (file: string) => writeFileSync(file, ''), 'holds no'],
  ])('%s is an error that names it', async (_, spoil, complaint) => {
    const { write: _write, ...files } = createFiles(createSelfSigned('a'))
    spoil(files.keyFile)
    const start = startServer({ tls: { ...files, reloadIntervalSeconds: 60 } })
    await expect(start).rejects.toThrow(complaint)
    await expect(start).rejects.toThrow(files.keyFile)
  })
})
