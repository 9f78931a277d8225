import { describe, expect, it, vi } from 'vitest'
import { codeThrown } from '../test/tokens.ts'
import { createMemoryReplayStore } from './replay.ts'

const setUp = (maxEntries: number) => {
  let nowMs = 0
  const store = createMemoryReplayStore({ maxEntries, nowMs: () => nowMs })
  return {
    use: (tokenId: string, rememberUntilMs = 1000, issuer = 'https://a.example') =>
      store.recordUse({ issuer, tokenId, rememberUntilMs }),
    at: (ms: number) => {
      nowMs = ms
    },
  }
}

describe('createMemoryReplayStore', () => {
  it('knows the first use from the next', () => {
    const { use } = setUp(10)
    expect([use('a'), use('a'), use('b'), use('a')]).toEqual([true, false, true, false])
  })

  it('keeps the tokens of issuers apart, whatever is in their names', () => {
    const { use } = setUp(10)
    expect(use('a', 1000, 'https://a.example')).toBe(true)
    expect(use('a', 1000, 'https://b.example')).toBe(true)
    expect(use('b"c', 1000, 'a')).toBe(true)
    expect(use('c', 1000, 'a","b')).toBe(true)
  })

  it('remembers until the moment it was told, and not longer', () => {
    const { use, at } = setUp(10)
    use('a')
    at(999)
    expect(use('a')).toBe(false)
    at(1000)
    expect(use('a', 2000)).toBe(true)
    expect(use('a', 2000)).toBe(false)
  })

  it('refuses when it is full rather than forgetting', () => {
    const { use, at } = setUp(2)
    expect([use('a', 1000), use('b', 2000)]).toEqual([true, true])
    expect(codeThrown(() => use('c'))).toBe('replay_unavailable')
    expect(() => use('c')).toThrow('2 used tokens are remembered')
    expect(use('a')).toBe(false)
    at(999)
    expect(codeThrown(() => use('c'))).toBe('replay_unavailable')
  })

  it('makes room from what has expired, again and again', () => {
    const { use, at } = setUp(2)
    use('a', 1000)
    use('b', 2000)
    at(1000)
    expect(use('c', 3000)).toBe(true)
    expect(use('b', 2000)).toBe(false)
    expect(codeThrown(() => use('d', 3000))).toBe('replay_unavailable')
    at(2000)
    expect(use('d', 3000)).toBe(true)
    expect(codeThrown(() => use('e', 3000))).toBe('replay_unavailable')
    at(3000)
    expect([use('e', 4000), use('f', 4000)]).toEqual([true, true])
    expect(codeThrown(() => use('g', 5000))).toBe('replay_unavailable')
  })

  it('makes room for an earlier expiry that came later', () => {
    const { use, at } = setUp(2)
    use('a', 2000)
    use('b', 1000)
    at(1000)
    expect(use('c', 3000)).toBe(true)
    expect(use('a', 2000)).toBe(false)
  })

  it('looks through what it remembers only when it is full and something has expired', () => {
    const countClockReads = (maxEntries: number, nowMs: number): number => {
      const clock = vi.fn(() => 0)
      const store = createMemoryReplayStore({ maxEntries, nowMs: clock })
      for (let i = 0; i < 100; i += 1) {
        store.recordUse({ issuer: 'a', tokenId: `${i}`, rememberUntilMs: 1000 })
      }
      clock.mockReset().mockReturnValue(nowMs)
      codeThrown(() => store.recordUse({ issuer: 'a', tokenId: 'b', rememberUntilMs: 3000 }))
      return clock.mock.calls.length
    }
    expect(countClockReads(100, 999)).toBeLessThan(10)
    expect(countClockReads(101, 1000)).toBeLessThan(10)
    expect(countClockReads(100, 1000)).toBeGreaterThan(100)
  })

  it('has the clock of the machine unless given another', () => {
    const store = createMemoryReplayStore({ maxEntries: 1 })
    const use = (rememberUntilMs: number) =>
      store.recordUse({ issuer: 'a', tokenId: 'a', rememberUntilMs })
    expect(use(Date.now() - 1)).toBe(true)
    expect(use(Date.now() + 60_000)).toBe(true)
    expect(use(Date.now() + 60_000)).toBe(false)
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses to hold %d entries',
    maxEntries => {
      const run = () => createMemoryReplayStore({ maxEntries })
      expect(codeThrown(run)).toBe('options_invalid')
      expect(run).toThrow('maxEntries is not a whole number of at least 1')
    },
  )
})
