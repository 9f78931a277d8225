import { describe, expect, it } from 'vitest'
import { CountedCache } from './counted-cache.ts'

describe('CountedCache', () => {
  it('counts what it answered, what it did not, and what it dropped for want of room', () => {
    const cache = new CountedCache<number>({ max: 2 })
    expect(cache.statistics()).toEqual({ hits: 0, misses: 0, evictions: 0, entries: 0 })
    expect(cache.get('a')).toBeUndefined()
    cache.set('a', 1)
    cache.set('b', 2)
    expect(cache.get('a')).toBe(1)
    cache.set('c', 3)
    expect(cache.get('b')).toBeUndefined()
    expect(cache.statistics()).toEqual({ hits: 1, misses: 2, evictions: 1, entries: 2 })
  })

  it('counts neither a replaced nor a deleted entry as dropped', () => {
    const cache = new CountedCache<number>({ max: 2 })
    cache.set('a', 1)
    cache.set('a', 2)
    cache.delete('a')
    expect(cache.statistics()).toMatchObject({ evictions: 0, entries: 0 })
  })

  it('is bounded by sizes where it is told so', () => {
    const cache = new CountedCache<string>({ maxSize: 10 })
    cache.set('a', 'x', 6)
    cache.set('b', 'y', 6)
    expect(cache.get('a')).toBeUndefined()
    expect(cache.get('b')).toBe('y')
    expect(cache.statistics()).toMatchObject({ evictions: 1, entries: 1 })
  })

  it('stays within its bound however much comes', () => {
    const cache = new CountedCache<number>({ max: 100 })
    for (let index = 0; index < 10_000; index += 1) cache.set(`key ${index}`, index)
    expect(cache.statistics()).toMatchObject({ entries: 100, evictions: 9900 })
    expect(cache.get('key 9999')).toBe(9999)
  })
})
