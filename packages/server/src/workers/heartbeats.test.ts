import { expect, it } from 'vitest'
import { Heartbeats } from './heartbeats.ts'

const ask = (heartbeats: Heartbeats, times: number) => {
  let hung: readonly number[] = []
  for (let index = 0; index < times; index += 1) hung = heartbeats.ask()
  return hung
}

it('finds the worker that leaves too many questions unanswered', () => {
  const heartbeats = new Heartbeats(10)
  heartbeats.expect(1)
  heartbeats.expect(2)
  for (let index = 0; index < 10; index += 1) {
    expect(heartbeats.ask()).toEqual([])
    heartbeats.hear(2)
  }
  expect(heartbeats.ask()).toEqual([1])
})

it('says after three of them that it does not answer', () => {
  const heartbeats = new Heartbeats(10)
  heartbeats.expect(1)
  ask(heartbeats, 2)
  expect(heartbeats.countAnswering()).toBe(1)
  ask(heartbeats, 1)
  expect(heartbeats.countAnswering()).toBe(0)
  heartbeats.hear(1)
  expect(heartbeats.countAnswering()).toBe(1)
})

it('begins anew with each answer', () => {
  const heartbeats = new Heartbeats(3)
  heartbeats.expect(1)
  expect(ask(heartbeats, 3)).toEqual([])
  heartbeats.hear(1)
  expect(ask(heartbeats, 3)).toEqual([])
  expect(ask(heartbeats, 1)).toEqual([1])
})

it('expects nothing of a worker that is gone, or has not begun', () => {
  const heartbeats = new Heartbeats(1)
  heartbeats.hear(1)
  expect(ask(heartbeats, 5)).toEqual([])
  heartbeats.expect(1)
  heartbeats.forget(1)
  heartbeats.hear(1)
  expect(ask(heartbeats, 5)).toEqual([])
  expect(heartbeats.countAnswering()).toBe(0)
})
