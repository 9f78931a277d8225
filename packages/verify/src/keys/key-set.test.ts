import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { PLATFORMS } from '../../test/platforms.ts'
import {
  codeOf,
  createEcKey,
  EC_KEY,
  formatJwk,
  formatJwks,
  type Json,
  omit,
  RSA_KEY,
  signBytes,
} from '../../test/tokens.ts'
import { platform } from '../platform/node.ts'
import { importKeySet, MAX_KEYS } from './key-set.ts'

const rsa = formatJwk(RSA_KEY)
const ec = formatJwk(EC_KEY)
const setOf = (...keys: unknown[]) => importKeySet({ keys }, platform)

describe.each(PLATFORMS)('importKeySet on %s', (_, onPlatform) => {
  it('reads both keys as AWS publishes them, and they verify', async () => {
    const keys = await importKeySet(formatJwks(RSA_KEY, EC_KEY), onPlatform)
    for (const key of [RSA_KEY, EC_KEY]) {
      const imported = keys.get(key.kid)
      expect(imported).toMatchObject({ id: key.kid, algorithm: { name: key.alg } })
      const isValid =
        imported && 'check' in imported
          ? await imported.check('x', Uint8Array.from(signBytes('x', key)))
          : false
      expect(isValid).toBe(true)
    }
  })

  it('keeps a point that is not on the curve as unusable', async () => {
    const { x } = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({
      format: 'jwk',
    })
    const keys = await importKeySet({ keys: [{ ...ec, x }] }, onPlatform)
    expect(keys.get('EC384_0')).toEqual({
      id: 'EC384_0',
      unusable: 'the numbers are not a valid key',
    })
  })
})

describe('importKeySet', () => {
  it.each([
    ['RSA without alg, as AWS was seen to publish it', omit(rsa, 'alg')],
    ['RSA without use', omit(rsa, 'use')],
    ['EC without alg', omit(ec, 'alg')],
    ['key_ops with verify', { ...ec, key_ops: ['verify'] }],
    ['a certificate and other members', { ...rsa, x5c: ['MII'], x5t: 'x', nbf: 1 }],
  ])('uses %s', async (_, jwk) => {
    expect((await setOf(jwk)).get(String(jwk['kid']))).toHaveProperty('check')
  })

  it.each<readonly [string, Json, string]>([
    ['another algorithm for RSA', { ...rsa, alg: 'PS256' }, 'alg is not RS256'],
    ['another algorithm for EC', { ...ec, alg: 'ES256' }, 'alg is not ES384'],
    ['alg null', { ...ec, alg: null }, 'alg is not ES384'],
    ['a key for encryption', { ...rsa, use: 'enc' }, 'use is not sig'],
    ['key_ops without verify', { ...ec, key_ops: ['sign'] }, 'key_ops lacks verify'],
    ['key_ops as text', { ...ec, key_ops: 'verify' }, 'key_ops lacks verify'],
    ['key_ops with something else', { ...ec, key_ops: ['verify', 1] }, 'key_ops lacks verify'],
    ['a revoked key', { ...ec, revoked: { revoked_at: 1 } }, 'it is marked as revoked'],
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].map(
      (name): readonly [string, Json, string] => [
        name,
        { ...rsa, [name]: 'AQAB' },
        'its private half is published',
      ],
    ),
    ['a curve of no use', { ...ec, crv: 'P-256' }, 'no algorithm of this package has such keys'],
    [
      'a secret',
      { kid: 'EC384_0', kty: 'oct', k: 'c2VjcmV0' },
      'no algorithm of this package has such keys',
    ],
    [
      'a key of the future',
      { kid: 'PQ_0', kty: 'AKP', alg: 'ML-DSA-65' },
      'no algorithm of this package has such keys',
    ],
    ['broken numbers', { ...ec, x: '?' }, 'x is not base64url of 48 bytes'],
  ])('keeps %s as unusable', async (_, jwk, unusable) => {
    const id = String(jwk['kid'])
    expect((await setOf(jwk)).get(id)).toEqual({ id, unusable })
  })

  it('uses no key of a kid that occurs twice, and all others', async () => {
    const keys = await setOf(ec, formatJwk(createEcKey('EC384_1')), { ...rsa, kid: 'EC384_0' })
    expect(keys.get('EC384_0')).toEqual({ id: 'EC384_0', unusable: 'kid occurs twice' })
    expect(keys.get('EC384_1')).toHaveProperty('check')
    expect(keys.size).toBe(2)
  })

  it('leaves keys without a kid out', async () => {
    expect((await setOf(omit(ec, 'kid'), { ...rsa, kid: 7 }, { ...rsa, kid: '' })).size).toBe(0)
  })

  it.each([[null], ['EC384_0'], [7], [true], [[ec]]])(
    'leaves an entry out that is no object: %j',
    async entry => {
      const keys = await setOf(entry, ec, entry, rsa)
      expect([...keys.keys()]).toEqual(['EC384_0', 'RSA_0'])
      expect(keys.get('EC384_0')).toHaveProperty('check')
      expect((await setOf(entry)).size).toBe(0)
    },
  )

  it('reads an empty set: an issuer may withdraw everything', async () => {
    expect((await setOf()).size).toBe(0)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['an object without keys', {}],
    ['keys that are no list', { keys: {} }],
  ])('refuses %s', async (_, value) => {
    const refused = importKeySet(value, platform)
    await expect(refused).rejects.toThrow('a JWK Set is an object with a list of keys')
    expect(await codeOf(refused)).toBe('jwks_invalid')
  })

  it('takes so many keys and no more', async () => {
    const keys = Array.from({ length: MAX_KEYS }, (_, index) => ({ ...ec, kid: `${index}` }))
    expect((await setOf(...keys)).size).toBe(MAX_KEYS)
    expect(await codeOf(setOf(...keys, rsa))).toBe('jwks_invalid')
  })

  it('takes an unchanged key over, and no changed one', async () => {
    const importKey = vi.fn(platform.importKey)
    const counting = { ...platform, importKey }
    const first = await importKeySet({ keys: [ec, rsa] }, counting)
    const second = await importKeySet({ keys: [{ ...ec, use: undefined }, rsa] }, counting, first)
    expect(second.get('EC384_0')).toBe(first.get('EC384_0'))
    expect(second.get('RSA_0')).toBe(first.get('RSA_0'))
    expect(importKey).toHaveBeenCalledTimes(2)

    const replaced = formatJwk(createEcKey('EC384_0'))
    const third = await importKeySet({ keys: [replaced] }, counting, second)
    expect(third.get('EC384_0')).not.toBe(first.get('EC384_0'))
    expect(third.get('EC384_0')).toHaveProperty('check')
    expect(importKey).toHaveBeenCalledTimes(3)
  })

  it('looks anew at a key that was unusable', async () => {
    const broken = await setOf({ ...ec, use: 'enc' })
    const mended = await importKeySet({ keys: [ec] }, platform, broken)
    expect(mended.get('EC384_0')).toHaveProperty('check')
  })
})
