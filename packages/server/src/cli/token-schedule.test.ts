import { expect, it } from 'vitest'
import { chooseRefreshMs, chooseRetryDelayMs } from './token-schedule.ts'

it.each([
  [60, 0, 36_000],
  [60, 1, 48_000],
  [300, 0.5, 210_000],
  [3600, 0, 2_160_000],
  // Azure's libraries use a file that they have read for ten minutes: so much must be left.
  [3600, 1, 2_880_000],
])('replaces a token of %d s at random %d after %d ms', (lifeSeconds, random, afterMs) => {
  expect(chooseRefreshMs({ askedAtMs: 1000, lifeSeconds }, random)).toBe(1000 + afterMs)
})

it.each([
  [1, 500, 1000],
  [2, 1000, 2000],
  [6, 16_000, 32_000],
  [7, 30_000, 60_000],
  [8, 30_000, 60_000],
  [5000, 30_000, 60_000],
])('waits after failure %d from %d to %d ms', (failures, shortest, longest) => {
  expect(chooseRetryDelayMs(failures, 0)).toBe(shortest)
  expect(chooseRetryDelayMs(failures, 1)).toBe(longest)
})
