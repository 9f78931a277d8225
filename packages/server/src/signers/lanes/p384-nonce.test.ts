import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createNonceWriter, FRESH_BYTES, isSignatureHalf, P384_BYTES } from './p384-nonce.ts'

const ORDER =
  'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'
const KEY = Buffer.alloc(48, 1)
const DIGEST = Buffer.alloc(48, 2)

/** What a stuck generator gives: the nonce then follows from the rest of the construction alone. */
const stuck = () => new Uint8Array(FRESH_BYTES)
const working = () => randomBytes(FRESH_BYTES)

const writeNonce = createNonceWriter()

function nonceOf(random: () => Uint8Array, key: Uint8Array, digest: Uint8Array): string {
  const target = new Uint8Array(P384_BYTES)
  writeNonce(target, random(), key, digest)
  return Buffer.from(target).toString('hex')
}

describe('createNonceWriter', () => {
  it('is SHA-512 of randomness, key and digest, cut', () => {
    const seed = Buffer.concat([Buffer.alloc(64), KEY, DIGEST])
    const expected = createHash('sha512').update(seed).digest('hex').slice(0, 96)
    expect(nonceOf(stuck, KEY, DIGEST)).toBe(expected)
  })

  it('is new each time', () => {
    const nonces = Array.from({ length: 1000 }, () => nonceOf(working, KEY, DIGEST))
    expect(new Set(nonces).size).toBe(1000)
  })

  it('with a stuck generator still differs by message and by key', () => {
    const nonces = Array.from({ length: 100 }, (_, index) => [
      nonceOf(stuck, KEY, Buffer.alloc(48, index + 10)),
      nonceOf(stuck, Buffer.alloc(48, index + 10), DIGEST),
    ]).flat()
    expect(new Set(nonces).size).toBe(200)
  })

  it('favours no value of any byte', () => {
    const counts = Array.from({ length: P384_BYTES }, () => new Array<number>(256).fill(0))
    const rounds = 20_000
    for (let round = 0; round < rounds; round += 1) {
      const nonce = Buffer.from(nonceOf(working, KEY, DIGEST), 'hex')
      for (const [place, byte] of nonce.entries()) {
        const atPlace = counts[place]
        if (atPlace) atPlace[byte] = (atPlace[byte] ?? 0) + 1
      }
    }
    const expected = rounds / 256
    for (const atPlace of counts) {
      const chiSquared = atPlace.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0)
      // 255 degrees of freedom: mean 255, deviation 22.6; nine deviations are one in 10^15.
      expect(chiSquared).toBeLessThan(255 + 9 * 22.6)
    }
  })
})

describe('isSignatureHalf', () => {
  const near = (offset: bigint): string => (BigInt(`0x${ORDER}`) + offset).toString(16)
  it.each([
    ['zero', '0', false],
    ['one', '1', true],
    ['the order less one', near(-1n), true],
    ['the order', near(0n), false],
    ['the order and one', near(1n), false],
    ['the most', 'f'.repeat(96), false],
  ])('%s', (_name, hex, isHalf) => {
    expect(isSignatureHalf(Buffer.from(hex.padStart(96, '0'), 'hex'))).toBe(isHalf)
  })
})
