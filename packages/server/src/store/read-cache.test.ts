import { describe, expect, it } from 'vitest'
import { createReadCache, type Loaded } from './read-cache.ts'

const UNCONFIRMED = { state: 'unconfirmed' }

const formatKey = (key: string) => key

/** A source whose loads the test answers by hand, in the order in which it wants. */
function createSource() {
  const waiting: PromiseWithResolvers<Loaded<string>>[] = []
  const keys: string[] = []
  return {
    keys,
    load(key: string): Promise<Loaded<string>> {
      keys.push(key)
      const deferred = Promise.withResolvers<Loaded<string>>()
      waiting.push(deferred)
      return deferred.promise
    },
    /** Answers the load that was begun as the `index`-th, from 0. */
    answer(index: number, value: string | null, topics: readonly string[]): void {
      waiting[index]?.resolve({ value, topics })
    },
    fail(index: number): void {
      waiting[index]?.reject(new Error('the store is down'))
    },
  }
}

function setUp(maxEntries = 10) {
  const source = createSource()
  return { source, cache: createReadCache({ maxEntries, formatKey, load: source.load }) }
}

/** Loads a key to the end. */
async function fill(
  { source, cache }: ReturnType<typeof setUp>,
  key: string,
  value: string | null,
  topics: readonly string[],
): Promise<void> {
  const answer = cache.get(key)
  source.answer(source.keys.length - 1, value, topics)
  await answer
}

