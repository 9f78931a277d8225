import { describe, expect, it } from 'vitest'
import { account, createAccount, NOW_MS } from '../../../test/support/issuer-parts.ts'
import { Crash, crashAt, createKeyLife, RULES } from '../../../test/support/key-life.ts'
import { parseAccountId } from '../../principals/identifiers.ts'
import { isKeyBound } from './binding.ts'
import { findDue } from './rotation.ts'
import { findDueSteps, findEarlinessMs } from './slot.ts'
import type { CrashPoint } from './take-step.ts'
import { OWN_DOCUMENTS } from './visibility.ts'

const EARLINESS_MS = findEarlinessMs(account.id, RULES)
const UNTIL_ROTATION_MS = RULES.rotateEveryMs - EARLINESS_MS

async function createEnabled() {
  const life = await createKeyLife()
  await life.createIssuer().enableFederation(account, NOW_MS)
  return life
}

describe('rotation', () => {
  it('prepares a key beside each that signs', async () => {
    const life = await createEnabled()
    await life.rotate().tick()
    for (const algorithm of ['RS256', 'ES384'] as const) {
      expect(await life.describeKeys(algorithm)).toBe('0 active, 1 prepared')
    }
    const [, standby] = await life.listKeys()
    expect(standby).toMatchObject({ createdAtMs: NOW_MS, visibleAtMs: NOW_MS })
    await life.rotate().tick()
    expect(life.counts.generated).toBe(4)
  })

  it('has keys live as the rules say, to the millisecond', async () => {
    const life = await createEnabled()
    const rotation = life.rotate()
    await rotation.tick()
    life.pass(UNTIL_ROTATION_MS - 1)
    await rotation.tick()
    expect(await life.describeKeys()).toBe('0 active, 1 prepared')
    life.pass(1)
    await rotation.tick()
    expect(await life.describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
    life.pass(RULES.keepAfterMs - 1)
    await rotation.tick()
    expect(await life.describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
    life.pass(1)
    await rotation.tick()
    expect(await life.describeKeys()).toBe('0 retired, 1 active, 2 prepared')
    const [retired, active] = await life.listKeys()
    expect(retired).toMatchObject({ handle: null, endedAtMs: NOW_MS + UNTIL_ROTATION_MS })
    expect(active).toMatchObject({ activatedAtMs: NOW_MS + UNTIL_ROTATION_MS, endedAtMs: null })
    for (const key of await life.listKeys()) expect(isKeyBound(life.binder, key)).toBe(true)
  })

  it('does one thing after a month in which nobody looked, and no second before its time', async () => {
    const life = await createEnabled()
    await life.rotate().tick()
    life.pass(60 * 86_400_000)
    await life.rotate().tick()
    expect(await life.describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
    life.pass(RULES.publishBeforeMs)
    await life.rotate().tick()
    expect(await life.describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
  })

  it('publishes for long enough first when nobody had made a follower', async () => {
    const life = await createEnabled()
    life.pass(60 * 86_400_000)
    const rotation = life.rotate()
    await rotation.tick()
    expect(await life.describeKeys()).toBe('0 active, 1 prepared')
    life.pass(RULES.publishBeforeMs - 1)
    await rotation.tick()
    expect(await life.describeKeys()).toBe('0 active, 1 prepared')
    life.pass(1)
    await rotation.tick()
    expect(await life.describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
  })

  it('tells what it has done', async () => {
    const life = await createEnabled()
    await life.rotate().tick()
    const steps = [
      { kind: 'make', generation: 1 },
      { kind: 'make', generation: 1 },
      { kind: 'see', generation: 1 },
      { kind: 'see', generation: 1 },
    ]
    expect(life.reported).toEqual(steps)
  })

  it('does nothing more once it was stopped', async () => {
    const life = await createEnabled()
    const rotation = life.rotate()
    const ticked = rotation.tick()
    await rotation.stop()
    await ticked
    expect(life.reported.length).toBeLessThan(4)
    await rotation.tick()
    expect(life.reported.length).toBeLessThan(4)
  })
})

describe('places where keys must be seen first', () => {
  it('keep a key from signing for as long as one of them lacks it', async () => {
    const life = await createEnabled()
    let visibleAtMs: number | null = null
    const visibility = { ...OWN_DOCUMENTS, findVisibleAtMs: async () => visibleAtMs }
    await life.rotate({ visibility }).tick()
    life.pass(60 * 86_400_000)
    await life.rotate({ visibility }).tick()
    expect(await life.describeKeys()).toBe('0 active, 1 prepared')
    visibleAtMs = life.now.ms
    await life.rotate({ visibility }).tick()
    life.pass(RULES.publishBeforeMs - 1)
    await life.rotate({ visibility }).tick()
    expect(await life.describeKeys()).toBe('0 active, 1 prepared')
    life.pass(1)
    await life.rotate({ visibility }).tick()
    expect(await life.describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
  })

  it('that cannot be asked fail a step, which is tried again later and later', async () => {
    const life = await createEnabled()
    let asked = 0
    const visibility = {
      ...OWN_DOCUMENTS,
      findVisibleAtMs: () => {
        asked += 1
        return Promise.reject(new Error('no route to host'))
      },
    }
    const rotation = life.rotate({ visibility })
    await rotation.tick()
    expect(asked).toBe(2)
    for (const [waitMs, expected] of [
      [9_999, 2],
      [1, 4],
      [19_999, 4],
      [1, 6],
    ] as const) {
      life.pass(waitMs)
      await rotation.tick()
      expect(asked).toBe(expected)
    }
    expect(life.failures).toHaveLength(6)
  })
})

describe('a clock that is set', () => {
  it.each([86_400_000, -86_400_000, 31_000, -31_000])(
    'by %i ms keeps keys as they are until their times have really passed',
    async jumpMs => {
      const life = await createEnabled()
      const rotation = life.rotate()
      await rotation.tick()
      life.pass(UNTIL_ROTATION_MS - 1000)
      await rotation.tick()
      life.now.ms += jumpMs
      await rotation.tick()
      expect(life.pauses).toEqual([jumpMs])
      life.pass(RULES.keepAfterMs - 1)
      await rotation.tick()
      expect(await life.describeKeys()).toBe('0 active, 1 prepared')
      life.pass(1)
      await rotation.tick()
      expect(await life.describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
      expect(life.pauses).toHaveLength(1)
    },
  )

  it('a little changes nothing', async () => {
    const life = await createEnabled()
    const rotation = life.rotate()
    await rotation.tick()
    life.now.ms += 30_000
    life.pass(UNTIL_ROTATION_MS)
    await rotation.tick()
    expect(life.pauses).toEqual([])
    expect(await life.describeKeys()).toBe('0 retiring, 1 active, 2 prepared')
  })

  it('still gets keys made and looked for', async () => {
    const life = await createEnabled()
    const rotation = life.rotate()
    life.now.ms += 86_400_000
    await rotation.tick()
    expect(await life.describeKeys()).toBe('0 active, 1 prepared')
  })
})

describe('two that rotate at once', () => {
  const POINTS: readonly CrashPoint[] = [
    'before-making',
    'after-making',
    'before-commit',
    'after-commit',
  ]

  it('make one rotation', async () => {
    const life = await createEnabled()
    const both = [life.rotate(), life.rotate(), life.rotate()]
    for (const waitMs of [0, UNTIL_ROTATION_MS, RULES.keepAfterMs]) {
      life.pass(waitMs)
      await Promise.all(both.map(rotation => rotation.tick()))
    }
    expect(life.failures).toEqual([])
    expect(await life.describeKeys()).toBe('0 retired, 1 active, 2 prepared')
    const taken = life.reported.map(({ kind, generation }) => `${kind} ${generation}`)
    // Each of two algorithms, each step by one of the three.
    expect(taken.toSorted()).toEqual(
      ['make 1', 'see 1', 'activate 1', 'make 2', 'see 2', 'retire 0']
        .flatMap(step => [step, step])
        .toSorted(),
    )
  })

  it.each(POINTS.flatMap(point => [1, 2, 3, 4, 5, 6].map(times => [point, times] as const)))(
    'and one of them dies %s for the time %i: the other and the next start lose and double nothing',
    async (point, times) => {
      const life = await createEnabled()
      const dying = life.rotate({ reach: crashAt(point, times) })
      let survivor = life.rotate()
      for (const waitMs of [0, UNTIL_ROTATION_MS, RULES.keepAfterMs]) {
        life.pass(waitMs)
        await Promise.all([dying.tick(), survivor.tick()])
        survivor = life.rotate()
        await survivor.tick()
        const states = (await life.listKeys()).map(({ state }) => state)
        expect(states.filter(state => state === 'active')).toHaveLength(1)
        expect(states.filter(state => state === 'prepared')).toHaveLength(1)
      }
      expect(life.failures.every(error => error instanceof Crash)).toBe(true)
      expect(await life.describeKeys()).toBe('0 retired, 1 active, 2 prepared')
      for (const key of await life.listKeys()) {
        if (key.activatedAtMs !== null)
          expect(key.visibleAtMs).toBeLessThanOrEqual(key.activatedAtMs)
      }
    },
  )
})

it('asks the store for what slot.ts finds due, and for nothing else', async () => {
  const life = await createEnabled()
  await life.rotate().tick()
  const ids = ['123456789012', '000000000996', '000000000500', '999999999999']
  for (const id of ids.slice(1)) {
    await life.store.createAccount(createAccount(id))
    await life.createIssuer().enableFederation(createAccount(id), NOW_MS)
  }
  await life.rotate().tick()
  for (let day = 8; day < 12; day += 0.05) {
    const nowMs = Math.floor(NOW_MS + day * 86_400_000)
    const due = await life.store.listDueKeySlots(findDue(RULES, nowMs), 10)
    const found = new Set(due.map(({ accountId }) => accountId))
    for (const id of ids.map(parseAccountId)) {
      const keys = (await life.store.listIssuerKeys(id)).filter(key => key.algorithm === 'RS256')
      const [step = null] = findDueSteps(keys, RULES, findEarlinessMs(id, RULES), nowMs)
      expect(found.has(id)).toBe(step !== null)
    }
  }
})
