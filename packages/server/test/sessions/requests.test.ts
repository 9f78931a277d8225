import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callSts, callUnsigned, expectError } from '../support/sts-calls.ts'
import { type SessionWorld, startSessionWorld } from '../support/worlds/session.ts'
import { REQUEST_ROWS } from './tables/requests.ts'

let world: SessionWorld

beforeAll(async () => {
  world = await startSessionWorld()
})

afterAll(() => world[Symbol.asyncDispose]())

describe.each(Object.entries(REQUEST_ROWS))('%s', (_name, rows) => {
  it.each(rows)('$what', async ({ caller = 'user', action, parameters, refusal }) => {
    const { server, callers } = world
    const answer =
      caller === null
        ? await callUnsigned(server, action, parameters)
        : await callSts(server, callers[caller], action, parameters)
    if (refusal === null) expect(answer).toMatchObject({ status: 200 })
    else expectError(answer, refusal)
  })
})
