import { expect, it } from 'vitest'
import { formatDuration, parseDuration } from './durations.ts'

it.each([
  ['0', 0],
  ['90s', 90_000],
  ['61s', 61_000],
  ['30m', 1_800_000],
  ['24h', 86_400_000],
  ['90d', 7_776_000_000],
  ['3650d', 315_360_000_000],
])('%s are %i ms', (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs)
  expect(parseDuration(formatDuration(durationMs))).toBe(durationMs)
})

it.each(['', 'd', '1', '1 h', '1.5h', '-1h', '1w', '24H', 'h24', '3651d', '9999999999s', '1h30m'])(
  '%j is no duration',
  text => {
    expect(parseDuration(text)).toBeNull()
  },
)

it.each([
  [86_400_000, '1d'],
  [90_000_000, '25h'],
  [5_400_000, '90m'],
  [4_200_000, '70m'],
  [361_000, '361s'],
  [1, '1s'],
])('%i ms are written %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text)
})
