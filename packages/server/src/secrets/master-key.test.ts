import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createMasterKey, MasterKeyError, parseMasterKeyText } from './master-key.ts'

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
const KEY_TEXT = Buffer.from(KEY).toString('base64')

describe('createMasterKey', () => {
  it.each([
    [31, 'the master key from a test must be exactly 32 bytes; there are only 31'],
    [33, 'the master key from a test must be exactly 32 bytes; there are more'],
    [0, 'the master key from a test must be exactly 32 bytes; there are only 0'],
  ])('refuses %i bytes', (length, message) => {
    expect(() => createMasterKey(new Uint8Array(length), 'a test')).toThrow(
      new MasterKeyError(message),
    )
  })

  it('erases what it refuses too', () => {
    const bytes = new Uint8Array(31).fill(7)
    expect(() => createMasterKey(bytes, 'a test')).toThrow(MasterKeyError)
    expect(bytes).toEqual(new Uint8Array(31))
  })

  it('keeps the key and erases the bytes it was given', () => {
    const bytes = KEY.slice()
    const masterKey = createMasterKey(bytes, 'a test')
    expect(bytes).toEqual(new Uint8Array(32))
    expect(masterKey.key.export()).toEqual(Buffer.from(KEY))
  })

  it('names equal keys equally and different keys differently', () => {
    const id = createMasterKey(KEY.slice(), 'a test').id
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(createMasterKey(KEY.slice(), 'elsewhere').id).toBe(id)
    expect(createMasterKey(KEY.with(31, 0), 'a test').id).not.toBe(id)
  })

  it('prints nothing of the key', () => {
    const masterKey = createMasterKey(KEY.slice(), 'a test')
    const printed = `${inspect(masterKey, { depth: 9 })} ${JSON.stringify(masterKey)}`
    expect(printed).not.toContain(KEY_TEXT)
    expect(printed).not.toContain(Buffer.from(KEY).toString('hex'))
  })
})

describe('parseMasterKeyText', () => {
  it.each([KEY_TEXT, ` ${KEY_TEXT}\n`])('accepts %j', text => {
    expect(parseMasterKeyText(text, 'a test').key.export()).toEqual(Buffer.from(KEY))
  })

  const malformed =
    'the master key from CREDENCE_KEY must be 32 bytes in base64 (44 characters, the last is =)'
  it.each([
    ['hexadecimal', Buffer.from(KEY).toString('hex'), 'there are more'],
    ['31 bytes', Buffer.from(KEY.subarray(1)).toString('base64'), 'there are only 31'],
    ['nothing', '', 'there are only 0'],
    ['no padding', KEY_TEXT.slice(0, -1), malformed],
    ['base64url', Buffer.alloc(32, 0xff).toString('base64url'), malformed],
    ['a stray character', KEY_TEXT.replace('A', '*'), malformed],
    ['bits after the end', KEY_TEXT.replace(/.=$/, '9='), malformed],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseMasterKeyText(text, 'CREDENCE_KEY')).toThrow(MasterKeyError)
    expect(() => parseMasterKeyText(text, 'CREDENCE_KEY')).toThrow(message)
  })
})
