import { describe, expect, test } from 'vitest'
import { ask, connectRaw } from './test/raw-client.ts'
import { NOW_TEXT, startServer } from './test/start-server.ts'

describe('a target in the absolute form', () => {
  test.each([
    ['http://sts.example/a//b?c=%2f', 'sts.example', '/a//b?c=%2f'],
    ['http://sts.example', 'sts.example', '/'],
    ['http://sts.example?a=b', 'sts.example', '/?a=b'],
    ['HTTP://STS.Example/', 'sts.example', '/'],
    ['http://sts.example:80/', 'sts.example', '/'],
    ['https://sts.example/', 'sts.example:443', '/'],
    ['http://127.0.0.1:4747/', '127.0.0.1:4747', '/'],
    ['http://[::1]:4747/', '[::1]:4747', '/'],
  ])('%s with Host: %s is %s to the pipeline', async (target, host, originForm) => {
    const { port, requests } = await startServer()
    const answer = await ask(port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    expect(answer).toMatchObject({ status: 200 })
    expect(requests).toMatchObject([
      { target: originForm, rawHeaders: ['Host', host], secureTransport: false },
    ])
  })

  test('of a client of HTTP/1.0, which need not name its host twice', async () => {
    const { port, requests } = await startServer()
    const answer = await ask(port, 'GET http://sts.example/a HTTP/1.0\r\n\r\n')
    expect(answer).toMatchObject({ status: 200 })
    expect(requests).toMatchObject([{ target: '/a' }])
  })

  test.each([
    ['another host', 'http://other.example/', 'Host: sts.example\r\n'],
    ['another port', 'http://sts.example:4747/', 'Host: sts.example\r\n'],
    ['the default port of the other scheme', 'http://sts.example:443/', 'Host: sts.example\r\n'],
    ['an empty Host', 'http://sts.example/', 'Host:\r\n'],
    ['no Host', 'http://sts.example/', ''],
    ['two hosts', 'http://sts.example/', 'Host: sts.example\r\nHost: sts.example\r\n'],
    ['a user', 'http://user@sts.example/', 'Host: user@sts.example\r\n'],
    ['a password', 'http://user:x@sts.example/', 'Host: sts.example\r\n'],
    ['no authority', 'http:///', 'Host: sts.example\r\n'],
    ['another scheme', 'ftp://sts.example/', 'Host: sts.example\r\n'],
    ['a path above the root', 'http://sts.example/..', 'Host: sts.example\r\n'],
    ['a fragment', 'http://sts.example/#a', 'Host: sts.example\r\n'],
  ])('with %s: 400', async (_, target, header) => {
    const { port, requests, log } = await startServer()
    const client = await connectRaw(port)
    client.send(`GET ${target} HTTP/1.1\r\n${header}Connection: close\r\n\r\n`)
    expect(await client.readAnswer()).toMatchObject({
      status: 400,
      headers: { date: NOW_TEXT, connection: 'close' },
    })
    await client.closed
    expect(requests).toEqual([])
    expect(log).toEqual([])
  })

  test('counts whole against the limit of the head', async () => {
    const { port } = await startServer({ limits: { maxHeadBytes: 1024 } })
    const get = (pathBytes: number) => {
      const line = (path: string) =>
        `GET http://h.example/${path} HTTP/1.1\r\nHost: h.example\r\n\r\n`
      return ask(port, line('a'.repeat(pathBytes - line('').length)))
    }
    expect(await get(1024)).toMatchObject({ status: 200 })
    expect(await get(1025)).toMatchObject({ status: 400 })
  })

  test('leads to health and documents like the origin form', async () => {
    const { port } = await startServer({
      matchDocument: (host, path) =>
        host === 'id.example' && path === '/jwks'
          ? { name: 'n', issuerId: 'id', document: 'jwks' }
          : null,
      findDocuments: async () => ({ discovery: '{}', jwks: '{"keys":[]}' }),
    })
    const get = (target: string, host: string) =>
      ask(port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    expect(await get('http://any.example/livez', 'any.example')).toMatchObject({
      body: '{"live":true}',
    })
    expect(await get('http://id.example/jwks', 'id.example')).toMatchObject({
      body: '{"keys":[]}',
    })
    const bare = await ask(port, 'GET http://id.example/jwks HTTP/1.0\r\n\r\n')
    expect(bare).toMatchObject({ body: '{"keys":[]}' })
  })
})
