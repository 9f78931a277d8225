import { expect, it } from 'vitest'
import { createWorkerTurns } from './worker-turns.ts'

/** Lets everything that is ready happen. */
const settle = () => new Promise(resolve => setImmediate(resolve))

function watchTurns() {
  const turns = createWorkerTurns()
  const granted: string[] = []
  const take = (worker: number, turn: number, key: string) =>
    turns.take(worker, turn, key, () => granted.push(`${worker}/${turn}`))
  return { turns, granted, take }
}

it('gives a key to one worker after the other, in the order in which they came', async () => {
  const { turns, granted, take } = watchTurns()
  take(1, 1, 'account')
  take(2, 1, 'account')
  take(1, 2, 'account')
  take(2, 2, 'other')
  await settle()
  expect(granted).toEqual(['1/1', '2/2'])
  turns.end(1, 1)
  await settle()
  expect(granted).toEqual(['1/1', '2/2', '2/1'])
  turns.end(2, 1)
  await settle()
  expect(granted).toEqual(['1/1', '2/2', '2/1', '1/2'])
})

it('releases the turns of a worker that is gone, and grants it no more', async () => {
  const { turns, granted, take } = watchTurns()
  take(1, 1, 'account')
  take(1, 2, 'account')
  take(2, 1, 'account')
  await settle()
  turns.forget(1)
  await settle()
  expect(granted).toEqual(['1/1', '2/1'])
})

it('passes over the end of a turn that is not the worker’s own', async () => {
  const { turns, granted, take } = watchTurns()
  take(1, 1, 'account')
  take(2, 1, 'account')
  await settle()
  turns.end(2, 7)
  turns.end(3, 1)
  await settle()
  expect(granted).toEqual(['1/1'])
})
