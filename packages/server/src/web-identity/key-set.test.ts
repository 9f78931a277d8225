import { describe, expect, it } from 'vitest'
import { findAcceptedAlgorithm } from '../principals/algorithms.ts'
import { KeySourceError } from './issuer-documents.ts'
import { findVerificationKey, MAX_KEYS, parseKeySet } from './key-set.ts'
import { createKeyPair } from './test/tokens.ts'

const { jwk: rsaJwk } = createKeyPair('RS256', 'one')
const { jwk: ecJwk } = createKeyPair('ES384', 'one')
const { alg: _, ...rsaWithoutAlg } = rsaJwk
const { alg: __, ...ecWithoutAlg } = ecJwk

const parse = (...keys: readonly unknown[]) => parseKeySet(JSON.stringify({ keys }))

function modulus(bits: number): string {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff)
  bytes[0] = 0xff >> (bytes.length * 8 - bits)
  return bytes.toString('base64url')
}

const accepts = (jwk: unknown): readonly string[] =>
  parse(jwk).flatMap(key => key.algorithms.map(({ name }) => name))

describe('parseKeySet', () => {
  it.each<[string, unknown, string[]]>([
    ['RSA with alg', rsaJwk, ['RS256']],
    ['RSA with another alg', { ...rsaJwk, alg: 'RS512' }, ['RS512']],
    ['RSA without alg', rsaWithoutAlg, ['RS256', 'RS384', 'RS512']],
    ['EC with alg', ecJwk, ['ES384']],
    ['EC without alg: the curve decides', ecWithoutAlg, ['ES384']],
    ['P-521', createKeyPair('ES512', 'one').jwk, ['ES512']],
    ['key_ops with verify', { ...rsaJwk, key_ops: ['verify'] }, ['RS256']],
    ['neither use nor alg', { ...rsaWithoutAlg, use: undefined }, ['RS256', 'RS384', 'RS512']],
    ['2048 bits', { ...rsaJwk, n: modulus(2048) }, ['RS256']],
    ['8192 bits', { ...rsaJwk, n: modulus(8192) }, ['RS256']],
  ])('takes %s', (_name, jwk, algorithms) => {
    expect(accepts(jwk)).toEqual(algorithms)
  })

  it.each<[string, unknown]>([
    ['2047 bits', { ...rsaJwk, n: modulus(2047) }],
    ['8193 bits', { ...rsaJwk, n: modulus(8193) }],
    ['an exponent of 1', { ...rsaJwk, e: 'AQ' }],
    ['an exponent of 3', { ...rsaJwk, e: 'Aw' }],
    ['an exponent with a leading zero', { ...rsaJwk, e: 'AAEAAQ' }],
    ['an even exponent', { ...rsaJwk, e: 'AQAA' }],
    ['no exponent', { ...rsaJwk, e: '' }],
    ['an exponent of five bytes', { ...rsaJwk, e: 'AQAAAAE' }],
    ['a modulus that is not base64url', { ...rsaJwk, n: `${rsaJwk['n']}=` }],
    ['no modulus', { ...rsaJwk, n: undefined }],
    ['PS256', { ...rsaJwk, alg: 'PS256' }],
    ['RSA-OAEP', { ...rsaJwk, alg: 'RSA-OAEP' }],
    ['an encryption key', { ...rsaJwk, use: 'enc' }],
    ['key_ops without verify', { ...rsaJwk, key_ops: ['encrypt'] }],
    ['key_ops that is no array', { ...rsaJwk, key_ops: 'verify' }],
    ['no kid', { ...rsaJwk, kid: undefined }],
    ['an empty kid', { ...rsaJwk, kid: '' }],
    ['kid as a number', { ...rsaJwk, kid: 1 }],
    ['a symmetric key', { kty: 'oct', k: 'AAAA', kid: 'one', alg: 'HS256' }],
    ['Ed25519', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'one' }],
    ['an alg of another curve', { ...ecJwk, alg: 'ES256' }],
    ['RSA that calls itself EC', { ...rsaJwk, kty: 'EC' }],
    ['EC with alg RS256', { ...ecJwk, alg: 'RS256' }],
    ['secp256k1', { ...ecJwk, crv: 'secp256k1', alg: undefined }],
    ['a point that is not on the curve', { ...ecJwk, x: ecJwk['y'] }],
    ['a short coordinate', { ...ecJwk, x: 'AAAA' }],
    ['a long coordinate', { ...ecJwk, x: `AAAA${ecJwk['x']}` }],
    ['a coordinate that is not base64url', { ...ecJwk, y: `${ecJwk['y']}=` }],
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].map((name): [string, unknown] => [
      `a key that is published with its ${name}`,
      { ...ecJwk, [name]: 'AQAB' },
    ]),
    ['a text', 'one'],
    ['null', null],
  ])('leaves out %s', (_name, jwk) => {
    expect(parse(rsaJwk, jwk).map(({ key }) => key.asymmetricKeyType)).toEqual(['rsa'])
    expect(parse(jwk)).toEqual([])
  })

  it.each([
    [{ ...rsaJwk }, false],
    [{ ...rsaJwk, revoked: { revoked_at: 1 } }, true],
  ])('knows whether a key is revoked', (jwk, isRevoked) => {
    expect(parse(jwk).map(key => key.isRevoked)).toEqual([isRevoked])
  })

  it.each([
    ['nothing', '', 'the JWK Set is not strict JSON: a value is expected'],
    ['an HTML page', '<html></html>', 'the JWK Set is not strict JSON: a value is expected'],
    ['an array', '[]', 'the JWK Set is not a JSON object'],
    ['no keys', '{}', 'the JWK Set has no array of keys'],
    ['keys as an object', '{"keys":{}}', 'the JWK Set has no array of keys'],
    [
      'keys twice',
      '{"keys":[],"keys":[]}',
      'the JWK Set is not strict JSON: a member occurs twice',
    ],
  ])('refuses %s', (_name, text, message) => {
    expect(() => parseKeySet(text)).toThrow(new KeySourceError('unusable', message))
  })

  it('reads an empty set: an issuer may withdraw everything', () => {
    expect(parse()).toEqual([])
  })

  it('takes so many keys and no more', () => {
    expect(parse(...Array(MAX_KEYS).fill(ecJwk))).toHaveLength(MAX_KEYS)
    expect(() => parse(...Array(MAX_KEYS + 1).fill(ecJwk))).toThrow(/has more than 64 keys/)
  })
})

describe('findVerificationKey', () => {
  const rs256 = findAcceptedAlgorithm('RS256')
  const es384 = findAcceptedAlgorithm('ES384')
  if (!rs256 || !es384) throw new Error('the table lacks an algorithm')

  it('looks for kid and algorithm together', () => {
    const keySet = parse(rsaJwk, ecJwk, { ...ecJwk, kid: 'two' })
    expect(findVerificationKey(keySet, 'one', rs256)?.key.asymmetricKeyType).toBe('rsa')
    expect(findVerificationKey(keySet, 'one', es384)?.key.asymmetricKeyType).toBe('ec')
    expect(findVerificationKey(keySet, 'two', es384)?.keyId).toBe('two')
    expect(findVerificationKey(keySet, 'two', rs256)).toBeNull()
    expect(findVerificationKey(keySet, 'three', es384)).toBeNull()
  })

  it('finds none where two answer', () => {
    expect(findVerificationKey(parse(ecJwk, ecJwk), 'one', es384)).toBeNull()
  })
})
