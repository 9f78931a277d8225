import { describe, expect, test } from 'vitest'
import { InFlightLimit } from './in-flight-limit.ts'

const MAX_WAIT_MS = 100

function createLimit(max = 10_000) {
  let nowMs = 0
  const limit = new InFlightLimit({ maxWaitMs: MAX_WAIT_MS, max, elapsedMs: () => nowMs })
  return {
    limit,
    /** Everybody always asks, and the server finishes so many calls in a second. */
    saturate(callsPerSecond: number, seconds: number) {
      for (let count = 0; count < callsPerSecond * seconds; count += 1) {
        limit.noteReached()
        nowMs += 1000 / callsPerSecond
        limit.noteFinished(limit.value - 1)
      }
    },
    wait(ms: number) {
      nowMs += ms
    },
  }
}

describe('under steady overload', () => {
  test.each([
    [1000, 100],
    [2000, 200],
    [14_000, 1400],
    [50_000, 5000],
  ])('at %d calls/s as many are let in as are finished in 100 ms: %d', (rate, expected) => {
    const { limit, saturate } = createLimit()
    saturate(rate, 2)
    expect(limit.value).toBeGreaterThan(expected * 0.95)
    expect(limit.value).toBeLessThan(expected * 1.05)
  })

  test('follows a server that becomes slower, and one that becomes faster', () => {
    const { limit, saturate } = createLimit()
    saturate(10_000, 1)
    saturate(2000, 1)
    expect(limit.value).toBeLessThan(220)
    saturate(10_000, 1)
    expect(limit.value).toBeGreaterThan(900)
  })

  test.each([1, 50, 1000])('never lets in more than the most that is configured: %d', max => {
    const { limit, saturate } = createLimit(max)
    saturate(50_000, 1)
    expect(limit.value).toBe(max)
  })

  test('never falls below a floor, however slow the server', () => {
    const { limit, saturate } = createLimit()
    saturate(20, 100)
    expect(limit.value).toBe(64)
  })
})

describe('without overload', () => {
  test('nothing changes, however slowly calls are finished', () => {
    const { limit, wait } = createLimit()
    for (let count = 0; count < 100; count += 1) {
      wait(1000)
      limit.noteFinished(limit.value - 1)
    }
    expect(limit.value).toBe(256)
  })

  test('a burst that is over before anything can be measured changes nothing', () => {
    const { limit, wait } = createLimit()
    limit.noteReached()
    for (let left = limit.value - 1; left >= 0; left -= 1) limit.noteFinished(left)
    wait(60_000)
    limit.noteFinished(0)
    expect(limit.value).toBe(256)
  })

  test('one stall halves it at most', () => {
    const { limit, wait } = createLimit()
    limit.noteReached()
    wait(5000)
    limit.noteFinished(limit.value - 1)
    expect(limit.value).toBeGreaterThanOrEqual(128)
  })
})
