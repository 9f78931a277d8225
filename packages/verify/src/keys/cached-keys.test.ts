import { describe, expect, it, vi } from 'vitest'
import {
  codeOf,
  createEcKey,
  EC_KEY,
  formatJwks,
  ISSUER,
  RSA_KEY,
  type TestKey,
} from '../../test/tokens.ts'
import { platform } from '../platform/node.ts'
import { CachedKeys, type LoadedKeys } from './cached-keys.ts'
import { DEFAULT_KEY_CACHE_LIMITS, type KeyCacheLimits } from './key-cache-limits.ts'

const START_MS = 1_000_000_000
const NEXT_KEY = createEcKey('EC384_1')

interface Setup {
  readonly limits?: Partial<KeyCacheLimits>
  readonly sharesPendingWork?: boolean
  readonly freshSeconds?: number | null
  readonly expiresAtMs?: number | null
}

/** A cache with a clock, and a loader that the test steers. */
function setUp(setup: Setup = {}) {
  const { sharesPendingWork = true, freshSeconds = 100, expiresAtMs = null } = setup
  let nowMs = START_MS
  let published: readonly TestKey[] = [RSA_KEY, EC_KEY]
  const answer = (): LoadedKeys => ({ jwks: formatJwks(...published), freshSeconds, expiresAtMs })
  const load = vi.fn(async () => answer())
  const keys = new CachedKeys({
    issuer: ISSUER,
    load,
    limits: { ...DEFAULT_KEY_CACHE_LIMITS, minSeconds: 0, ...setup.limits },
    platform: { ...platform, sharesPendingWork },
    nowMs: () => nowMs,
  })
  return {
    keys,
    load,
    answer,
    at: (seconds: number) => {
      nowMs = START_MS + seconds * 1000
    },
    publish: (...next: readonly TestKey[]) => {
      published = next
    },
    fail: () => load.mockRejectedValueOnce(new Error('unreachable')),
    /** Awaits what runs in the background. */
    settle: async () => {
      await new Promise(resolve => setImmediate(resolve))
    },
    find: async (kid = 'EC384_0') => codeOf((async () => keys.find(kid))()),
  }
}

