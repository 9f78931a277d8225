import { describe, expect, it } from 'vitest'
import { decryptAesGcm, encryptAesGcm } from './aes-gcm.ts'

const key = Buffer.alloc(32)
const nonce = Buffer.alloc(12)
const associatedData = Buffer.from('what goes with it')
const parameters = { key, nonce, associatedData }
const message = Buffer.from('a message of the test')
const encrypted = encryptAesGcm(parameters, message)

describe('AES-256-GCM', () => {
  it.each([
    ['nothing', '', '530f8afbc74536b9a963b4f1c4cb738b'],
    [
      'a block of zeros',
      '00000000000000000000000000000000',
      'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
    ],
  ])('encrypts %s as the test vectors of GCM say', (_what, plain, expected) => {
    const bare = { key, nonce, associatedData: Buffer.alloc(0) }
    expect(encryptAesGcm(bare, Buffer.from(plain, 'hex')).toString('hex')).toBe(expected)
    expect(decryptAesGcm(bare, Buffer.from(expected, 'hex')).toString('hex')).toBe(plain)
  })

  it.each([
    ['another key', { key: Buffer.alloc(32, 1) }],
    ['another nonce', { nonce: Buffer.alloc(12, 1) }],
    ['other associated data', { associatedData: Buffer.from('something else') }],
  ])('does not decrypt under %s, and says what the cipher said', (_what, change) => {
    expect(refusalOf(() => decryptAesGcm({ ...parameters, ...change }, encrypted))).toMatchObject({
      name: 'DecryptionError',
      message: 'the message is not authentic',
      cause: expect.any(Error),
    })
  })

  it.each([4, 8, 12, 15])('takes no tag that was cut to %i bytes', length => {
    const empty = encryptAesGcm(parameters, Buffer.alloc(0))
    expect(() => decryptAesGcm(parameters, empty.subarray(0, length))).toThrow()
  })
})

function refusalOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return 'none'
}
