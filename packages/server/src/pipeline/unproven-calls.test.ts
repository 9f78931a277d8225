import { describe, expect, it } from 'vitest'
import type { AuditFields } from '../audit/event.ts'
import type { Caller } from '../principals/caller.ts'
import { Counter } from '../telemetry/instruments.ts'
import { type RefusedCall, UnprovenCalls } from './unproven-calls.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 20, 12, 19)
const CALL: RefusedCall = {
  caller: null,
  code: 'InvalidClientTokenId',
  sourceIp: '192.0.2.7',
  nowMs: NOW_MS,
}

/** What is looked at of a caller. */
const callerOf = (kind: Caller['kind']) => ({ kind }) as Caller

function create({ perSecond = 0, burst = 0, hasRoom = true } = {}) {
  const counted = new Counter()
  const calls = new UnprovenCalls({
    rate: { perSecond, burst },
    hasRoom: () => hasRoom,
    counted,
  })
  return { calls, counted }
}

async function takeSummaries(calls: UnprovenCalls): Promise<readonly AuditFields[]> {
  const summaries: AuditFields[] = []
  await calls.summarize(async details => void summaries.push(details))
  return summaries
}

describe('calls of unproven callers', () => {
  it('have events of their own up to the rate, and are counted beyond it', async () => {
    const { calls, counted } = create({ perSecond: 1, burst: 3 })
    const admit = (nowMs: number) => calls.admit({ ...CALL, nowMs })
    expect([0, 0, 0, 0, 0].map(() => admit(NOW_MS))).toEqual([true, true, true, false, false])
    expect(admit(NOW_MS + 1000)).toBe(true)
    expect(admit(NOW_MS + 1000)).toBe(false)
    expect(counted.value).toBe(3)
    expect(await takeSummaries(calls)).toEqual([
      {
        calls: 3,
        from: '2026-11-22T20:12:19Z',
        to: '2026-11-22T20:12:20Z',
        errorCodes: { InvalidClientTokenId: 3 },
        sources: [{ network: '192.0.2.0/24', calls: 3 }],
        otherCalls: 0,
      },
    ])
    expect(await takeSummaries(calls)).toEqual([])
  })

  it('have none while the disk has no room for them', async () => {
    const { calls } = create({ perSecond: 100, burst: 100, hasRoom: false })
    expect(calls.admit(CALL)).toBe(false)
    expect(calls.admit({ ...CALL, caller: callerOf('web-identity') })).toBe(false)
    expect(calls.admit({ ...CALL, caller: callerOf('user') })).toBe(true)
    expect(await takeSummaries(calls)).toMatchObject([{ calls: 2 }])
  })

  it('do not use up the rate of those with a token of a provider', () => {
    const { calls } = create({ perSecond: 1, burst: 1 })
    expect([calls.admit(CALL), calls.admit(CALL)]).toEqual([true, false])
    const provider = { ...CALL, caller: callerOf('web-identity') }
    expect([calls.admit(provider), calls.admit(provider)]).toEqual([true, false])
  })

  it.each(['root', 'user', 'assumed-role', 'federated-user'] as const)(
    'are not those of a %s',
    kind => {
      const { calls } = create()
      expect(calls.admit({ ...CALL, caller: callerOf(kind) })).toBe(true)
    },
  )
})

describe('a summary', () => {
  it('names the networks that most calls came from, and counts the others', async () => {
    const { calls } = create()
    const send = (sourceIp: string, count: number) => {
      for (let index = 0; index < count; index += 1) calls.admit({ ...CALL, sourceIp })
    }
    for (let index = 0; index < 300; index += 1) send(`10.0.${index % 256}.${index % 250}`, 1)
    send('10.0.200.1', 500)
    send('2001:db8:7:8::9', 100)
    const [summary] = await takeSummaries(calls)
    const sources = summary?.['sources'] as readonly { network: string; calls: number }[]
    expect(summary).toMatchObject({ calls: 900 })
    expect(sources).toHaveLength(20)
    expect(sources[0]).toEqual({ network: '10.0.200.0/24', calls: 501 })
    const named = sources.reduce((sum, source) => sum + source.calls, 0)
    expect(summary?.['otherCalls']).toBe(900 - named)
    expect(JSON.stringify(summary).length).toBeLessThan(2000)
  })

  it('tells as many networks apart as have room, and counts the calls of all', async () => {
    const { calls } = create()
    const send = (network: number) =>
      calls.admit({ ...CALL, sourceIp: `10.${network >> 8}.${network & 255}.1` })
    for (let network = 0; network < 256; network += 1) send(network)
    for (let count = 0; count < 10; count += 1) send(255)
    for (let count = 0; count < 10; count += 1) send(256)
    const [summary] = await takeSummaries(calls)
    expect(summary).toMatchObject({ calls: 276, otherCalls: 276 - 11 - 19 })
    expect(summary?.['sources']).toContainEqual({ network: '10.0.255.0/24', calls: 11 })
    expect(JSON.stringify(summary)).not.toContain('10.1.0.0')
  })

  it('that cannot be written again and again is not lost', async () => {
    const { calls } = create()
    const fail = () => Promise.reject(new Error('the disk is full'))
    calls.admit(CALL)
    await calls.summarize(fail)
    await calls.summarize(fail)
    expect(await takeSummaries(calls)).toMatchObject([{ calls: 1 }])
    await calls.summarize(fail)
    expect(await takeSummaries(calls)).toEqual([])
  })

  it('that cannot be written is part of the next', async () => {
    const { calls } = create()
    calls.admit(CALL)
    await calls.summarize(async () => {
      calls.admit({ ...CALL, code: 'SignatureDoesNotMatch', nowMs: NOW_MS + 60_000 })
      throw new Error('the disk is full')
    })
    expect(await takeSummaries(calls)).toEqual([
      {
        calls: 2,
        from: '2026-11-22T20:12:19Z',
        to: '2026-11-22T20:13:19Z',
        errorCodes: { InvalidClientTokenId: 1, SignatureDoesNotMatch: 1 },
        sources: [{ network: '192.0.2.0/24', calls: 2 }],
        otherCalls: 0,
      },
    ])
  })
})
