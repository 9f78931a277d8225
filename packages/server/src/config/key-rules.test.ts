import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { findKeyFaults, findKeyTimes } from './key-rules.ts'
import { loadConfig } from './load-config.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

function load(settings: Readonly<Record<string, string>>) {
  const sources = { file: null, env: {}, readFile: () => '' }
  return loadConfig({ ...sources, flags: Object.entries(settings) }).config
}

describe('the times of signing keys', () => {
  it.each([
    [{}, 90 * DAY_MS, DAY_MS, 2 * DAY_MS],
    [{ 'keys.rotateEvery': '0' }, 0, DAY_MS, 2 * DAY_MS],
    [{ 'keys.rotateEvery': '30h' }, 30 * HOUR_MS, 15 * HOUR_MS, 48 * HOUR_MS],
    [{ 'keys.rotateEvery': '1h' }, HOUR_MS, 30 * MINUTE_MS, 2 * HOUR_MS],
    [{ 'keys.rotateEvery': '20m' }, 20 * MINUTE_MS, 10 * MINUTE_MS, 70 * MINUTE_MS],
    [
      { 'keys.rotateEvery': '7d', 'keys.publishBefore': '3h', 'keys.keepAfter': '4h' },
      7 * DAY_MS,
      3 * HOUR_MS,
      4 * HOUR_MS,
    ],
    [{ 'issuer.cacheMaxAgeSeconds': '86400' }, 90 * DAY_MS, DAY_MS + MINUTE_MS, 2 * DAY_MS],
  ])('%o', (settings, rotateEveryMs, publishBeforeMs, keepAfterMs) => {
    expect(findKeyTimes(load(settings))).toEqual({ rotateEveryMs, publishBeforeMs, keepAfterMs })
  })
})

describe('times that contradict each other', () => {
  it.each([
    [
      'keys.publishBefore',
      '6m',
      '359s',
      '300 s of `issuer.cacheMaxAgeSeconds` and 60 s on the way',
    ],
    [
      'keys.keepAfter',
      '70m',
      '4199s',
      '3600 s of the longest token, 300 s of `issuer.cacheMaxAgeSeconds` and 300 s between clocks',
    ],
  ])('%s below %s', (key, least, below, sum) => {
    expect(findKeyFaults(load({ [key]: least })).size).toBe(0)
    expect(() => load({ [key]: below })).toThrow(ConfigError)
    expect(() => load({ [key]: below })).toThrow(`${key} must be at least ${least}: ${sum}`)
  })

  it('a rotation before the next key was published for long enough', () => {
    const published = { 'keys.publishBefore': '2h', 'keys.keepAfter': '70m' }
    expect(findKeyFaults(load({ ...published, 'keys.rotateEvery': '2h' })).size).toBe(0)
    expect(() => load({ ...published, 'keys.rotateEvery': '119m' })).toThrow(
      'keys.rotateEvery must be 0 or at least 2h, `keys.publishBefore`',
    )
  })

  it('a set of more keys than verifiers take', () => {
    const kept = { 'keys.rotateEvery': '2h', 'keys.publishBefore': '1h' }
    expect(findKeyFaults(load({ ...kept, 'keys.keepAfter': '54h' })).size).toBe(0)
    expect(() => load({ ...kept, 'keys.keepAfter': '55h' })).toThrow('makes sets of 66 keys')
  })

  it('what rests on a document that is kept for longer', () => {
    expect(() => load({ 'issuer.cacheMaxAgeSeconds': '7200', 'keys.keepAfter': '3h' })).toThrow(
      'keys.keepAfter must be at least 185m: 3600 s of the longest token, 7200 s',
    )
  })
})
