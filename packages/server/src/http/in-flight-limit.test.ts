import { describe, expect, test } from 'vitest'
import { InFlightLimit } from './in-flight-limit.ts'

const MAX_WAIT_MS = 100

function createLimit(max = 10_000, maxWaitMs = MAX_WAIT_MS) {
  let nowMs = 0
  const limit = new InFlightLimit({ maxWaitMs, max, elapsedMs: () => nowMs })
  return {
    limit,
    /** Finishes so many calls in a second while `inFlight` are there and others ask. */
    work(callsPerSecond: number, seconds: number, inFlight: () => number) {
      for (let count = 0; count < callsPerSecond * seconds; count += 1) {
        limit.admits(inFlight())
        nowMs += 1000 / callsPerSecond
        limit.noteFinished(inFlight() - 1)
      }
    },
    wait(ms: number) {
      nowMs += ms
    },
  }
}

test.each([
  [100, 256],
  [500, 256],
  [1000, 512],
  [10_000, 5120],
  [60_000, 10_000],
])('begins, where a call may take %d ms, with %d', (maxWaitMs, expected) => {
  expect(createLimit(10_000, maxWaitMs).limit.value).toBe(expected)
})

describe('under steady overload', () => {
  test.each([
    [500, 50],
    [1000, 100],
    [2000, 200],
    [14_000, 1400],
    [50_000, 5000],
  ])('at %d calls/s as many are let in as are finished in 100 ms: %d', (rate, expected) => {
    const { limit, work } = createLimit()
    work(rate, 2, () => limit.value)
    expect(limit.value).toBeGreaterThan(expected * 0.95)
    expect(limit.value).toBeLessThan(expected * 1.05)
  })

  test('follows a server that becomes slower, and one that becomes faster', () => {
    const { limit, work } = createLimit()
    work(10_000, 1, () => limit.value)
    work(2000, 1, () => limit.value)
    expect(limit.value).toBeLessThan(220)
    work(10_000, 1, () => limit.value)
    expect(limit.value).toBeGreaterThan(900)
  })

  test.each([1, 50, 1000])('never lets in more than the most that is configured: %d', max => {
    const { limit, work } = createLimit(max)
    work(50_000, 1, () => limit.value)
    expect(limit.value).toBe(max)
    expect(limit.admits(max - 1)).toBe(true)
    expect(limit.admits(max)).toBe(false)
  })

  test('never falls below a floor, however slow the server', () => {
    const { limit, work } = createLimit()
    work(20, 100, () => limit.value)
    expect(limit.value).toBe(16)
    expect(limit.admits(15)).toBe(true)
  })
})

describe('without overload', () => {
  test('nothing changes while fewer than half are in flight, however slowly they are finished', () => {
    const { limit, work } = createLimit()
    work(1, 100, () => 127)
    expect(limit.value).toBe(256)
  })

  test('the number grows with the rate that is reached, before anybody is refused', () => {
    const { limit, work } = createLimit()
    work(50_000, 1, () => limit.value - 1)
    expect(limit.value).toBe(5000)
  })

  test('a slow server learns that it is slow before it refuses anybody', () => {
    const { limit, work } = createLimit()
    work(500, 0.5, () => 200)
    expect(limit.value).toBeLessThan(200)
    expect(limit.admits(200)).toBe(false)
  })

  test('a burst that is over before anything can be measured changes nothing', () => {
    const { limit, wait } = createLimit()
    expect(limit.admits(limit.value)).toBe(false)
    for (let left = limit.value - 1; left >= 0; left -= 1) limit.noteFinished(left)
    wait(60_000)
    limit.noteFinished(0)
    expect(limit.value).toBe(256)
  })

  test('one stall halves it at most', () => {
    const { limit, wait } = createLimit()
    limit.admits(limit.value)
    wait(5000)
    limit.noteFinished(limit.value - 1)
    expect(limit.value).toBeGreaterThanOrEqual(128)
  })
})