describe('a read cache', () => {
  it('loads once and then answers from memory, with and without waiting', async () => {
    const { source, cache } = setUp()
    expect(cache.peek('a')).toEqual(UNCONFIRMED)
    await fill({ source, cache }, 'a', 'A', ['t'])
    expect(await cache.get('a')).toBe('A')
    expect(cache.peek('a')).toEqual({ state: 'known', value: 'A' })
    expect(source.keys).toEqual(['a'])
    expect(cache.statistics()).toEqual({
      hits: 2,
      misses: 1,
      evictions: 0,
      entries: 1,
      absentEntries: 0,
    })
  })

  it('keeps that there is nothing, until its topic changes', async () => {
    const { source, cache } = setUp()
    await fill({ source, cache }, 'a', null, ['t'])
    expect(cache.peek('a')).toEqual({ state: 'absent' })
    expect(await cache.get('a')).toBeNull()
    cache.invalidate(['t'])
    expect(cache.peek('a')).toEqual(UNCONFIRMED)
  })

  it('shares one load between those who ask at once', async () => {
    const { source, cache } = setUp()
    const answers = [cache.get('a'), cache.get('a'), cache.get('b')]
    expect(source.keys).toEqual(['a', 'b'])
    source.answer(0, 'A', ['t'])
    source.answer(1, 'B', ['t'])
    expect(await Promise.all(answers)).toEqual(['A', 'A', 'B'])
    expect(cache.statistics()).toMatchObject({ hits: 0, misses: 3, entries: 2 })
  })

  it('tells all who wait of a failed load, keeps nothing and tries again', async () => {
    const { source, cache } = setUp()
    const answers = [cache.get('a'), cache.get('a')]
    source.fail(0)
    for (const answer of answers) await expect(answer).rejects.toThrow('the store is down')
    expect(cache.peek('a')).toEqual(UNCONFIRMED)
    await fill({ source, cache }, 'a', 'A', ['t'])
    expect(cache.peek('a')).toEqual({ state: 'known', value: 'A' })
  })

  it('takes a load that throws at once for a failed one', async () => {
    const cache = createReadCache<string, string>({
      maxEntries: 1,
      formatKey,
      load() {
        throw new Error('at once')
      },
    })
    await expect(cache.get('a')).rejects.toThrow('at once')
    await expect(cache.get('a')).rejects.toThrow('at once')
  })

  it.each([
    { changed: ['t1'], left: ['b', 'c'] },
    { changed: ['t2'], left: ['c'] },
    { changed: ['t3'], left: ['a', 'b'] },
    { changed: ['t1', 't3'], left: ['b'] },
    { changed: ['t4', 'T1', 't'], left: ['a', 'b', 'c'] },
    { changed: [], left: ['a', 'b', 'c'] },
  ])('drops what depends on $changed and no more', async ({ changed, left }) => {
    const { source, cache } = setUp()
    await fill({ source, cache }, 'a', 'A', ['t1', 't2'])
    await fill({ source, cache }, 'b', 'B', ['t2'])
    await fill({ source, cache }, 'c', 'C', ['t3'])
    cache.invalidate(changed)
    expect(['a', 'b', 'c'].filter(key => cache.peek(key).state !== 'unconfirmed')).toEqual(left)
    expect(cache.statistics()).toMatchObject({ evictions: 0, entries: left.length })
  })

  it.each([['*'], ['t4', '*']])(
    'takes all for unconfirmed after %s, and loads it anew',
    async (...changed) => {
      const { source, cache } = setUp()
      for (const [key, value] of [
        ['a', 'A'],
        ['b', null],
      ] as const) {
        await fill({ source, cache }, key, value, [`t-${key}`])
      }
      cache.invalidate(changed)
      expect(['a', 'b'].map(key => cache.peek(key))).toEqual([UNCONFIRMED, UNCONFIRMED])
      // Nothing was walked through to get there.
      expect(cache.statistics()).toMatchObject({ evictions: 0, entries: 1, absentEntries: 1 })
      await fill({ source, cache }, 'a', null, ['t-a'])
      expect(cache.peek('a')).toEqual({ state: 'absent' })
      expect(cache.statistics()).toMatchObject({ entries: 0, absentEntries: 2 })
      cache.clear()
      expect(cache.peek('a')).toEqual(UNCONFIRMED)
      expect(cache.statistics()).toMatchObject({ evictions: 0, entries: 0, absentEntries: 0 })
    },
  )

  it('follows the topics of the newest answer', async () => {
    const { source, cache } = setUp()
    await fill({ source, cache }, 'a', 'A', ['old'])
    cache.invalidate(['old'])
    await fill({ source, cache }, 'a', 'B', ['new'])
    cache.invalidate(['old'])
    expect(cache.peek('a')).toEqual({ state: 'known', value: 'B' })
    cache.invalidate(['new'])
    expect(cache.peek('a')).toEqual(UNCONFIRMED)
  })

  it('gives an answer without topics and does not keep it', async () => {
    const { source, cache } = setUp()
    await fill({ source, cache }, 'a', null, [])
    expect(cache.peek('a')).toEqual(UNCONFIRMED)
  })

  describe('overtaken by a change while it loads', () => {
    it.each(['t', '*'])(
      'of %s: gives the answer to who asked before, and does not keep it',
      async topic => {
        const { source, cache } = setUp()
        const answer = cache.get('a')
        cache.invalidate([topic])
        source.answer(0, 'old', ['t'])
        expect(await answer).toBe('old')
        expect(cache.peek('a')).toEqual(UNCONFIRMED)
      },
    )

    it('of another topic: keeps the answer', async () => {
      const { source, cache } = setUp()
      const answer = cache.get('a')
      cache.invalidate(['other'])
      source.answer(0, 'A', ['t'])
      await answer
      expect(cache.peek('a')).toEqual({ state: 'known', value: 'A' })
    })

    it('does not let who asks after the change have the old answer', async () => {
      const { source, cache } = setUp()
      const before = cache.get('a')
      cache.invalidate(['t'])
      const after = cache.get('a')
      source.answer(0, 'old', ['t'])
      source.answer(1, 'new', ['t'])
      expect(await Promise.all([before, after])).toEqual(['old', 'new'])
      expect(cache.peek('a')).toEqual({ state: 'known', value: 'new' })
    })

    it('keeps the new answer also when the old one comes last', async () => {
      const { source, cache } = setUp()
      const before = cache.get('a')
      cache.invalidate(['t'])
      const after = cache.get('a')
      source.answer(1, 'new', ['t'])
      expect(await after).toBe('new')
      source.answer(0, 'old', ['t'])
      expect(await before).toBe('old')
      expect(cache.peek('a')).toEqual({ state: 'known', value: 'new' })
      expect(cache.statistics().entries).toBe(1)
    })

    it('shares the second load too, while the first still runs', async () => {
      const { source, cache } = setUp()
      const first = cache.get('a')
      cache.invalidate(['t'])
      const others = [cache.get('a'), cache.get('a')]
      source.answer(0, 'old', ['t'])
      await first
      others.push(cache.get('a'))
      expect(source.keys).toHaveLength(2)
      source.answer(1, 'new', ['t'])
      expect(await Promise.all(others)).toEqual(['new', 'new', 'new'])
    })
  })

  describe('of three entries', () => {
    it('keeps three, and as many for nothing found', async () => {
      const { source, cache } = setUp(3)
      for (const key of ['a', 'b', 'c']) await fill({ source, cache }, key, key, [`t-${key}`])
      for (const key of ['d', 'e', 'f']) await fill({ source, cache }, key, null, [`t-${key}`])
      expect(cache.statistics()).toMatchObject({ evictions: 0, entries: 3, absentEntries: 3 })
      const keys = ['a', 'b', 'c', 'd', 'e', 'f']
      expect(keys.every(key => cache.peek(key).state !== 'unconfirmed')).toBe(true)
    })

    it('drops nothing that is known for what is not there', async () => {
      const { source, cache } = setUp(3)
      for (const key of ['a', 'b', 'c']) await fill({ source, cache }, key, key, [`t-${key}`])
      for (let index = 0; index < 10; index += 1) {
        await fill({ source, cache }, `made-up-${index}`, null, [`t-${index}`])
      }
      expect(['a', 'b', 'c'].map(key => cache.peek(key).state)).toEqual(['known', 'known', 'known'])
      expect(cache.statistics()).toMatchObject({ evictions: 7, entries: 3, absentEntries: 3 })
      expect(cache.peek('made-up-6')).toEqual(UNCONFIRMED)
      expect(cache.peek('made-up-7')).toEqual({ state: 'absent' })
    })

    it('keeps one answer for a key that comes and goes', async () => {
      const { source, cache } = setUp(3)
      for (const value of ['A', null, 'B']) {
        cache.invalidate(['t'])
        await fill({ source, cache }, 'a', value, ['t'])
        expect(cache.peek('a').state).toBe(value === null ? 'absent' : 'known')
      }
      expect(cache.statistics()).toMatchObject({ entries: 1, absentEntries: 0 })
    })

    it('drops the longest unused for the fourth, and counts it', async () => {
      const { source, cache } = setUp(3)
      for (const key of ['a', 'b', 'c']) await fill({ source, cache }, key, key, [`t-${key}`])
      cache.peek('a')
      await fill({ source, cache }, 'd', 'd', ['t-d'])
      expect(['a', 'b', 'c', 'd'].filter(key => cache.peek(key).state !== 'unconfirmed')).toEqual([
        'a',
        'c',
        'd',
      ])
      expect(cache.statistics()).toMatchObject({ evictions: 1, entries: 3 })
    })

    it('forgets the topics of what it drops, and learns them again', async () => {
      const { source, cache } = setUp(1)
      await fill({ source, cache }, 'a', 'A', ['t'])
      await fill({ source, cache }, 'b', 'B', ['other'])
      cache.invalidate(['t'])
      expect(cache.peek('b')).toEqual({ state: 'known', value: 'B' })
      await fill({ source, cache }, 'a', 'A', ['t'])
      cache.invalidate(['t'])
      expect(cache.peek('a')).toEqual(UNCONFIRMED)
    })
  })

  it('tells keys apart by their form, and loads with the key itself', async () => {
    const seen: { readonly id: number }[] = []
    const cache = createReadCache<{ readonly id: number }, number>({
      maxEntries: 3,
      formatKey: ({ id }) => String(id),
      async load(key) {
        seen.push(key)
        return { value: key.id * 2, topics: ['t'] }
      },
    })
    expect(await cache.get({ id: 1 })).toBe(2)
    expect(await cache.get({ id: 1 })).toBe(2)
    expect(cache.peek({ id: 2 })).toEqual(UNCONFIRMED)
    expect(seen).toEqual([{ id: 1 }])
  })

  it.each([0, -1, 1.5])('refuses to be made for %d entries', maxEntries => {
    expect(() => createReadCache({ maxEntries, formatKey, load: createSource().load })).toThrow(
      TypeError,
    )
  })
})
