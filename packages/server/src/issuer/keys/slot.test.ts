import { describe, expect, it } from 'vitest'
import {
  findDueSteps,
  findEarliestActivationMs,
  findEarlinessMs,
  findNextGeneration,
  findSpreadStepMs,
  type KeyFacts,
  type KeyRules,
  planSteps,
} from './slot.ts'

const RULES: KeyRules = { rotateEveryMs: 9000, publishBeforeMs: 100, keepAfterMs: 500 }

const NEVER = { visibleAtMs: null, activatedAtMs: null, endedAtMs: null }

const intended = (generation = 1): KeyFacts => ({ ...NEVER, generation, state: 'intended' })
const prepared = (visibleAtMs: number | null, generation = 1): KeyFacts => ({
  ...NEVER,
  generation,
  state: 'prepared',
  visibleAtMs,
})
const active = (activatedAtMs: number, generation = 0): KeyFacts => ({
  ...NEVER,
  generation,
  state: 'active',
  visibleAtMs: 0,
  activatedAtMs,
})
const retiring = (endedAtMs: number, generation = 0): KeyFacts => ({
  ...active(0, generation),
  state: 'retiring',
  endedAtMs,
})
const ended = (state: 'retired' | 'revoked', generation = 0): KeyFacts => ({
  ...retiring(0, generation),
  state,
})

const next = (keys: readonly KeyFacts[], nowMs: number, earlinessMs = 0, rules = RULES) =>
  findDueSteps(keys, rules, earlinessMs, nowMs)[0] ?? null

describe('the next step', () => {
  it('is none where there are no keys: nobody has enabled anything', () => {
    expect(next([], 1e9)).toBeNull()
  })

  it.each([
    ['wants a follower where there is none', [active(0)], { kind: 'intend', generation: 1 }],
    [
      'wants one where there is only what has ended',
      [ended('revoked', 3)],
      { kind: 'intend', generation: 4 },
    ],
    ['makes what is wanted', [active(0), intended(4)], { kind: 'make', generation: 4 }],
    [
      'looks for what nobody has seen',
      [active(0), prepared(null, 4)],
      { kind: 'see', generation: 4 },
    ],
    [
      'does not make a second one beside one that stands by',
      [active(0), prepared(0, 1), intended(2)],
      null,
    ],
    [
      'looks before anybody may sign, also where nobody does',
      [prepared(null, 4)],
      { kind: 'see', generation: 4 },
    ],
    [
      'has the one that is seen sign where nobody does',
      [prepared(0, 4)],
      { kind: 'activate', generation: 4 },
    ],
  ] as const)('%s', (_, keys, step) => {
    expect(next(keys, 0)).toEqual(step)
  })

  it('activates a follower at the age of the one that signs, and not before', () => {
    const keys = [active(1000), prepared(1000)]
    expect(next(keys, 9999)).toBeNull()
    expect(next(keys, 10_000)).toEqual({ kind: 'activate', generation: 1 })
  })

  it('activates no follower before it was published for long enough', () => {
    const keys = [active(0), prepared(9950)]
    expect(next(keys, 10_049)).toBeNull()
    expect(next(keys, 10_050)).toEqual({ kind: 'activate', generation: 1 })
  })

  it('activates nothing that was not seen, however old the one that signs is', () => {
    expect(next([active(0), prepared(null)], 1e12)).toEqual({ kind: 'see', generation: 1 })
  })

  it('activates earlier by what the account is earlier', () => {
    const keys = [active(1000), prepared(1000)]
    expect(next(keys, 9699, 300)).toBeNull()
    expect(next(keys, 9700, 300)).toEqual({ kind: 'activate', generation: 1 })
  })

  it('is not early with what must be published first', () => {
    expect(next([active(0), prepared(8950)], 9049, 300)).toBeNull()
  })

  it('leaves the one that signs alone where keys do not rotate', () => {
    const rules = { ...RULES, rotateEveryMs: 0 }
    expect(next([active(0), prepared(0)], 1e12, 0, rules)).toBeNull()
    expect(next([prepared(0)], 0, 0, rules)).toEqual({ kind: 'activate', generation: 1 })
    expect(next([active(0), intended()], 0, 0, rules)).toEqual({ kind: 'make', generation: 1 })
  })

  it('retires what was kept for long enough, the oldest first', () => {
    const keys = [retiring(1000, 0), retiring(1100, 1), active(1100, 2), prepared(1100, 3)]
    expect(next(keys, 1499)).toBeNull()
    expect(next(keys, 1500)).toEqual({ kind: 'retire', generation: 0 })
    expect(next(keys.slice(1), 1599)).toBeNull()
    expect(next(keys.slice(1), 1600)).toEqual({ kind: 'retire', generation: 1 })
  })

  it('does nothing to what has ended', () => {
    const keys = [ended('retired', 0), ended('revoked', 1), active(0, 2), prepared(0, 3)]
    expect(next(keys, 8999)).toBeNull()
  })

  it('goes on after a month in which nobody looked, one step after the other', () => {
    const keys = [active(0, 0), prepared(0, 1)]
    expect(next(keys, 1e9)).toEqual({ kind: 'activate', generation: 1 })
    const later = [retiring(1e9, 0), active(1e9, 1), intended(2)]
    expect(next(later, 1e9)).toEqual({ kind: 'make', generation: 2 })
    const seen = [retiring(1e9, 0), active(1e9, 1), prepared(1e9, 2)]
    expect(next(seen, 1e9)).toBeNull()
  })

  it('waits when the clock was set back behind what has happened', () => {
    expect(next([retiring(5000), active(5000, 1), prepared(5000, 2)], 0)).toBeNull()
  })

  it('takes activation first: what is overdue there is an old key that signs', () => {
    const keys = [retiring(0, 0), active(0, 1), prepared(0, 2)]
    expect(next(keys, 1e9)).toEqual({ kind: 'activate', generation: 2 })
  })

  it('takes an instant that a row lacks for the oldest', () => {
    expect(next([{ ...active(0), activatedAtMs: null }, prepared(0)], 9000)?.kind).toBe('activate')
    expect(next([{ ...active(0), activatedAtMs: null }, prepared(0)], 8999)).toBeNull()
    expect(
      next([{ ...retiring(0), endedAtMs: null }, active(0, 1), prepared(0, 2)], 500)?.kind,
    ).toBe('retire')
    expect(
      next([{ ...retiring(0), endedAtMs: null }, active(0, 1), prepared(0, 2)], 499),
    ).toBeNull()
  })
})

