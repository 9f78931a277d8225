import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { createSelfSigned } from '../http/test/self-signed.ts'
import { formatFetchError } from './format-fetch-error.ts'
import { loadDocument } from './load-document.ts'

/** A server that answers everything in one way, and ends with the test. */
async function answerWith(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/document`,
    [Symbol.dispose]: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

it('gives the text of an answer', async () => {
  using server = await answerWith((_request, response) => response.end('{"a":1}'))
  expect(await loadDocument(server.url, null)).toEqual({ text: '{"a":1}', problem: null })
})

it.each([
  [404, {}, /^the answer is HTTP 404: what answers there does not know this issuer/],
  [500, {}, /^the answer is HTTP 500$/],
  [
    302,
    { location: 'https://elsewhere.example/' },
    /^the answer is HTTP 302 to https:\/\/elsewhere\.example\/, and verifiers do not follow it$/,
  ],
])('says what HTTP %d means', async (status, headers, problem) => {
  using server = await answerWith((_request, response) => response.writeHead(status, headers).end())
  const loaded = await loadDocument(server.url, null)
  expect(loaded.text).toBeNull()
  expect(loaded.problem).toMatch(problem)
})

it('says that nobody is there', async () => {
  const server = await answerWith(() => {})
  const { url } = server
  server[Symbol.dispose]()
  const { problem } = await loadDocument(url, null)
  expect(problem).toMatch(/^nothing is there: connect ECONNREFUSED 127\.0\.0\.1:\d+$/)
})

it('says how a private authority is trusted', async () => {
  const server = createTlsServer(createSelfSigned('localhost')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { problem } = await loadDocument(`https://localhost:${port}/`, null)
  server.close()
  expect(problem).toMatch(/self-signed certificate; .* NODE_EXTRA_CA_CERTS=FILE$/)
})

it('ends when it is told to, whatever the other side does', async () => {
  using server = await answerWith(() => {})
  const stop = new AbortController()
  const loading = loadDocument(server.url, stop.signal)
  stop.abort()
  expect((await loading).text).toBeNull()
})

it.each([
  ['text', 'text'],
  [new Error('a'), 'a'],
  [
    new Error('fetch failed', { cause: new Error('bad port') }),
    'HTTP clients refuse to use this port',
  ],
  [
    new Error('fetch failed', {
      cause: new AggregateError([new Error('IPv6'), new Error('IPv4')]),
    }),
    'IPv6; IPv4',
  ],
  [Object.assign(new Error('x'), { name: 'TimeoutError' }), 'there was no answer in time'],
])('describes %s', (error, text) => {
  expect(formatFetchError(error)).toBe(text)
})
