import { afterAll, beforeAll, expect, it } from 'vitest'
import { findPublicProblem } from './read-public.ts'
import { type HttpStore, startHttpStore } from './test/http-store.ts'

const BYTES = Buffer.from('{"keys":[]}')
const GOOD = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'public, max-age=300, must-revalidate',
}

let store: HttpStore
beforeAll(async () => {
  store = await startHttpStore()
})
afterAll(() => store.close())

it.each([
  [200, GOOD, '{"keys":[]}', null],
  [200, { ...GOOD, 'cache-control': 'max-age=10' }, '{"keys":[]}', null],
  [200, { ...GOOD, 'cache-control': 'no-cache' }, '{"keys":[]}', null],
  [200, GOOD, '{"keys":[1]}', /another document .*: a cache may keep an older one/],
  [200, { ...GOOD, 'content-type': 'text/plain' }, '{"keys":[]}', /has the type text\/plain in/],
  [200, { 'cache-control': 'max-age=10' }, '{"keys":[]}', /has the type no type in/],
  [200, { ...GOOD, 'cache-control': 'public' }, '{"keys":[]}', /"public", .* 300 s at most/],
  [200, { ...GOOD, 'cache-control': 'max-age=301' }, '{"keys":[]}', /"max-age=301"/],
  [200, { ...GOOD, 'cache-control': 'max-age=1, s-maxage=900' }, '{"keys":[]}', /s-maxage=900/],
  [200, { 'content-type': 'application/json' }, '{"keys":[]}', /"no Cache-Control"/],
  [404, {}, '', /answers with status 404$/],
  [302, { location: '/other' }, '', /answers with status 302$/],
  [200, GOOD, 'x'.repeat(1_048_577), /more than 1048576 bytes$/],
])('status %d with %j: %s', async (status, headers, body, problem) => {
  store.intercept = (_request, response) => {
    response.writeHead(status, headers).end(body)
    return true
  }
  const expected = { bytes: BYTES, maxAgeSeconds: 300 }
  const found = await findPublicProblem(store.url, expected, new AbortController().signal)
  if (problem === null) expect(found).toBeNull()
  else expect(found).toMatch(problem)
})

it('says that nobody is there, and ends when it is told to', async () => {
  const expected = { bytes: BYTES, maxAgeSeconds: 300 }
  const gone = await findPublicProblem(
    'http://127.0.0.1:1/',
    expected,
    new AbortController().signal,
  )
  expect(gone).toMatch(/cannot be read: /)
  store.intercept = () => true
  expect(await findPublicProblem(store.url, expected, AbortSignal.timeout(20))).toMatch(
    /cannot be read: /,
  )
})
