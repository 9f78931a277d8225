import { describe, expect, it } from 'vitest'
import { type IssuerReaders, NO_READERS } from '../../store/reader-ports.ts'
import { type Look, MAX_READERS, mergeReaders, NO_LOOKS } from './merge-readers.ts'

const MINUTE_MS = 60_000

function createLook(lastAtMs: number, changes: Partial<Look> = {}): Look {
  return {
    network: '192.0.2.0/24',
    userAgent: 'jose',
    via: '',
    lastAtMs,
    discoveryAtMs: null,
    jwksAtMs: lastAtMs,
    keySet: { tag: 'first', keyIds: ['a'] },
    ...changes,
  }
}

const merge = (kept: IssuerReaders, looks: readonly Look[], keptSinceMs = 0): IssuerReaders =>
  mergeReaders(kept, { ...NO_LOOKS, looks }, keptSinceMs)

describe('one reader', () => {
  it('is kept with the key set that it has fetched last', () => {
    const once = merge(NO_READERS, [createLook(1000)])
    const keySet = { tag: 'second', keyIds: ['a', 'b'] }
    const twice = merge(once, [createLook(2000, { keySet })])
    expect(twice.readers).toEqual([
      expect.objectContaining({ firstAtMs: 1000, lastAtMs: 2000, jwksTag: 'second', occasions: 1 }),
    ])
    expect(twice.keySets).toEqual({ second: ['a', 'b'] })
  })

  it('keeps its key set when it looks at discovery, and when an older look comes late', () => {
    const kept = merge(NO_READERS, [createLook(5000)])
    const discovery = createLook(9000, { discoveryAtMs: 9000, jwksAtMs: null, keySet: null })
    const late = createLook(4000, { keySet: { tag: 'older', keyIds: [] } })
    expect(merge(kept, [discovery, late]).readers).toEqual([
      expect.objectContaining({
        lastAtMs: 9000,
        discoveryAtMs: 9000,
        jwksAtMs: 5000,
        jwksTag: 'first',
      }),
    ])
  })

  it.each([
    [MINUTE_MS - 1, 1],
    [MINUTE_MS, 2],
  ])('that comes again after %i ms has come on %i occasions', (laterMs, occasions) => {
    const kept = merge(NO_READERS, [createLook(1000)])
    expect(merge(kept, [createLook(1000 + laterMs)]).readers[0]?.occasions).toBe(occasions)
  })

  it.each(['network', 'userAgent', 'via'] as const)('is told from another by its %s', part => {
    const looks = [createLook(1), createLook(1, { [part]: 'other' })]
    expect(merge(NO_READERS, looks).readers).toHaveLength(2)
  })

  it('is forgotten, with its key set, when it has not come for as long as is kept', () => {
    const kept = merge(NO_READERS, [createLook(1000)])
    expect(merge(kept, [], 999).readers).toHaveLength(1)
    expect(merge(kept, [], 1000)).toEqual(NO_READERS)
  })
})

describe('a flood of made-up readers', () => {
  const flood = Array.from({ length: 3 * MAX_READERS }, (_, n) =>
    createLook(10 * MINUTE_MS + n, { userAgent: `made up ${n}` }),
  )

  it('is bounded, drives out nobody who has come before, and is told of', () => {
    const once = merge(NO_READERS, [createLook(0)], -1)
    const regular = merge(once, [createLook(MINUTE_MS)])
    const flooded = merge(regular, flood)
    expect(flooded.readers).toHaveLength(MAX_READERS)
    expect(flooded.readers[0]?.userAgent).toBe('jose')
    expect(flooded.forgotten).toBe(2 * MAX_READERS + 1)
    expect(flooded.forgottenAtMs).toBe(10 * MINUTE_MS + 2 * MAX_READERS)
  })

  it('leaves those that came last, and its count is forgotten too', () => {
    const flooded = merge(NO_READERS, flood)
    expect(flooded.readers.at(-1)?.userAgent).toBe(`made up ${2 * MAX_READERS}`)
    const later = merge(flooded, [], 11 * MINUTE_MS)
    expect(later).toEqual(NO_READERS)
  })

  it('counts those that had no place in memory', () => {
    const news = { looks: [], forgotten: 7, forgottenAtMs: 3000 }
    expect(mergeReaders(NO_READERS, news, 0)).toMatchObject({ forgotten: 7, forgottenAtMs: 3000 })
  })
})
