import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { startChild } from '../../src/store/test/child.ts'
import { type CallResponse, call } from '../support/calls.ts'
import { tokenCall } from '../support/token-call.ts'
import { startWorld } from '../support/worlds/http.ts'

// The changes that wait for the lock wait for a second.
vi.setConfig({ testTimeout: 60_000 })

const HOLD_WRITE_LOCK = new URL('../../src/store/sqlite/test/hold-write-lock.ts', import.meta.url)

it('issues tokens while another process keeps the store, answers changes with 503, and goes on afterwards', async () => {
  await using world = await startWorld({ settings: { 'store.lockTimeoutSeconds': '1' } })
  const { server, callers } = world
  const createUser = (UserName: string): Promise<CallResponse> =>
    call(server, callers.admin, {
      service: 'iam',
      parameters: { Action: 'CreateUser', UserName },
    })
  const holder = startChild(HOLD_WRITE_LOCK, [join(server.directory, 'credence.db')])
  expect(await holder.readLine()).toBe('locked')

  let areSettled = false
  const changes = Promise.all(
    Array.from({ length: 30 }, (_, number) => createUser(`user-${number}`)),
  ).finally(() => {
    areSettled = true
  })
  let tokens = 0
  while (!areSettled) {
    expect((await call(server, callers.admin, tokenCall())).status).toBe(200)
    tokens += 1
  }
  // Had the lock been waited for on the event loop, nobody would have had one.
  expect(tokens).toBeGreaterThan(3)
  for (const { status, body } of await changes) {
    expect(status).toBe(503)
    expect(body).toContain('<Code>ServiceUnavailable</Code>')
  }
  expect(server.readLog()).toContain('another process holds its lock')

  await holder.kill()
  expect((await createUser('user-0')).status).toBe(200)
})
