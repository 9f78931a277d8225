import { describe, expect, it, vi } from 'vitest'
import { findAcceptedAlgorithm } from '../principals/algorithms.ts'
import { type FetchDocument, KeySourceError } from './issuer-documents.ts'
import { IssuerKeys, type LoadedKeySet, loadKeySet } from './issuer-keys.ts'
import { type KeySet, parseKeySet } from './key-set.ts'
import { WEB_IDENTITY_LIMITS } from './limits.ts'
import { createKeyPair, formatKeySet } from './test/tokens.ts'

const es256 = findAcceptedAlgorithm('ES256')
if (!es256) throw new Error('the table lacks ES256')
const algorithm = es256

const one = parseKeySet(formatKeySet(createKeyPair('ES256', 'one')))
const two = parseKeySet(formatKeySet(createKeyPair('ES256', 'two')))
const UNREACHABLE = new KeySourceError('unreachable', 'no answer')
const NO_SUCH_KEY = 'the issuer has no such key for this algorithm'

/** An issuer whose answers and whose clock are set by hand. */
function createIssuer(keySet: KeySet, freshSeconds: number | null = null) {
  const issuer = {
    nowMs: 1_800_000_000_000,
    answer: async (): Promise<LoadedKeySet> => ({ keySet, freshSeconds }),
  }
  const load = vi.fn(() => issuer.answer())
  const wait = vi.fn((begin: () => Promise<void>) => begin())
  const onLoaded = vi.fn()
  const keys = new IssuerKeys({
    clock: { nowMs: () => issuer.nowMs },
    limits: WEB_IDENTITY_LIMITS,
    load,
    wait,
    onLoaded,
  })
  const find = async (keyId: string): Promise<string> => {
    try {
      return (await keys.find(keyId, algorithm)).keyId
    } catch (error) {
      return error instanceof Error ? error.message : 'not an error'
    }
  }
  return Object.assign(issuer, { keys, load, wait, onLoaded, find })
}

