import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectRaw } from '../../src/http/test/raw-client.ts'
import type { Account } from '../../src/principals/entities.ts'
import { METRICS } from '../../src/telemetry/metric-table.ts'
import { addAccount, addUser, type TestUser } from '../support/accounts.ts'
import { call } from '../support/calls.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { tokenCall } from '../support/token-call.ts'

const DOCUMENT = join(import.meta.dirname, '../../../../docs/metrics.md')

let server: TestServer
let account: Account
let user: TestUser
let url: string

beforeAll(async () => {
  server = await startTestServer({ settings: { 'metrics.port': '0' } })
  account = await addAccount(server, '123456789012')
  user = await addUser(server, account, 'alice')
  url = /"url":"(http:[^"]+\/metrics)"/.exec(server.readLog())?.[1] ?? ''
})

afterAll(() => server[Symbol.asyncDispose]())

/** The samples of a scrape by name and labels. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(url)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const samples = (await response.text()).matchAll(/^([a-z_0-9]+(?:\{[^}]*\})?) (\S+)$/gm)
  return new Map([...samples].map(([, name = '', value]) => [name, Number(value)]))
}

/** How much each sample has grown by what happens. */
async function growthBy(happen: () => Promise<unknown>): Promise<(sample: string) => number> {
  const before = await scrape()
  await happen()
  const after = await scrape()
  return sample => (after.get(sample) ?? 0) - (before.get(sample) ?? 0)
}

describe('/metrics', () => {
  it('is served on the loopback interface unless told otherwise, and not with the API', async () => {
    expect(new URL(url).hostname).toBe('127.0.0.1')
    expect(new URL(url).port).not.toBe(String(server.port))
    const atApi = await fetch(`${server.endpoint}/metrics`, { redirect: 'manual' })
    expect(atApi.status).toBe(302)
  })

  it.each([
    ['GET', '/', 404],
    ['GET', '/metrics/', 404],
    ['POST', '/metrics', 405],
    ['HEAD', '/metrics', 200],
  ])('%s %s → %d', async (method, path, status) => {
    const response = await fetch(new URL(path, url), { method })
    expect(response.status).toBe(status)
    expect(await response.text()).toBe('')
  })

  it('has every metric of the table, and none that is not in it', async () => {
    await call(server, user.credentials, tokenCall())
    const response = await fetch(url)
    const types = (await response.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)
    const found = [...types].filter(([, name = '']) => name.startsWith('credence_'))
    expect(found.map(([, name, type]) => [name, type])).toEqual(
      Object.entries(METRICS).map(([name, { type }]) => [name, type]),
    )
  })

  it('has process and runtime under the names of other Node.js programs', async () => {
    const samples = await scrape()
    expect(samples.get('process_cpu_seconds_total')).toBeGreaterThan(0)
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
    expect(samples.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0)
  })
})

describe('what is counted', () => {
  it('a token', async () => {
    const growth = await growthBy(() => call(server, user.credentials, tokenCall()))
    expect(growth('credence_requests_total{action="GetWebIdentityToken",code="OK"}')).toBe(1)
    expect(growth('credence_request_duration_seconds_count{api="sts"}')).toBe(1)
    expect(growth('credence_tokens_signed_total{algorithm="ES384"}')).toBe(1)
    expect(growth('credence_signature_duration_seconds_count{algorithm="ES384"}')).toBe(1)
    expect(growth('credence_audit_events_total{outcome="written"}')).toBe(1)
    expect(growth('credence_audit_batches_total')).toBe(1)
    expect(growth('credence_audit_write_duration_seconds_count')).toBe(1)
    expect(growth('credence_cache_hits_total{cache="credentials"}')).toBe(1)
    expect(growth('credence_cache_hits_total{cache="signing-keys"}')).toBe(1)
    expect(growth('credence_cache_hits_total{cache="issuers"}')).toBe(1)
  })

  it('a caller whom the server has not met yet', async () => {
    const stranger = await addUser(server, account, 'bob')
    const growth = await growthBy(() => call(server, stranger.credentials, tokenCall()))
    expect(growth('credence_cache_misses_total{cache="credentials"}')).toBe(1)
    expect(growth('credence_cache_entries{cache="credentials"}')).toBe(1)
    expect(growth('credence_cache_misses_total{cache="principal-policies"}')).toBe(1)
  })

  it('a refusal by its code', async () => {
    const growth = await growthBy(() =>
      call(server, { ...user.credentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, tokenCall()),
    )
    const labels = '{action="GetWebIdentityToken",code="InvalidClientTokenId"}'
    expect(growth(`credence_requests_total${labels}`)).toBe(1)
    expect(growth('credence_tokens_signed_total{algorithm="ES384"}')).toBe(0)
  })

  it('an action that does not exist, under a name that is ours', async () => {
    const parameters = { Action: 'MadeUpByTheCaller' }
    const growth = await growthBy(() => call(server, user.credentials, { parameters }))
    expect(growth('credence_requests_total{action="unknown",code="InvalidAction"}')).toBe(1)
    expect(growth('credence_request_duration_seconds_count{api="unknown"}')).toBe(1)
    const labels = [...(await scrape()).keys()].join('\n')
    expect(labels).not.toContain('MadeUp')
    expect(labels).not.toContain(account.id)
  })

  it('a call without an action, by the status of its answer', async () => {
    const growth = await growthBy(() => fetch(server.endpoint, { redirect: 'manual' }))
    expect(growth('credence_requests_total{action="unknown",code="HTTP302"}')).toBe(1)
  })

  it('the connections that are open', async () => {
    const client = await connectRaw(server.port)
    const open = (await scrape()).get('credence_connections') ?? 0
    client.socket.destroy()
    await expect.poll(async () => (await scrape()).get('credence_connections')).toBe(open - 1)
    expect((await scrape()).get('credence_requests_in_flight')).toBe(0)
  })

  it('caches by the names that the documentation has', async () => {
    const names = [...(await scrape()).keys()].flatMap(
      sample => /^credence_cache_entries\{cache="([^"]+)"\}$/.exec(sample)?.[1] ?? [],
    )
    const document = readFileSync(DOCUMENT, 'utf8')
    const [, table = ''] = /## Caches([\s\S]*?)\n## /.exec(document) ?? []
    const documented = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name)
    expect(names.toSorted()).toEqual(documented.toSorted())
  })
})

describe('a server without metrics.port', () => {
  it('serves none', async () => {
    await using quiet = await startTestServer()
    expect(quiet.readLog()).not.toContain('metrics are served')
  })
})
