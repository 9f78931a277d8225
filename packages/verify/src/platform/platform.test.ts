import { createHash, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PLATFORMS } from '../../test/platforms.ts'
import { EC_KEY, encode, formatJwk, RSA_KEY, signBytes } from '../../test/tokens.ts'
import { ALGORITHMS } from '../algorithms.ts'
import { decodeUtf8 } from './decode-utf8.ts'
import { platform as node } from './node.ts'

describe.each(PLATFORMS)('platform %s', (_, platform) => {
  describe('decodeBase64Url', () => {
    it.each([
      ['', []],
      ['AA', [0]],
      ['AAA', [0, 0]],
      ['AAAA', [0, 0, 0]],
      ['_-__', [0xff, 0xef, 0xff]],
    ])('reads %j', (text, bytes) => {
      expect([...(platform.decodeBase64Url(text) ?? [-1])]).toEqual(bytes)
    })

    it.each([
      ['padding', 'AA=='],
      ['one padding character', 'AAA='],
      ['half a byte', 'A'],
      ['half a byte after some', 'AAAAA'],
      ['bits left over after one byte', 'AB'],
      ['bits left over after two bytes', 'AAB'],
      ['the alphabet of base64, plus', '+AAA'],
      ['the alphabet of base64, slash', '/AAA'],
      ['a space', 'AA AA'],
      ['a space at the end', 'AAAA '],
      ['a line break', 'AAAA\n'],
      ['a dot', 'AA.A'],
      ['a zero byte', 'AAAA\0'],
      ['a letter that is not ASCII', 'AAAé'],
      ['a character beyond one byte whose low byte is a letter', 'AAA\u0141'],
    ])('refuses %s', (_name, text) => {
      expect(platform.decodeBase64Url(text)).toBeNull()
      expect(platform.decodeText(text)).toBeNull()
    })

    it('reads what encoding writes', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
          expect([...(platform.decodeBase64Url(encode(bytes)) ?? [])]).toEqual([...bytes])
        }),
      )
    })

    it('reads at most one text for each sequence of bytes', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary-ascii', maxLength: 12 }), text => {
          const bytes = platform.decodeBase64Url(text)
          if (bytes) expect(encode(bytes)).toBe(text)
        }),
        { numRuns: 1000 },
      )
    })
  })

  describe('decodeText', () => {
    it.each(['', 'plain', '{"ü":"€ 𐍈"}', 'a\ufffdb', '\ufeff{}', 'x'.repeat(60_000)])(
      'reads %j',
      text => {
        expect(platform.decodeText(encode(text))).toBe(text)
      },
    )

    it.each([
      ['a lone continuation byte', [0x80]],
      ['half a character', [0x61, 0xc3]],
      ['an overlong slash', [0xc0, 0xaf]],
      ['a surrogate', [0xed, 0xa0, 0x80]],
      ['more than U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
      ['Latin-1', [0x61, 0xe9, 0x62]],
    ])('refuses %s', (_name, bytes) => {
      expect(platform.decodeText(encode(Uint8Array.from(bytes)))).toBeNull()
    })

    it('refuses a long text that is not UTF-8', () => {
      expect(platform.decodeText(encode(Buffer.alloc(60_000, 0x80)))).toBeNull()
      expect(platform.decodeText(`${encode('x'.repeat(60_000))}=`)).toBeNull()
    })
  })

  describe('sha256', () => {
    it('tells every two texts apart, and equal ones not', async () => {
      const expected = new Map<string, string>()
      for (const text of ['', 'a', 'b', 'a.b.c', 'x'.repeat(5000)]) {
        const hash = await platform.sha256(text)
        expect(await platform.sha256(text)).toBe(hash)
        expected.set(hash, text)
        const bytes = createHash('sha256').update(text).digest()
        expect([bytes.toString('latin1'), bytes.toString('base64url')]).toContain(hash)
      }
      expect(expected.size).toBe(5)
    })
  })

  describe('importKey', () => {
    it.each([RSA_KEY, EC_KEY])('checks signatures: $alg', async key => {
      const material = ALGORITHMS[key.alg].readKey(formatJwk(key), platform.decodeBase64Url)
      if (typeof material === 'string') throw new Error(material)
      const check = await platform.importKey(ALGORITHMS[key.alg], material.jwk)
      const signature = Uint8Array.from(signBytes('header.payload', key))
      expect(await check('header.payload', signature)).toBe(true)
      expect(await check('header.payloae', signature)).toBe(false)
      signature[0] = (signature[0] ?? 0) ^ 1
      expect(await check('header.payload', signature)).toBe(false)
      expect(await check('header.payload', signature.slice(1))).toBe(false)
      expect(await check('header.payload', new Uint8Array())).toBe(false)
    })

    it('rejects a point that is not on the curve', async () => {
      const { x } = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({
        format: 'jwk',
      })
      const { y } = formatJwk(EC_KEY)
      const jwk = { kty: 'EC', crv: 'P-384', x: String(x), y: String(y) } as const
      await expect(platform.importKey(ALGORITHMS.ES384, jwk)).rejects.toThrow()
    })
  })
})

describe('checking a signature on Node', () => {
  it.each([
    [RSA_KEY, 'on the calling thread'],
    [EC_KEY, 'away from it'],
  ])('$alg: %s', async (key, where) => {
    const material = ALGORITHMS[key.alg].readKey(formatJwk(key), node.decodeBase64Url)
    if (typeof material === 'string') throw new Error(material)
    const check = await node.importKey(ALGORITHMS[key.alg], material.jwk)
    const outcome = check('a.b', Uint8Array.from(signBytes('a.b', key)))
    expect(outcome instanceof Promise).toBe(where === 'away from it')
    expect(await outcome).toBe(true)
  })
})

describe('sharesPendingWork', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })

  it.each([
    [{ userAgent: 'Cloudflare-Workers' }, false],
    [{ userAgent: 'Mozilla/5.0' }, true],
    [undefined, true],
  ])('with the navigator %j: %s', async (navigator, shares) => {
    vi.stubGlobal('navigator', navigator)
    vi.resetModules()
    const { platform } = await import('./web.ts')
    expect(platform.sharesPendingWork).toBe(shares)
  })

  it('is true on Node', () => {
    expect(node.sharesPendingWork).toBe(true)
  })
})

describe('decodeUtf8', () => {
  it.each([
    [[0x61, 0xc3, 0xa9], 'aé'],
    [[0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
    [[0xff], null],
  ])('%j as %j', (bytes, text) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBe(text)
  })
})
