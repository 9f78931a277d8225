import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ENVELOPE_BYTES, EnvelopeError, openEnvelope, sealEnvelope } from './token-envelope.ts'

const masterKey = createSecretKey(new Uint8Array(32).fill(1))
const otherMasterKey = createSecretKey(new Uint8Array(32).fill(2))
const KEY_ID = 'ASIAIOSFODNN7EXAMPLE'
const CONTENT = Buffer.from('content of the test')
const envelope = sealEnvelope(masterKey, KEY_ID, CONTENT, randomBytes(32))
const UNKNOWN = 'the token is too short or has an unknown version'
const CHANGED = 'the token was changed, or belongs to another access key'

describe('openEnvelope', () => {
  it('opens what was sealed', () => {
    expect(openEnvelope(masterKey, KEY_ID, envelope)).toEqual(CONTENT)
    expect(envelope.length).toBe(ENVELOPE_BYTES + CONTENT.length)
  })

  it('opens an empty content', () => {
    const empty = sealEnvelope(masterKey, KEY_ID, Buffer.alloc(0), randomBytes(32))
    expect(openEnvelope(masterKey, KEY_ID, empty)).toHaveLength(0)
  })

  it('opens a token of the first version that was kept', () => {
    const kept =
      'CredenceST01AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh/54t221d7/kQ/H8AKh04CFG4nuMmJNOt1k1FBDjh9Ilv24MQ=='
    expect(openEnvelope(masterKey, KEY_ID, Buffer.from(kept, 'base64'))).toEqual(CONTENT)
  })

  it.each(Array.from(envelope.keys()))('refuses a change of byte %i', position => {
    for (let bit = 0; bit < 8; bit++) {
      const changed = Uint8Array.from(envelope)
      changed[position] = (changed[position] ?? 0) ^ (1 << bit)
      expect(() => openEnvelope(masterKey, KEY_ID, changed)).toThrow(
        new EnvelopeError(position < 9 ? UNKNOWN : CHANGED),
      )
    }
  })

  it.each(Array.from(envelope.keys()))('refuses the first %i bytes alone', length => {
    expect(() => openEnvelope(masterKey, KEY_ID, envelope.subarray(0, length))).toThrow(
      new EnvelopeError(length < ENVELOPE_BYTES ? UNKNOWN : CHANGED),
    )
  })

  it.each([
    ['another access key', masterKey, 'ASIAIOSFODNN7EXAMPLF'],
    ['a longer access key id', masterKey, `${KEY_ID}A`],
    ['another master key', otherMasterKey, KEY_ID],
  ])('refuses %s', (_, key, accessKeyId) => {
    expect(() => openEnvelope(key, accessKeyId, envelope)).toThrow(new EnvelopeError(CHANGED))
  })

  it('keeps why it was refused', () => {
    let refusal: unknown
    try {
      openEnvelope(otherMasterKey, KEY_ID, envelope)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toMatchObject({ name: 'EnvelopeError', cause: { name: 'DecryptionError' } })
  })

  it('hides the content, and no two envelopes are alike', () => {
    const again = sealEnvelope(masterKey, KEY_ID, CONTENT, randomBytes(32))
    expect(again.includes(CONTENT)).toBe(false)
    expect(again.subarray(41)).not.toEqual(envelope.subarray(41))
  })

  it.each([31, 33])('refuses a salt of %i bytes', length => {
    expect(() => sealEnvelope(masterKey, KEY_ID, CONTENT, new Uint8Array(length))).toThrow(
      new RangeError('a salt has 32 bytes'),
    )
  })
})
