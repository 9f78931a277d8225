import { describe, expect, it } from 'vitest'
import { account, NOW_MS } from '../../../test/support/issuer-parts.ts'
import { createKeyLife, RULES } from '../../../test/support/key-life.ts'
import { findSchedule } from './schedule.ts'
import { findEarlinessMs, type KeyFacts } from './slot.ts'

const DAY_MS = 86_400_000

describe('the schedule', () => {
  it('is what rotation then does, to the step', async () => {
    const life = await createKeyLife()
    await life.createIssuer().enableFederation(account, NOW_MS)
    const period = { fromMs: NOW_MS, untilMs: NOW_MS + 60 * DAY_MS }
    const earlinessMs = findEarlinessMs(account.id, RULES)
    const planned = findSchedule(await life.listKeys(), RULES, earlinessMs, period)
    const instants = [...new Set(planned.map(({ dueAtMs }) => dueAtMs))]
    const rotation = life.rotate()
    for (const instantMs of instants) {
      life.pass(instantMs - life.now.ms)
      await rotation.tick()
    }
    // Two algorithms do the same.
    const taken = life.reported.filter((_, index) => index % 2 === 0)
    const steps = planned.map(({ kind, generation }) => ({ kind, generation }))
    expect(taken.length).toBeGreaterThan(12)
    expect(new Set(taken.map(each => JSON.stringify(each)))).toEqual(
      new Set(steps.filter(({ kind }) => kind !== 'intend').map(each => JSON.stringify(each))),
    )
  })

  it('is empty where nothing is due before its end', () => {
    const facts = { visibleAtMs: 0, activatedAtMs: 0, endedAtMs: null }
    const keys: KeyFacts[] = [
      { ...facts, generation: 0, state: 'active' },
      { ...facts, generation: 1, state: 'prepared' },
    ]
    const untilMs = RULES.rotateEveryMs
    expect(findSchedule(keys, RULES, 0, { fromMs: 0, untilMs: untilMs - 1 })).toEqual([])
    expect(findSchedule(keys, RULES, 0, { fromMs: 0, untilMs })[0]).toEqual({
      kind: 'activate',
      generation: 1,
      dueAtMs: untilMs,
    })
    expect(findSchedule([], RULES, 0, { fromMs: 0, untilMs: 1e15 })).toEqual([])
  })

  it('begins with what is overdue, now', () => {
    const facts = { visibleAtMs: 0, activatedAtMs: 0, endedAtMs: null }
    const keys: KeyFacts[] = [
      { ...facts, generation: 0, state: 'active' },
      { ...facts, generation: 1, state: 'prepared' },
    ]
    const fromMs = 100 * DAY_MS
    const found = findSchedule(keys, RULES, 0, { fromMs, untilMs: fromMs })
    expect(found.map(({ kind, generation }) => `${kind} ${generation}`)).toEqual([
      'activate 1',
      'intend 2',
      'make 2',
      'see 2',
    ])
  })
})
