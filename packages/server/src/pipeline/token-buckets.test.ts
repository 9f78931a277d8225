import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBuckets } from './token-buckets.ts'

/** How many of so many calls at one instant are allowed. */
function takeMany(buckets: TokenBuckets, key: string, nowMs: number, calls: number): number {
  return Array.from({ length: calls }, () => buckets.take(key, nowMs)).filter(Boolean).length
}

describe('TokenBuckets', () => {
  it.each([
    { perSecond: 600, burst: 600 },
    { perSecond: 600, burst: 1 },
    { perSecond: 1, burst: 5 },
    { perSecond: 3, burst: 7 },
    { perSecond: 7, burst: 1000 },
  ])('%j: the burst at once, then the rate, however long nobody asked', rate => {
    const buckets = new TokenBuckets(rate, 10)
    expect(takeMany(buckets, 'a', 1_000_000, rate.burst + 3)).toBe(rate.burst)
    expect(takeMany(buckets, 'a', 1_000_000 + 999 / rate.perSecond, 2)).toBe(0)
    expect(takeMany(buckets, 'a', 1_000_000 + 1000 / rate.perSecond, 2)).toBe(1)
    expect(takeMany(buckets, 'a', 1_000_000_000, rate.burst + 3)).toBe(rate.burst)
  })

  it('keeps keys apart', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, 10)
    expect(buckets.take('a', 0)).toBe(true)
    expect(buckets.take('b', 0)).toBe(true)
    expect(buckets.take('a', 0)).toBe(false)
  })

  it('drops no bucket that is not full to make room, and refuses the newcomer', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, 2)
    expect(buckets.take('a', 0)).toBe(true)
    expect(buckets.take('b', 500)).toBe(true)
    expect(buckets.take('c', 999)).toBe(false)
    expect(buckets.take('a', 999)).toBe(false)
    expect(buckets.take('c', 1000)).toBe(true)
    expect(buckets.take('b', 1000)).toBe(false)
    expect(buckets.size).toBe(2)
  })

  it('gives memory back when keys are out of use', () => {
    const buckets = new TokenBuckets({ perSecond: 10, burst: 10 }, 1000)
    for (let key = 0; key < 1000; key += 1) buckets.take(`old ${key}`, 0)
    for (let key = 0; key < 1000; key += 1) buckets.take(`new ${key}`, 10_000 + key * 1000)
    expect(buckets.size).toBeLessThanOrEqual(2)
  })

  it('a clock that is set back leaves nobody waiting for longer than a bucket takes', () => {
    const buckets = new TokenBuckets({ perSecond: 2, burst: 2 }, 10)
    takeMany(buckets, 'a', 3_600_000, 2)
    expect(buckets.take('a', 3_599_900)).toBe(false)
    expect(takeMany(buckets, 'a', 3_600_900, 3)).toBe(2)
  })

  it('never allows more than burst and rate together, in any span', () => {
    const rate = { perSecond: 10, burst: 5 }
    const calls = fc.array(
      fc.record({ afterMs: fc.integer({ min: 0, max: 300 }), key: fc.constantFrom('a', 'b', 'c') }),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(calls, steps => {
        const buckets = new TokenBuckets(rate, 2)
        const allowedAtMs: number[] = []
        let nowMs = 0
        for (const { afterMs, key } of steps) {
          nowMs += afterMs
          if (buckets.take(key, nowMs) && key === 'a') allowedAtMs.push(nowMs)
        }
        for (const [index, fromMs] of allowedAtMs.entries()) {
          for (const [later, toMs] of allowedAtMs.slice(index).entries()) {
            const most = rate.burst + ((toMs - fromMs) / 1000) * rate.perSecond
            expect(later + 1).toBeLessThanOrEqual(most + 0.001)
          }
        }
      }),
    )
  })
})
