import { describe, expect, it } from 'vitest'
import { createLoadingCache } from './loading-cache.ts'

/** A source of records whose answers the test gives by hand. */
function createSource() {
  const asked: string[] = []
  const pending: PromiseWithResolvers<{ readonly value: string } | null>[] = []
  return {
    asked,
    load: (key: string) => {
      asked.push(key)
      const answer = Promise.withResolvers<{ readonly value: string } | null>()
      pending.push(answer)
      return answer.promise
    },
    answer: (value: string | null) => pending.shift()?.resolve(value === null ? null : { value }),
    fail: () => pending.shift()?.reject(new Error('store down')),
  }
}

describe('createLoadingCache', () => {
  it('loads a record once, also for many callers at once', async () => {
    const source = createSource()
    const cache = createLoadingCache(10, source.load)
    const gets = [cache.get('a'), cache.get('a'), cache.get('a')]
    source.answer('first')
    const values = await Promise.all([...gets, cache.get('a')])
    expect(values).toEqual(Array(4).fill({ value: 'first' }))
    expect(source.asked).toEqual(['a'])
  })

  it('remembers that there is no record', async () => {
    const source = createSource()
    const cache = createLoadingCache(10, source.load)
    const first = cache.get('a')
    source.answer(null)
    expect(await first).toBeNull()
    expect(await cache.get('a')).toBeNull()
    expect(source.asked).toEqual(['a'])
  })

  it('loads again after a failure', async () => {
    const source = createSource()
    const cache = createLoadingCache(10, source.load)
    const first = cache.get('a')
    source.fail()
    await expect(first).rejects.toThrow('store down')
    const second = cache.get('a')
    source.answer('second')
    expect(await second).toEqual({ value: 'second' })
  })

  it.each(['record', null])('forgets what it knew: %s', async known => {
    const source = createSource()
    const cache = createLoadingCache(10, source.load)
    const first = cache.get('a')
    source.answer(known)
    await first
    cache.forget('a')
    const second = cache.get('a')
    source.answer('changed')
    expect(await second).toEqual({ value: 'changed' })
    expect(await cache.get('a')).toEqual({ value: 'changed' })
  })

  it.each(['record', null])('does not keep a load that was forgotten: %s', async old => {
    const source = createSource()
    const cache = createLoadingCache(10, source.load)
    const before = cache.get('a')
    cache.forget('a')
    const after = cache.get('a')
    source.answer(old)
    await before
    source.answer('new')
    expect(await after).toEqual({ value: 'new' })
    expect(await cache.get('a')).toEqual({ value: 'new' })
    expect(source.asked).toEqual(['a', 'a'])
  })

  it('does not let a forgotten load that fails disturb the next', async () => {
    const source = createSource()
    const cache = createLoadingCache(10, source.load)
    const before = cache.get('a')
    cache.forget('a')
    const after = cache.get('a')
    source.fail()
    await expect(before).rejects.toThrow('store down')
    const joined = cache.get('a')
    source.answer('new')
    expect(await Promise.all([after, joined])).toEqual([{ value: 'new' }, { value: 'new' }])
    expect(source.asked).toEqual(['a', 'a'])
  })

  it('forgets which keys are absent, and keeps records', async () => {
    const source = createSource()
    const cache = createLoadingCache(10, source.load)
    const absent = cache.get('absent')
    source.answer(null)
    await absent
    const known = cache.get('known')
    source.answer('record')
    await known
    const underWay = cache.get('under way')
    cache.forgetAbsent()
    source.answer(null)
    await underWay
    for (const key of ['absent', 'under way']) {
      const again = cache.get(key)
      source.answer('made meanwhile')
      expect(await again).toEqual({ value: 'made meanwhile' })
    }
    expect(await cache.get('known')).toEqual({ value: 'record' })
  })

  it('keeps at most the given number of records, the last used ones', async () => {
    const asked: string[] = []
    const cache = createLoadingCache(2, async key => {
      asked.push(key)
      return { key }
    })
    for (const key of ['a', 'b', 'a', 'c']) await cache.get(key)
    expect(asked).toEqual(['a', 'b', 'c'])
    await cache.get('a')
    expect(asked).toEqual(['a', 'b', 'c'])
    await cache.get('b')
    expect(asked).toEqual(['a', 'b', 'c', 'b'])
  })

  it('keeps at most as many absent keys, and they drive out no record', async () => {
    const asked: string[] = []
    const cache = createLoadingCache(2, async key => {
      asked.push(key)
      return key === 'known' ? { key } : null
    })
    for (const key of ['known', 'a', 'b', 'c', 'known', 'c', 'b']) await cache.get(key)
    expect(asked).toEqual(['known', 'a', 'b', 'c'])
    await cache.get('a')
    expect(asked).toEqual(['known', 'a', 'b', 'c', 'a'])
  })
})
