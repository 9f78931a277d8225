import { expect, it } from 'vitest'
import { repeat, takeTurns } from './repeat.ts'

it('counts what each call of the work does', async () => {
  let calls = 0
  const cost = await repeat(
    () => {
      calls += 1
    },
    { each: 8, durationMs: 5 },
  )
  expect(cost.count).toBe(8 * calls)
  expect(calls).toBeGreaterThan(0)
  expect(cost.elapsedMs).toBeGreaterThanOrEqual(5)
  expect(cost.perSecond).toBeCloseTo((cost.count * 1000) / cost.elapsedMs)
})

it('waits for work that takes its time', async () => {
  let running = 0
  let most = 0
  await repeat(
    async () => {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
    },
    { each: 1, durationMs: 5 },
  )
  expect(most).toBe(1)
})

it('measures all in turn, after all have warmed up', async () => {
  const order: string[] = []
  const entries = await takeTurns(['a', 'b'], 2, async name => order.push(name))
  expect(order.join('')).toBe('ababab')
  expect(entries).toEqual([
    ['a', [3, 5]],
    ['b', [4, 6]],
  ])
})
