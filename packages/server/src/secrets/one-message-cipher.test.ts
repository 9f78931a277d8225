import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decryptMessage, encryptMessage } from './one-message-cipher.ts'

const masterKey = createSecretKey(Buffer.alloc(32, 1))
const context = {
  masterKey,
  label: 'a test',
  salt: Buffer.alloc(32, 2),
  associatedData: Buffer.from('what goes with it'),
}
const message = Buffer.from('a message of the test')

describe('a message with a key of its own', () => {
  it.each([
    ['another master key', { masterKey: createSecretKey(Buffer.alloc(32, 3)) }],
    ['another label', { label: 'another test' }],
    ['another salt', { salt: Buffer.alloc(32, 4) }],
    ['other associated data', { associatedData: Buffer.from('something else') }],
  ])('does not open under %s', (_what, change) => {
    const encrypted = encryptMessage(context, message)
    expect(decryptMessage(context, encrypted)).toEqual(message)
    expect(() => decryptMessage({ ...context, ...change }, encrypted)).toThrow(
      'the message is not authentic',
    )
    expect(encryptMessage({ ...context, ...change }, message)).not.toEqual(encrypted)
  })

  it.each([0, 31, 33])('is neither written nor read with a salt of %i bytes', length => {
    const short = { ...context, salt: Buffer.alloc(length) }
    const refusal = new RangeError('a salt has 32 bytes')
    expect(() => encryptMessage(short, message)).toThrow(refusal)
    expect(() => decryptMessage(short, encryptMessage(context, message))).toThrow(refusal)
  })
})
