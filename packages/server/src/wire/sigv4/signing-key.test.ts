import { describe, expect, it } from 'vitest'
import { Secret } from '../../secrets/secret.ts'
import { deriveSigningKey } from './signing-key.ts'
import { SigningKeyCache } from './signing-key-cache.ts'
import { TERMINATOR } from './string-to-sign.ts'

const SECRET = new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')
const SCOPE = { date: '20150830', region: 'us-east-1', service: 'iam', terminator: TERMINATOR }

describe('deriveSigningKey', () => {
  it.each([
    ['20120215', 'f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d'],
    ['20150830', 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9'],
  ])('gives the key that AWS documents for %s, us-east-1, iam', (date, hex) => {
    expect(
      deriveSigningKey(SECRET, { ...SCOPE, date })
        .export()
        .toString('hex'),
    ).toBe(hex)
  })

  it.each([
    ['date', '20150831'],
    ['region', 'us-east-2'],
    ['service', 'sts'],
    ['terminator', 'aws5_request'],
  ])('gives another key for another %s', (part, value) => {
    const key = deriveSigningKey(SECRET, { ...SCOPE, [part]: value })
    expect(key.equals(deriveSigningKey(SECRET, SCOPE))).toBe(false)
  })
})

describe('SigningKeyCache', () => {
  const key = deriveSigningKey(SECRET, SCOPE)

  it('finds a key under an equal secret only', () => {
    const cache = new SigningKeyCache(1)
    cache.remember('a', SECRET, key)
    expect(cache.find('a', SECRET)).toBe(key)
    expect(cache.find('a', new Secret(SECRET.reveal()))).toBe(key)
    expect(cache.find('a', new Secret(`${SECRET.reveal()}x`))).toBeNull()
    expect(cache.find('b', SECRET)).toBeNull()
  })

  it('replaces the key of a secret that changed', () => {
    const cache = new SigningKeyCache(1)
    const changed = new Secret('changed')
    cache.remember('a', SECRET, key)
    cache.remember('a', changed, deriveSigningKey(changed, SCOPE))
    expect(cache.find('a', SECRET)).toBeNull()
    expect(cache.find('a', changed)?.equals(deriveSigningKey(changed, SCOPE))).toBe(true)
  })

  it('holds as many keys as it may, then drops the one that was used least recently', () => {
    const cache = new SigningKeyCache(3)
    for (const credential of ['a', 'b', 'c']) cache.remember(credential, SECRET, key)
    expect(['a', 'b', 'c'].map(credential => cache.find(credential, SECRET))).not.toContain(null)
    cache.find('a', SECRET)
    cache.remember('d', SECRET, key)
    expect(cache.find('b', SECRET)).toBeNull()
    expect(['a', 'c', 'd'].map(credential => cache.find(credential, SECRET))).not.toContain(null)
  })
})
