import { expect, test } from 'vitest'
import { MemoryBudget } from './memory-budget.ts'

test('gives out what there is, and not a byte more', () => {
  const budget = new MemoryBudget(100)
  expect([budget.take(60), budget.take(40), budget.take(1)]).toEqual([true, true, false])
  expect(budget.refusals).toBe(1)
  budget.give(60)
  expect([budget.take(61), budget.take(60), budget.take(0)]).toEqual([false, true, true])
  expect(budget.refusals).toBe(2)
})
