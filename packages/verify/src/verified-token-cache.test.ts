import { describe, expect, it } from 'vitest'
import { createOptions, EC_KEY, formatJwks, ISSUER, NOW_MS, signToken } from '../test/tokens.ts'
import { createVerifier } from './index.ts'
import { isVerificationKey } from './keys/key-set.ts'
import { createStaticKeys } from './keys/static-keys.ts'
import { platform } from './platform/node.ts'
import { type CachedToken, isValidAt, VerifiedTokenCache } from './verified-token-cache.ts'

const token = await createVerifier(createOptions()).verify(signToken())
const source = createStaticKeys(ISSUER, formatJwks(EC_KEY), platform)
const key = await source.find('EC384_0')
if (!isVerificationKey(key)) throw new Error('no key')
const entry: CachedToken = { token, source, key, validFromMs: NOW_MS, validUntilMs: NOW_MS + 1000 }

describe('VerifiedTokenCache', () => {
  it('finds an entry again and again', () => {
    const cache = new VerifiedTokenCache(10)
    expect(cache.find('a')).toBeNull()
    cache.put('a', entry)
    expect(cache.find('a')).toBe(entry)
    expect(cache.find('a')).toBe(entry)
    expect(cache.find('b')).toBeNull()
  })

  it('never holds more than it may, and drops what was not found or put for longest', () => {
    const cache = new VerifiedTokenCache(3)
    for (const hash of ['a', 'b', 'c']) cache.put(hash, entry)
    cache.find('a')
    cache.put('d', entry)
    expect(cache.size).toBe(3)
    expect(['a', 'b', 'c', 'd'].map(hash => cache.find(hash) !== null)).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  it('drops nothing when it replaces an entry', () => {
    const cache = new VerifiedTokenCache(2)
    cache.put('a', entry)
    cache.put('b', entry)
    cache.put('a', entry)
    expect(cache.size).toBe(2)
    cache.put('c', entry)
    expect(cache.find('b')).toBeNull()
    expect(cache.find('a')).toBe(entry)
  })

  it('forgets the very entry that it is told, and none that took its place', () => {
    const cache = new VerifiedTokenCache(2)
    const newer = { ...entry }
    cache.put('a', newer)
    cache.forget('a', entry)
    expect(cache.find('a')).toBe(newer)
    cache.forget('b', newer)
    cache.forget('a', newer)
    expect(cache.find('a')).toBeNull()
    expect(cache.size).toBe(0)
  })

  it('stays bounded under a flood', () => {
    const cache = new VerifiedTokenCache(100)
    for (let i = 0; i < 10_000; i += 1) cache.put(`${i}`, entry)
    expect(cache.size).toBe(100)
  })
})

describe('isValidAt', () => {
  it.each([
    [-1, false],
    [0, true],
    [999, true],
    [1000, false],
  ])('%i ms after verification: %s', (afterMs, isValid) => {
    expect(isValidAt(entry, NOW_MS + afterMs)).toBe(isValid)
  })
})