describe('IssuerKeys', () => {
  it('loads once for all who wait, and tells of the set', async () => {
    const issuer = createIssuer(one)
    const found = await Promise.all([issuer.find('one'), issuer.find('one'), issuer.find('two')])
    expect(found).toEqual(['one', 'one', NO_SUCH_KEY])
    expect(issuer.load).toHaveBeenCalledTimes(1)
    expect(issuer.onLoaded.mock.calls).toEqual([[one]])
  })

  it.each([
    ['what the issuer says', 900, 900],
    ['ten minutes where it says nothing', null, 600],
    ['a minute at least', 0, 60],
    ['an hour at most', 999_999, 3600],
  ])('keeps keys for %s', async (_, freshSeconds, keptSeconds) => {
    const issuer = createIssuer(one, freshSeconds)
    await issuer.find('one')
    issuer.nowMs += keptSeconds * 1000 - 1
    issuer.answer = async () => {
      throw UNREACHABLE
    }
    expect(await issuer.find('one')).toBe('one')
    issuer.nowMs += 1
    expect(await issuer.find('one')).toBe('no answer')
  })

  it('loads anew, while the old keys serve, when four fifths of their life are over', async () => {
    const issuer = createIssuer(one, 1000)
    await issuer.find('one')
    issuer.nowMs += 800_000 - 1
    await issuer.find('one')
    expect(issuer.load).toHaveBeenCalledTimes(1)
    issuer.nowMs += 1
    const { promise, resolve } = Promise.withResolvers<LoadedKeySet>()
    issuer.answer = () => promise
    expect(await issuer.find('one')).toBe('one')
    expect(await issuer.find('one')).toBe('one')
    expect(issuer.load).toHaveBeenCalledTimes(2)
    resolve({ keySet: [...one, ...two], freshSeconds: 1000 })
    expect(await issuer.find('two')).toBe('two')
    expect(issuer.load).toHaveBeenCalledTimes(2)
  })

  it('picks up a new key, but does not ask for unknown ones all the time', async () => {
    const issuer = createIssuer(one)
    await issuer.find('one')
    issuer.answer = async () => ({ keySet: two, freshSeconds: null })
    issuer.nowMs += 30_000 - 1
    expect(await issuer.find('two')).toBe(NO_SUCH_KEY)
    expect(issuer.load).toHaveBeenCalledTimes(1)
    issuer.nowMs += 1
    expect(await issuer.find('two')).toBe('two')
    expect(await issuer.find('one')).toBe(NO_SUCH_KEY)
    expect(await issuer.find('three')).toBe(NO_SUCH_KEY)
    expect(issuer.load).toHaveBeenCalledTimes(2)
  })

  it('does not ask again for a while after a failure', async () => {
    const issuer = createIssuer(one)
    const answer = issuer.answer
    issuer.answer = async () => {
      throw UNREACHABLE
    }
    expect(await issuer.find('one')).toBe('no answer')
    issuer.nowMs += 10_000 - 1
    issuer.answer = answer
    expect(await issuer.find('one')).toBe('no answer')
    expect(issuer.load).toHaveBeenCalledTimes(1)
    issuer.nowMs += 1
    expect(await issuer.find('one')).toBe('one')
    expect(issuer.load).toHaveBeenCalledTimes(2)
  })

  it('serves known keys while new ones cannot be had', async () => {
    const issuer = createIssuer(one)
    await issuer.find('one')
    issuer.nowMs += 30_000
    issuer.answer = async () => {
      throw UNREACHABLE
    }
    expect(await issuer.find('two')).toBe('no answer')
    expect(await issuer.find('two')).toBe('no answer')
    expect(await issuer.find('one')).toBe('one')
    expect(issuer.load).toHaveBeenCalledTimes(2)
  })

  it('passes on a defect, and recovers from it', async () => {
    const issuer = createIssuer(one)
    const answer = issuer.answer
    issuer.answer = async () => {
      throw new TypeError('a defect')
    }
    expect(await issuer.find('one')).toBe('a defect')
    issuer.answer = answer
    issuer.nowMs += 10_000
    expect(await issuer.find('one')).toBe('one')
  })

  it('does not trust keys from the future when the clock is set back', async () => {
    const issuer = createIssuer(one)
    await issuer.find('one')
    issuer.nowMs -= 1000
    await issuer.find('one')
    expect(issuer.load).toHaveBeenCalledTimes(2)
  })

  it('needs a place to wait only while the issuer is asked', async () => {
    const issuer = createIssuer(one, 1000)
    expect(issuer.keys.findHeld('one', algorithm)).toBe(null)
    expect(issuer.load).not.toHaveBeenCalled()
    await issuer.find('one')
    expect(issuer.wait).toHaveBeenCalledTimes(1)
    // Keys that are held, one that is unknown in the pause, and a refresh in the background.
    expect(issuer.keys.findHeld('one', algorithm)?.keyId).toBe('one')
    expect(await issuer.find('two')).toBe(NO_SUCH_KEY)
    issuer.nowMs += 900_000
    expect(issuer.keys.findHeld('one', algorithm)?.keyId).toBe('one')
    expect(issuer.load).toHaveBeenCalledTimes(2)
    expect(issuer.wait).toHaveBeenCalledTimes(1)
  })

  it('does not ask the issuer for whom there is no place to wait', async () => {
    const issuer = createIssuer(one)
    issuer.wait.mockRejectedValueOnce(new Error('full'))
    expect(await issuer.find('one')).toBe('full')
    expect(issuer.load).not.toHaveBeenCalled()
    expect(await issuer.find('one')).toBe('one')
  })
})

const ISSUER = 'https://idp.example.com/tenant/'
const KEYS = 'https://keys.example.net/jwks'
const never = new AbortController().signal

describe('loadKeySet', () => {
  it('takes keys from another host, and asks both in the name of the issuer', async () => {
    const discovery = JSON.stringify({ issuer: ISSUER, jwks_uri: KEYS })
    const fetchDocument = vi.fn<FetchDocument>(async url => ({
      text: url === KEYS ? formatKeySet(createKeyPair('ES256', 'one')) : discovery,
      cacheControl: url === KEYS ? 'max-age=60' : 'max-age=7',
      age: null,
    }))
    const { keySet, freshSeconds } = await loadKeySet(ISSUER, fetchDocument, never)
    expect(keySet.map(({ keyId }) => keyId)).toEqual(['one'])
    expect(freshSeconds).toBe(60)
    expect(fetchDocument.mock.calls).toEqual([
      [`${ISSUER}.well-known/openid-configuration`, ISSUER, never],
      [KEYS, ISSUER, never],
    ])
  })
})
