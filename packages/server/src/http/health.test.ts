import { expect, test } from 'vitest'
import { ask } from './test/raw-client.ts'
import { startServer } from './test/start-server.ts'

const request = (method: string, path: string) => `${method} ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

test('/livez answers while nothing else works', async () => {
  const { port } = await startServer({ readiness: () => Promise.reject(new Error('no store')) })
  expect(await ask(port, request('GET', '/livez?x'))).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: '{"live":true}',
  })
})

test.each([
  [true, 200],
  [false, 503],
])('/readyz: ready %s → %d', async (ready, status) => {
  const readiness = { ready, checks: { store: ready ? 'ok' : 'locked' } }
  const { port } = await startServer({ readiness: async () => readiness })
  const answer = await ask(port, request('GET', '/readyz'))
  expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/json' } })
  expect(JSON.parse(answer?.body ?? '')).toEqual(readiness)
  const head = await ask(port, request('HEAD', '/readyz'), { bodiless: true })
  expect(head).toEqual({ ...answer, body: '' })
})

test('/readyz when the check itself fails: 500 and a line in the log', async () => {
  const { port, log } = await startServer({ readiness: () => Promise.reject(new Error('x')) })
  expect(await ask(port, request('GET', '/readyz'))).toMatchObject({ status: 500, body: '' })
  expect(log).toMatchObject([{ level: 'error' }])
})

test.each(['/livez', '/readyz'])('%s takes GET and HEAD alone', async path => {
  const { port, requests } = await startServer()
  expect(await ask(port, request('POST', path))).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD' },
  })
  expect(requests).toEqual([])
})
