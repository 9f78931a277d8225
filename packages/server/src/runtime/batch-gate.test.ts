import { describe, expect, it } from 'vitest'
import { createBatchGate } from './batch-gate.ts'

/** A gate whose turns end when the test says so, and what has passed it. */
function createParts() {
  const tasks: (() => void)[] = []
  const passed: string[] = []
  const gate = createBatchGate(task => tasks.push(task))
  return {
    tasks,
    passed,
    pass: async (name: string) => {
      await gate()
      passed.push(name)
    },
    endTurn: () => {
      for (const task of tasks.splice(0)) task()
    },
  }
}

describe('createBatchGate', () => {
  it('lets nobody through before the turn ends, then all in their order, by one task', async () => {
    const { tasks, passed, pass, endTurn } = createParts()
    const waiting = ['first', 'second', 'third'].map(pass)
    await Promise.resolve()
    expect(passed).toEqual([])
    expect(tasks).toHaveLength(1)
    endTurn()
    await Promise.all(waiting)
    expect(passed).toEqual(['first', 'second', 'third'])
  })

  it('keeps whoever comes after the end of a turn for the end of the next', async () => {
    const { tasks, passed, pass, endTurn } = createParts()
    const first = pass('first')
    endTurn()
    const second = pass('second')
    await first
    expect(passed).toEqual(['first'])
    expect(tasks).toHaveLength(1)
    endTurn()
    await second
    expect(passed).toEqual(['first', 'second'])
  })
})