describe('keys that are loaded and kept', () => {
  it('are loaded for the first question, and answered from memory at once afterwards', async () => {
    const { keys, load } = setUp()
    const key = await keys.find('EC384_0')
    expect(key).toMatchObject({ id: 'EC384_0', algorithm: { name: 'ES384' } })
    expect(keys.find('EC384_0')).toBe(key)
    expect(load).toHaveBeenCalledOnce()
  })

  it('are loaded once for all who wait', async () => {
    const { find, load } = setUp()
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => find())))).toEqual(
      new Set(['accepted']),
    )
    expect(load).toHaveBeenCalledOnce()
  })

  it.each([
    ['as long as the issuer says', 100, {}, 100],
    ['for five minutes when it does not say', null, {}, 300],
    ['no longer than the maximum', 5000, {}, 900],
    ['no longer than a smaller maximum', 100, { maxSeconds: 60 }, 60],
    ['no shorter than the minimum', 0, { minSeconds: 45 }, 45],
  ])('are used %s', async (_, freshSeconds, limits, seconds) => {
    const { at, find, load, fail } = setUp({
      freshSeconds,
      limits: { ...limits, staleIfErrorSeconds: 0 },
    })
    await find()
    at(seconds - 0.001)
    fail()
    expect(await find()).toBe('accepted')
    at(seconds)
    fail()
    expect(await find()).toBe('keys_unavailable')
    expect(load).toHaveBeenCalled()
  })

  it('are loaded again before they expire, while the old ones answer', async () => {
    const { at, keys, find, load, settle, publish } = setUp()
    const old = await keys.find('EC384_0')
    publish(EC_KEY, NEXT_KEY)
    at(79.999)
    expect(keys.find('EC384_0')).toBe(old)
    expect(load).toHaveBeenCalledTimes(1)
    at(80)
    expect(keys.find('EC384_0')).toBe(old)
    expect(keys.find('EC384_0')).toBe(old)
    expect(load).toHaveBeenCalledTimes(2)
    await settle()
    expect(keys.find('EC384_0')).toBe(old)
    expect(await find('EC384_1')).toBe('accepted')
    expect(await find('RSA_0')).toBe('key_unknown')
    expect(load).toHaveBeenCalledTimes(2)
    at(159)
    await find()
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('are waited for when nobody asked before they expired', async () => {
    const { at, find, publish, load } = setUp()
    await find()
    publish(NEXT_KEY)
    at(100)
    expect(await find()).toBe('key_unknown')
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('lose a revoked key when they are loaded again', async () => {
    const { at, find, publish, settle } = setUp()
    await find()
    publish(RSA_KEY)
    at(80)
    expect(await find()).toBe('accepted')
    await settle()
    expect(await find()).toBe('key_unknown')
  })

  it('give a replaced key under the same kid', async () => {
    const { keys, at, publish } = setUp()
    const old = await keys.find('EC384_0')
    publish(createEcKey('EC384_0'))
    at(100)
    const replaced = await keys.find('EC384_0')
    expect(replaced).toMatchObject({ id: 'EC384_0' })
    expect(replaced).not.toBe(old)
  })

  it('are loaded again after the clock was set back', async () => {
    const { at, find, load } = setUp()
    await find()
    at(-1)
    expect(await find()).toBe('accepted')
    expect(load).toHaveBeenCalledTimes(2)
    expect(await find()).toBe('accepted')
    expect(load).toHaveBeenCalledTimes(2)
  })
})

describe('a kid that is not there', () => {
  it('makes a rotated key be found without a refusal', async () => {
    const { at, find, publish, load } = setUp()
    await find()
    publish(EC_KEY, NEXT_KEY)
    at(10)
    expect(await Promise.all([find('EC384_1'), find('EC384_1'), find()])).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ])
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('causes no load within the cool-down, and one after it', async () => {
    const { at, find, load } = setUp({ limits: { unknownKeyCooldownSeconds: 10 } })
    await find()
    at(9.999)
    expect(await find('x')).toBe('key_unknown')
    expect(load).toHaveBeenCalledTimes(1)
    at(10)
    expect(await find('x')).toBe('key_unknown')
    expect(load).toHaveBeenCalledTimes(2)
    at(19.999)
    expect(await find('y')).toBe('key_unknown')
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('joins a load that is under way, even within the cool-down', async () => {
    const { at, find, keys, publish, load } = setUp({ freshSeconds: 5 })
    await find()
    publish(EC_KEY, NEXT_KEY)
    at(4)
    expect(keys.find('EC384_0')).toMatchObject({ id: 'EC384_0' })
    expect(await find('EC384_1')).toBe('accepted')
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('causes few loads and keeps no memory, however many are asked for', async () => {
    const { at, find, load, keys } = setUp({ freshSeconds: 5000 })
    await find()
    for (let i = 1; i <= 500; i += 1) {
      at(i * 0.1)
      await find(`random ${i}`)
    }
    expect(load).toHaveBeenCalledTimes(1 + 5)
    expect(keys.exportKeys()?.jwks.keys).toHaveLength(2)
  })

  it('is unavailable rather than unknown when the issuer cannot be asked', async () => {
    const { at, find, fail, load } = setUp()
    await find()
    at(20)
    fail()
    expect(await find('EC384_1')).toBe('keys_unavailable')
    expect(await find('EC384_1')).toBe('keys_unavailable')
    expect(load).toHaveBeenCalledTimes(2)
    expect(await find()).toBe('accepted')
  })
})

describe('an issuer that cannot be reached', () => {
  it('has no keys at first, and is asked again after a pause that grows', async () => {
    const { at, find, load } = setUp()
    load.mockRejectedValue(new Error('unreachable'))
    const calls: number[] = []
    for (let tenth = 0; tenth <= 1300; tenth += 1) {
      at(tenth / 10)
      expect(await find()).toBe('keys_unavailable')
      if (load.mock.calls.length > calls.length) calls.push(tenth / 10)
    }
    expect(calls).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121])
  })

  it('is asked again when the clock was set back since', async () => {
    const { at, find, fail, load } = setUp()
    at(5000)
    fail()
    expect(await find()).toBe('keys_unavailable')
    at(5000 - 0.001)
    expect(await find()).toBe('accepted')
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('says why, with the cause', async () => {
    const { keys, fail } = setUp()
    fail()
    await expect(keys.find('EC384_0')).rejects.toMatchObject({
      code: 'keys_unavailable',
      message: `the keys of ${ISSUER} cannot be had: unreachable`,
      cause: expect.objectContaining({ message: 'unreachable' }),
    })
  })

  it('says the inner cause, whatever loads the keys', async () => {
    const { keys, load } = setUp()
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:9')
    load.mockRejectedValueOnce(new TypeError('fetch failed', { cause: refused }))
    await expect(keys.find('EC384_0')).rejects.toMatchObject({
      message: `the keys of ${ISSUER} cannot be had: fetch failed: ${refused.message}`,
    })
  })

  it('says so when the cause is no Error', async () => {
    const { keys, load } = setUp()
    load.mockRejectedValueOnce('down')
    await expect(keys.find('EC384_0')).rejects.toMatchObject({
      message: `the keys of ${ISSUER} cannot be had: unknown reason`,
    })
  })

  it('is well again with the first answer, and the pause is short again', async () => {
    const { at, find, fail, load } = setUp({ limits: { staleIfErrorSeconds: 0 } })
    fail()
    expect(await find()).toBe('keys_unavailable')
    at(1)
    fail()
    expect(await find()).toBe('keys_unavailable')
    at(3)
    expect(await find()).toBe('accepted')
    at(103)
    fail()
    expect(await find()).toBe('keys_unavailable')
    at(104)
    expect(await find()).toBe('accepted')
    expect(load).toHaveBeenCalledTimes(5)
  })

  it('leaves the old keys in use for a limited time', async () => {
    const { at, find, load } = setUp({ limits: { staleIfErrorSeconds: 200 } })
    await find()
    load.mockRejectedValue(new Error('unreachable'))
    at(100)
    expect(await find()).toBe('accepted')
    at(299.999)
    expect(await find()).toBe('accepted')
    at(300)
    expect(await find()).toBe('keys_unavailable')
    expect(await find('x')).toBe('keys_unavailable')
  })

  it('is not asked for each token while its old keys are in use', async () => {
    const { at, find, load } = setUp()
    await find()
    load.mockRejectedValue(new Error('unreachable'))
    at(100)
    for (let i = 0; i < 20; i += 1) await find()
    expect(load).toHaveBeenCalledTimes(2)
    at(100.999)
    await find()
    expect(load).toHaveBeenCalledTimes(2)
    at(101)
    await find()
    expect(load).toHaveBeenCalledTimes(3)
  })

  it('is asked again before the keys expire, with pauses', async () => {
    const { at, find, fail, load, settle } = setUp()
    await find()
    at(80)
    fail()
    await find()
    await settle()
    at(80.999)
    await find()
    expect(load).toHaveBeenCalledTimes(2)
    at(81)
    await find()
    await settle()
    expect(load).toHaveBeenCalledTimes(3)
  })

  it('leaves the old keys in use when it publishes rubbish', async () => {
    const { at, find, load } = setUp()
    await find()
    load.mockResolvedValueOnce({ jwks: { keys: 'none' }, freshSeconds: 100, expiresAtMs: null })
    at(100)
    expect(await find()).toBe('accepted')
  })

  it('may withdraw all keys', async () => {
    const { at, find, publish } = setUp()
    await find()
    publish()
    at(100)
    expect(await find()).toBe('key_unknown')
  })
})

describe('keys that end at a moment', () => {
  it('are loaded again then, and never used after it', async () => {
    const { at, find, load } = setUp({ expiresAtMs: START_MS + 50_000 })
    await find()
    load.mockRejectedValue(new Error('expired'))
    at(49.999)
    expect(await find()).toBe('accepted')
    at(51)
    expect(await find()).toBe('keys_unavailable')
  })

  it('are of no use when they have ended before they come', async () => {
    const { keys } = setUp({ expiresAtMs: START_MS })
    await expect(keys.find('EC384_0')).rejects.toMatchObject({
      code: 'keys_unavailable',
      message: `the keys of ${ISSUER} cannot be had: they have ended`,
      cause: undefined,
    })
  })

  it('are not stale beyond it either', async () => {
    const { at, find, load } = setUp({ expiresAtMs: START_MS + 150_000 })
    await find()
    load.mockRejectedValue(new Error('expired'))
    at(149.999)
    expect(await find()).toBe('accepted')
    at(150)
    expect(await find()).toBe('keys_unavailable')
  })
})

describe('loading on demand', () => {
  it('loads whatever the age, and fails aloud', async () => {
    const { keys, load, fail, publish, find } = setUp()
    await keys.load()
    publish(RSA_KEY)
    await keys.load()
    expect(load).toHaveBeenCalledTimes(2)
    expect(await find()).toBe('key_unknown')
    fail()
    expect(await codeOf(keys.load())).toBe('keys_unavailable')
  })

  it('asks once more after a load that began before, and once for all who wait for that', async () => {
    const { keys, find, load, answer, publish } = setUp()
    const slow = Promise.withResolvers<LoadedKeys>()
    load.mockReturnValueOnce(slow.promise)
    const first = find()
    const before = answer()
    publish(RSA_KEY)
    const loads = [keys.load(), keys.load(), keys.load()]
    slow.resolve(before)
    await Promise.all(loads)
    expect(load).toHaveBeenCalledTimes(2)
    expect(await first).toBe('accepted')
    expect(await find()).toBe('key_unknown')
  })

  it('says whether its own load failed, not the one before', async () => {
    const { keys, find, fail, load } = setUp()
    fail()
    const first = find()
    const loading = codeOf(keys.load())
    expect(await first).toBe('keys_unavailable')
    expect(await loading).toBe('accepted')
    fail()
    expect(await codeOf(keys.load())).toBe('keys_unavailable')
    expect(load).toHaveBeenCalledTimes(3)
  })

  it('joins a load that began after it', async () => {
    const { keys, load } = setUp()
    await Promise.all([keys.load(), keys.load(), keys.find('RSA_0')])
    expect(load).toHaveBeenCalledOnce()
  })
})

describe('a platform where requests share nothing', () => {
  it('makes each request load for itself, and none in the background', async () => {
    const { at, find, load } = setUp({ sharesPendingWork: false })
    expect(await Promise.all([find(), find()])).toEqual(['accepted', 'accepted'])
    expect(load).toHaveBeenCalledTimes(2)
    at(99.999)
    expect(await find()).toBe('accepted')
    expect(load).toHaveBeenCalledTimes(2)
    at(100)
    expect(await find()).toBe('accepted')
    expect(load).toHaveBeenCalledTimes(3)
  })

  it('waits for no load that another request left hanging', async () => {
    const { find, load, answer } = setUp({ sharesPendingWork: false })
    const abandoned = Promise.withResolvers<LoadedKeys>()
    load.mockReturnValueOnce(abandoned.promise)
    const first = find()
    expect(await find()).toBe('accepted')
    abandoned.resolve(answer())
    expect(await first).toBe('accepted')
  })

  it('forgets a load that is over, though a later one is still under way', async () => {
    const { find, load, answer, at } = setUp({ sharesPendingWork: false })
    const slow = Promise.withResolvers<LoadedKeys>()
    const first = find()
    load.mockReturnValueOnce(slow.promise)
    const second = find()
    await first
    at(1)
    // The later load still counts as pending: a missing kid may load.
    expect(await find('x')).toBe('key_unknown')
    expect(load).toHaveBeenCalledTimes(3)
    slow.resolve(answer())
    await second
  })
})

describe('loads that overtake each other, where requests share nothing', () => {
  const setUpSlow = () => {
    const setup = setUp({ sharesPendingWork: false })
    const slow = Promise.withResolvers<LoadedKeys>()
    setup.load.mockReturnValueOnce(slow.promise)
    const before = setup.answer()
    const first = setup.find()
    return { ...setup, first, slow, before }
  }

  it('leave a revoked key out, though the older answer comes last', async () => {
    const { keys, find, publish, first, slow, before } = setUpSlow()
    publish(RSA_KEY)
    await keys.load()
    slow.resolve(before)
    expect(await first).toBe('key_unknown')
    expect(await find()).toBe('key_unknown')
  })

  it('leave good keys in use, though the older one fails last', async () => {
    const { keys, find, first, slow, load } = setUpSlow()
    await keys.load()
    slow.reject(new Error('unreachable'))
    expect(await first).toBe('accepted')
    expect(await find('x')).toBe('key_unknown')
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('give an older answer where the newer one failed', async () => {
    const { keys, find, fail, first, slow, before } = setUpSlow()
    fail()
    expect(await codeOf(keys.load())).toBe('keys_unavailable')
    slow.resolve(before)
    expect(await first).toBe('accepted')
    expect(await find()).toBe('accepted')
  })

  it('do not fail for the failure of another', async () => {
    const { keys, first, slow } = setUpSlow()
    const loading = keys.load()
    slow.reject(new Error('unreachable'))
    await first
    expect(await codeOf(loading)).toBe('accepted')
  })
})

describe('handing keys over', () => {
  it('exports nothing before the first load', () => {
    expect(setUp().keys.exportKeys()).toBeNull()
  })

  it('gives another process what it needs, public parts alone', async () => {
    const { keys, find } = setUp()
    await find()
    const record = keys.exportKeys()
    expect(record).toEqual({
      jwks: formatJwks(RSA_KEY, EC_KEY),
      loadedAtMs: START_MS,
      freshUntilMs: START_MS + 100_000,
      staleUntilMs: START_MS + 3_700_000,
    })
    const other = setUp()
    if (record) await other.keys.importKeys(JSON.parse(JSON.stringify(record)))
    other.at(79)
    expect(await other.find()).toBe('accepted')
    expect(other.load).not.toHaveBeenCalled()
    other.at(100)
    expect(await other.find()).toBe('accepted')
    expect(other.load).toHaveBeenCalledOnce()
  })

  it('leaves unusable keys out', async () => {
    const { keys, load } = setUp()
    const { jwks } = { jwks: formatJwks(EC_KEY) }
    load.mockResolvedValueOnce({
      jwks: { keys: [...jwks.keys, { kid: 'PQ_0', kty: 'AKP' }] },
      freshSeconds: 100,
      expiresAtMs: null,
    })
    await keys.load()
    expect(keys.exportKeys()?.jwks).toEqual(jwks)
  })

  const record = (loadedAtSeconds: number, change = {}) => ({
    jwks: formatJwks(NEXT_KEY),
    loadedAtMs: START_MS + loadedAtSeconds * 1000,
    freshUntilMs: START_MS + 9_000_000,
    staleUntilMs: START_MS + 9_000_000,
    ...change,
  })

  it('keeps its own limits, whatever the exporter had', async () => {
    const { keys } = setUp({ limits: { maxSeconds: 60, staleIfErrorSeconds: 5 } })
    await keys.importKeys(record(0))
    expect(keys.exportKeys()).toMatchObject({
      freshUntilMs: START_MS + 60_000,
      staleUntilMs: START_MS + 65_000,
    })
  })

  it('keeps shorter limits of the exporter', async () => {
    const { keys } = setUp()
    const times = { freshUntilMs: START_MS + 7000, staleUntilMs: START_MS + 8000 }
    await keys.importKeys(record(0, times))
    expect(keys.exportKeys()).toMatchObject(times)
  })

  it('takes newer keys alone', async () => {
    const { keys, at, find, load } = setUp()
    await find()
    at(10)
    await keys.importKeys(record(0))
    expect(keys.exportKeys()?.jwks).toEqual(formatJwks(RSA_KEY, EC_KEY))
    await keys.importKeys(record(0.001))
    expect(keys.exportKeys()?.jwks).toEqual(formatJwks(NEXT_KEY))
    expect(await find('EC384_1')).toBe('accepted')
    expect(load).toHaveBeenCalledOnce()
  })

  it('is not undone by a load that began before those keys were loaded', async () => {
    const { keys, at, find, load, answer } = setUp()
    const slow = Promise.withResolvers<LoadedKeys>()
    load.mockReturnValueOnce(slow.promise)
    const first = find()
    at(2)
    await keys.importKeys(record(1))
    slow.resolve(answer())
    expect(await first).toBe('key_unknown')
    expect(keys.exportKeys()?.jwks).toEqual(formatJwks(NEXT_KEY))
  })

  it('is undone by a load that began when those keys had been loaded', async () => {
    const { keys, find, load, answer } = setUp()
    const slow = Promise.withResolvers<LoadedKeys>()
    load.mockReturnValueOnce(slow.promise)
    const first = find()
    await keys.importKeys(record(0))
    slow.resolve(answer())
    expect(await first).toBe('accepted')
  })

  it('is undone by a load that begins afterwards, though the clock was set back', async () => {
    const { keys, at, find } = setUp()
    at(2)
    await keys.importKeys(record(2))
    at(1)
    await keys.load()
    expect(await find()).toBe('accepted')
  })

  it('refuses keys that were loaded in the future', async () => {
    const { keys } = setUp()
    expect(await codeOf(keys.importKeys(record(0)))).toBe('accepted')
    const refused = keys.importKeys(record(0.001))
    await expect(refused).rejects.toThrow('the keys were loaded in the future')
    expect(await codeOf(refused)).toBe('snapshot_invalid')
  })
})
