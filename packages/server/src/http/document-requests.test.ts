import { describe, expect, test } from 'vitest'
import { UnavailableError } from '../errors.ts'
import type { DocumentAddress } from '../issuer/issuer.ts'
import { ask } from './test/raw-client.ts'
import { NOW_TEXT, type StartedServer, startServer } from './test/start-server.ts'

const JWKS_PATH = '/id-1/.well-known/jwks.json'
const DOCUMENTS = { discovery: '{"issuer":"é"}', jwks: '{"keys":[]}' }

function matchDocument(host: string, path: string): DocumentAddress | null {
  const match = /^\/([\w-]+)\/\.well-known\/(openid-configuration|jwks\.json)$/.exec(path)
  if (host !== 'sts.example:4747' || match?.[1] === undefined) return null
  return {
    name: 'n',
    issuerId: match[1],
    document: match[2] === 'jwks.json' ? 'jwks' : 'discovery',
  }
}

function start(): Promise<StartedServer> {
  return startServer({
    matchDocument,
    findDocuments: async ({ issuerId }) => (issuerId === 'id-1' ? DOCUMENTS : null),
    documentCacheSeconds: 77,
  })
}

function request(method: string, path: string, ...headers: readonly string[]): string {
  return [`${method} ${path} HTTP/1.1`, 'Host: sts.example:4747', ...headers, '\r\n'].join('\r\n')
}

const CACHED = {
  'cache-control': 'public, max-age=77, must-revalidate',
  'access-control-allow-origin': '*',
  'x-content-type-options': 'nosniff',
  date: NOW_TEXT,
}

describe('GET and HEAD', () => {
  test.each([
    [JWKS_PATH, DOCUMENTS.jwks],
    ['/id-1/.well-known/openid-configuration', DOCUMENTS.discovery],
    [`${JWKS_PATH}?ignored=%zz`, DOCUMENTS.jwks],
  ])('%s', async (path, document) => {
    const { port, requests } = await start()
    const answer = await ask(port, request('GET', path))
    expect(answer).toMatchObject({
      status: 200,
      headers: { ...CACHED, 'content-type': 'application/json' },
      body: Buffer.from(document).toString('latin1'),
    })
    const head = await ask(port, request('HEAD', path), { bodiless: true })
    expect(head).toEqual({ ...answer, body: '' })
    expect(requests).toEqual([])
  })
})

describe('If-None-Match', () => {
  test.each([
    ['the tag', (tag: string) => tag, 304],
    ['a weak tag', (tag: string) => `W/${tag}`, 304],
    ['a list', (tag: string) => `"x", ${tag}`, 304],
    ['any', () => '*', 304],
    ['another', () => '"x"', 200],
  ])('%s', async (_, write, status) => {
    const { port } = await start()
    const first = await ask(port, request('GET', JWKS_PATH))
    const tag = first?.headers['etag'] ?? ''
    const again = await ask(port, request('GET', JWKS_PATH, `If-None-Match: ${write(tag)}`))
    expect(again).toMatchObject({ status, headers: { ...CACHED, etag: tag } })
    expect(again?.body).toBe(status === 304 ? '' : DOCUMENTS.jwks)
    if (status === 304) expect(again?.headers).not.toHaveProperty('content-length')
  })

  test('headers repeated are one list', async () => {
    const { port } = await start()
    const first = await ask(port, request('GET', JWKS_PATH))
    const lines = ['If-None-Match: "x"', `If-None-Match: ${first?.headers['etag']}`]
    expect(await ask(port, request('GET', JWKS_PATH, ...lines))).toMatchObject({ status: 304 })
  })
})

test('a browser may ask from any origin', async () => {
  const { port } = await start()
  const answer = await ask(
    port,
    request(
      'OPTIONS',
      JWKS_PATH,
      'Origin: https://x.example',
      'Access-Control-Request-Method: GET',
    ),
  )
  expect(answer).toMatchObject({
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': '*',
    },
    body: '',
  })
})

test('an unknown issuer: 404, readable by browsers, not cached', async () => {
  const { port, requests } = await start()
  const answer = await ask(port, request('GET', '/id-2/.well-known/jwks.json'))
  expect(answer).toMatchObject({
    status: 404,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
    },
  })
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: 'unknown_issuer' })
  expect(requests).toEqual([])
})

test.each(['POST', 'PUT', 'DELETE', 'PROPFIND'])('%s: 405 with Allow', async method => {
  const { port } = await start()
  expect(await ask(port, request(method, JWKS_PATH))).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD, OPTIONS', 'content-length': '0' },
    body: '',
  })
})

test('the same path on another host is an API call', async () => {
  const { port, requests } = await start()
  await ask(port, `GET ${JWKS_PATH} HTTP/1.1\r\nHost: other.example\r\n\r\n`)
  expect(requests).toHaveLength(1)
})

test('a store that fails: 503, readable by browsers, not cached, and a line in the log', async () => {
  const { port, log } = await startServer({
    matchDocument,
    findDocuments: () => Promise.reject(new UnavailableError('disk on fire in /var')),
  })
  const answer = await ask(port, request('GET', JWKS_PATH))
  expect(answer).toMatchObject({
    status: 503,
    headers: { 'cache-control': 'no-store', 'access-control-allow-origin': '*' },
  })
  expect(JSON.parse(answer?.body ?? '')).toEqual({
    error: 'unavailable',
    message: 'The document cannot be read now. Try again.',
  })
  expect(log).toMatchObject([{ level: 'error', message: 'a document cannot be served' }])
})

test('a defect: a bare 500 and a line in the log', async () => {
  const { port, log } = await startServer({
    matchDocument,
    findDocuments: () => Promise.reject(new Error('disk on fire')),
  })
  const answer = await ask(port, request('GET', JWKS_PATH))
  expect(answer).toMatchObject({ status: 500, body: '' })
  expect(log).toMatchObject([{ level: 'error' }])
})
