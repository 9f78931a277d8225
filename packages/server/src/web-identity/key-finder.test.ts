import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { findAcceptedAlgorithm } from '../principals/algorithms.ts'
import { type FetchDocument, KeySourceError } from './issuer-documents.ts'
import { createKeyFinder, LoadSlots } from './key-finder.ts'
import { WEB_IDENTITY_LIMITS } from './limits.ts'
import { createKeyPair, createProvider, formatKeySet, NOW_SECONDS } from './test/tokens.ts'

const ISSUER = 'https://idp.example.com'
const found = findAcceptedAlgorithm('ES256')
if (!found) throw new Error('the table lacks ES256')
const algorithm = found
const keySet = formatKeySet(createKeyPair('ES256', 'one'))
const remote = { provider: createProvider(ISSUER), keyId: 'one', algorithm }
const inline = { ...remote, provider: createProvider(ISSUER, { inlineJwks: keySet }) }

const publish: FetchDocument = async url => ({
  text: url.endsWith('/keys')
    ? keySet
    : JSON.stringify({ issuer: ISSUER, jwks_uri: `${ISSUER}/keys` }),
  cacheControl: null,
  age: null,
})

function createFinder(fetchDocument: FetchDocument, loadTimeoutMs = 60_000) {
  return createKeyFinder({
    clock: { nowMs: () => NOW_SECONDS * 1000 },
    fetchDocument,
    limits: { ...WEB_IDENTITY_LIMITS, loadTimeoutMs },
    waitingRoom: { wait: (_awaited, begin) => begin() },
  })
}

describe('createKeyFinder', () => {
  it('reads the keys in a provider once, and counts hits and misses', () => {
    const finder = createFinder(publish)
    const key = finder.findHeld(inline)
    expect(key?.keyId).toBe('one')
    expect(finder.findHeld(inline)).toBe(key)
    expect(finder.cacheStatistics()).toEqual({
      'provider-keys': { hits: 0, misses: 0, evictions: 0, entries: 0 },
      'inline-provider-keys': { hits: 1, misses: 1, evictions: 0, entries: 1 },
    })
  })

  it('asks a server for keys once, and counts hits and misses', async () => {
    const finder = createFinder(publish)
    expect(finder.findHeld(remote)).toBeNull()
    const key = await finder.find(remote)
    expect(finder.findHeld(remote)).toBe(key)
    expect(finder.cacheStatistics()).toMatchObject({
      'provider-keys': { evictions: 0, entries: 1, misses: 1 },
      'inline-provider-keys': { hits: 0, misses: 0, entries: 0 },
    })
  })

  it('says that a provider has no such key', () => {
    expect(() => createFinder(publish).findHeld({ ...inline, keyId: 'two' })).toThrow(
      new KeySourceError('unusable', 'the JWK Set of the provider has no such key'),
    )
  })

  it('gives a load up when its time is over, and says why', async () => {
    const hang: FetchDocument = (_url, _issuer, signal) => {
      const { promise, reject } = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => reject(signal.reason))
      return promise
    }
    await expect(createFinder(hang, 1).find(remote)).rejects.toMatchObject({
      name: 'KeySourceError',
      reason: 'unreachable',
      message: `${ISSUER} took too long`,
      cause: { name: 'TimeoutError' },
    })
  })

  it.each([
    ['what is wrong with a server', new KeySourceError('unusable', 'not a server')],
    ['a defect', new TypeError('a defect')],
  ])('passes on %s as it is', async (_what, failure) => {
    await expect(createFinder(() => Promise.reject(failure)).find(remote)).rejects.toBe(failure)
  })
})

interface Job {
  readonly name: string
  readonly end: () => void
  readonly fail: (error: Error) => void
  readonly result: Promise<string>
}

/** Runs jobs that end when they are told to, and writes down which have begun. */
function createRunner(slots: LoadSlots) {
  const begun: string[] = []
  const start = (name: string, signal = new AbortController().signal): Job => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const result = slots.run(name.charAt(0), signal, () => {
      begun.push(name)
      return promise
    })
    result.catch(() => {})
    return { name, end: () => resolve(name), fail: reject, result }
  }
  return { begun, start }
}

describe('LoadSlots', () => {
  it('runs no more than its number at one time, and the next in line when one ends', async () => {
    const { begun, start } = createRunner(new LoadSlots(2, 2))
    const jobs = ['a1', 'b1', 'c1', 'd1'].map(name => start(name))
    await setImmediate()
    expect(begun).toEqual(['a1', 'b1'])
    jobs[1]?.end()
    await jobs[1]?.result
    await setImmediate()
    expect(begun).toEqual(['a1', 'b1', 'c1'])
    for (const job of jobs) job.end()
    expect(await Promise.all(jobs.map(job => job.result))).toEqual(['a1', 'b1', 'c1', 'd1'])
  })

  it('lets others pass an owner that is at its limit', async () => {
    const { begun, start } = createRunner(new LoadSlots(3, 1))
    const jobs = ['a1', 'a2', 'a3', 'b1'].map(name => start(name))
    await setImmediate()
    expect(begun).toEqual(['a1', 'b1'])
    jobs[0]?.end()
    await setImmediate()
    expect(begun).toEqual(['a1', 'b1', 'a2'])
    for (const job of jobs) job.end()
    await Promise.all(jobs.map(job => job.result))
    expect(begun).toEqual(['a1', 'b1', 'a2', 'a3'])
  })

  it('gives back the place of work that failed', async () => {
    const { begun, start } = createRunner(new LoadSlots(1, 1))
    const [first, second] = [start('a1'), start('a2')]
    first.fail(new Error('no answer'))
    await expect(first.result).rejects.toThrow('no answer')
    second.end()
    await second.result
    expect(begun).toEqual(['a1', 'a2'])
  })

  it('takes out of the line what waits too long', async () => {
    const { begun, start } = createRunner(new LoadSlots(1, 1))
    const controller = new AbortController()
    const [first, second, third] = [start('a1'), start('a2', controller.signal), start('a3')]
    await setImmediate()
    controller.abort(new Error('too long'))
    await expect(second.result).rejects.toThrow('too long')
    first.end()
    third.end()
    await third.result
    expect(begun).toEqual(['a1', 'a3'])
    const fourth = start('a4')
    fourth.end()
    await fourth.result
  })

  it('does not begin what was given up already', async () => {
    const { begun, start } = createRunner(new LoadSlots(1, 1))
    await expect(start('a1', AbortSignal.abort(new Error('gone'))).result).rejects.toThrow('gone')
    expect(begun).toEqual([])
  })
})