it('plans all that lies ahead, with its instants', () => {
  const keys = [retiring(700, 0), active(700, 1), prepared(650, 2)]
  expect(planSteps(keys, RULES, 0)).toEqual([
    { kind: 'activate', generation: 2, dueAtMs: 9700 },
    { kind: 'retire', generation: 0, dueAtMs: 1200 },
  ])
  expect(planSteps([active(5), prepared(null)], RULES, 0)).toEqual([
    { kind: 'see', generation: 1, dueAtMs: 0 },
  ])
  expect(planSteps([active(5), intended()], RULES, 0)).toEqual([
    { kind: 'make', generation: 1, dueAtMs: 0 },
  ])
  expect(planSteps([active(5)], RULES, 0)).toEqual([{ kind: 'intend', generation: 1, dueAtMs: 0 }])
})

it.each([
  [active(0), prepared(null), null],
  [undefined, prepared(null), null],
  [active(0), prepared(7), 107],
  [undefined, prepared(7), 7],
] as const)('the earliest activation beside %o of %o is %o', (signing, follower, earliestMs) => {
  expect(findEarliestActivationMs(signing, follower, RULES)).toBe(earliestMs)
})

it.each([
  [[], 0],
  [[active(0, 0)], 1],
  [[active(0, 5), ended('retired', 7), ended('retired', 2)], 8],
] as const)('the generation after %o is %i', (keys, generation) => {
  expect(findNextGeneration(keys)).toBe(generation)
})

describe('the spread', () => {
  const rules = { ...RULES, rotateEveryMs: 90 * 86_400_000 }

  it('is up to a tenth of the time', () => {
    expect(findSpreadStepMs(rules)).toBe(Math.floor((9 * 86_400_000) / 997))
    expect(findEarlinessMs('000000000000', rules)).toBe(0)
    expect(findEarlinessMs('000000000996', rules)).toBe(996 * findSpreadStepMs(rules))
    expect(findEarlinessMs('000000000996', rules)).toBeLessThan(9 * 86_400_000)
    expect(findEarlinessMs('000000000997', rules)).toBe(0)
    expect(findEarlinessMs('000000000998', rules)).toBe(findSpreadStepMs(rules))
  })

  it.each([1, 10, 1000])('parts accounts that are numbered in steps of %i', step => {
    const found = new Set(
      Array.from({ length: 900 }, (_, index) =>
        findEarlinessMs(`${100_000_000_000 + index * step}`, rules),
      ),
    )
    expect(found.size).toBe(900)
  })
})
