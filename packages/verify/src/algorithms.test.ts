import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { EC_KEY, encode, formatJwk, RSA_KEY } from '../test/tokens.ts'
import { ALGORITHM_NAMES, ALGORITHMS, findAlgorithmOfKey, isAlgorithmName } from './algorithms.ts'
import { platform } from './platform/node.ts'

const rsa = formatJwk(RSA_KEY)
const ec = formatJwk(EC_KEY)
const { decodeBase64Url } = platform

/** `n` of a modulus with exactly this many bits. */
const modulus = (bits: number): string => {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff)
  bytes[0] = 0xff >> ((8 - (bits % 8)) % 8)
  return encode(bytes)
}

describe('the table of algorithms', () => {
  it('holds RS256 and ES384 and nothing else', () => {
    expect(Object.keys(ALGORITHMS)).toEqual(['RS256', 'ES384'])
    expect(ALGORITHM_NAMES).toEqual(['RS256', 'ES384'])
    expect(ALGORITHMS).toMatchObject({
      RS256: {
        name: 'RS256',
        keyType: 'RSA',
        nodeHash: 'sha256',
        isSlow: false,
        web: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      },
      ES384: {
        name: 'ES384',
        keyType: 'EC',
        nodeHash: 'sha384',
        isSlow: true,
        web: { name: 'ECDSA', hash: 'SHA-384', namedCurve: 'P-384' },
      },
    })
  })
})

describe('isAlgorithmName', () => {
  it.each(['RS256', 'ES384'])('%s', name => expect(isAlgorithmName(name)).toBe(true))

  it.each([
    'none',
    'None',
    'HS256',
    'RS384',
    'PS256',
    'ES256',
    'rs256',
    'RS256 ',
    '',
    '__proto__',
    'toString',
    256,
    null,
    undefined,
    ['RS256'],
  ])('not %j', name => expect(isAlgorithmName(name)).toBe(false))
})

describe('findAlgorithmOfKey', () => {
  it.each([
    [{ kty: 'RSA' }, 'RS256'],
    [{ kty: 'EC', crv: 'P-384' }, 'ES384'],
    [{ kty: 'EC', crv: 'P-256' }, null],
    [{ kty: 'EC' }, null],
    [{ kty: 'oct' }, null],
    [{ kty: 'OKP', crv: 'Ed25519' }, null],
    [{ kty: 'AKP', alg: 'ML-DSA-65' }, null],
    [{ kty: 'rsa' }, null],
    [{ crv: 'P-384' }, null],
    [{}, null],
  ])('%j: %s', (jwk, name) => {
    expect(findAlgorithmOfKey(jwk)?.name ?? null).toBe(name)
  })
})

describe('reading an RSA key', () => {
  it('takes n and e and nothing else', () => {
    expect(ALGORITHMS.RS256.readKey({ ...rsa, x5c: ['…'] }, decodeBase64Url)).toEqual({
      jwk: { kty: 'RSA', n: rsa['n'], e: 'AQAB' },
      signatureBytes: 256,
    })
  })

  it.each([
    [2048, 256],
    [2049, 257],
    [3072, 384],
    [4096, 512],
  ])('accepts %i bits, with signatures of %i bytes', (bits, signatureBytes) => {
    const n = modulus(bits)
    expect(ALGORITHMS.RS256.readKey({ n, e: 'AQAB' }, decodeBase64Url)).toMatchObject({
      signatureBytes,
    })
  })

  it.each([
    ['one bit too few', { n: modulus(2047) }, 'n has 2047 bits, not 2048 to 4096'],
    ['one bit too many', { n: modulus(4097) }, 'n has 4097 bits, not 2048 to 4096'],
    ['a modulus of zeros', { n: encode(Buffer.alloc(256)) }, 'n has 0 bits, not 2048 to 4096'],
    ['no modulus', { n: undefined }, 'n is not base64url'],
    ['a number as modulus', { n: 65537 }, 'n is not base64url'],
    ['a padded modulus', { n: `${modulus(2048)}==` }, 'n is not base64url'],
    ['the exponent 1', { e: 'AQ' }, 'e is not AQAB (65537)'],
    ['the exponent 3', { e: 'Aw' }, 'e is not AQAB (65537)'],
    ['no exponent', { e: undefined }, 'e is not AQAB (65537)'],
  ])('refuses %s', (_, change, reason) => {
    expect(ALGORITHMS.RS256.readKey({ ...rsa, ...change }, decodeBase64Url)).toBe(reason)
  })

  it('counts leading zeros out', () => {
    const n = encode(Buffer.concat([Buffer.alloc(9), Buffer.alloc(255, 0xff)]))
    expect(ALGORITHMS.RS256.readKey({ ...rsa, n }, decodeBase64Url)).toMatch(/^n has 2040 bits/)
  })
})

describe('reading an EC key', () => {
  it('takes the point and nothing else', () => {
    expect(ALGORITHMS.ES384.readKey({ ...ec, x5t: '…' }, decodeBase64Url)).toEqual({
      jwk: { kty: 'EC', crv: 'P-384', x: ec['x'], y: ec['y'] },
      signatureBytes: 96,
    })
  })

  it.each([
    ['no x', { x: undefined }, 'x is not base64url of 48 bytes'],
    ['a number as y', { y: 1 }, 'y is not base64url of 48 bytes'],
    ['a short x', { x: encode(Buffer.alloc(47, 1)) }, 'x is not base64url of 48 bytes'],
    ['a long y', { y: encode(Buffer.alloc(49, 1)) }, 'y is not base64url of 48 bytes'],
    ['a padded x', { x: `${ec['x']}=` }, 'x is not base64url of 48 bytes'],
    ['a padded y', { y: `${ec['y']}=` }, 'y is not base64url of 48 bytes'],
    ['a number as x', { x: 1 }, 'x is not base64url of 48 bytes'],
  ])('refuses %s', (_, change, reason) => {
    expect(ALGORITHMS.ES384.readKey({ ...ec, ...change }, decodeBase64Url)).toBe(reason)
  })

  it('leaves the question whether the point is on the curve to the platform', async () => {
    const { x } = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({
      format: 'jwk',
    })
    const material = ALGORITHMS.ES384.readKey({ ...ec, x }, decodeBase64Url)
    expect(material).toMatchObject({ signatureBytes: 96 })
  })
})
