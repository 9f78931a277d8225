import { expect, it } from 'vitest'
import { findWaitMs } from './backoff.ts'

const randomOf = (byte: number) => ({
  bytes: (count: number) => new Uint8Array(count).fill(byte),
  uuid: () => '',
})

it.each([
  [1, 500, 1500],
  [2, 1000, 3000],
  [6, 16_000, 48_000],
  [7, 30_000, 60_000],
  [1000, 30_000, 60_000],
])('after %d failures it waits from %d to %d ms', (failures, least, most) => {
  expect(findWaitMs(failures, randomOf(0))).toBe(least)
  expect(findWaitMs(failures, randomOf(255))).toBeLessThanOrEqual(most)
  expect(findWaitMs(failures, randomOf(255))).toBeGreaterThanOrEqual(most - 2)
})
