import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAesGcmSealer } from './aes-gcm-sealer.ts'
import { createMasterKey } from './master-key.ts'
import { type SealContext, SealError } from './sealer.ts'

const random = { bytes: (count: number) => randomBytes(count), uuid: () => crypto.randomUUID() }

function createSealer(keyByte: number) {
  return createAesGcmSealer(createMasterKey(new Uint8Array(32).fill(keyByte), 'a test'), random)
}

const sealer = createSealer(1)
const context: SealContext = { purpose: 'access-key-secret', recordId: 'AKIAIOSFODNN7EXAMPLE' }
const plaintext = Buffer.from('a secret of the test')
const sealed = sealer.seal(context, plaintext)

const CHANGED = 'the sealed value was changed, or was sealed for another purpose or record'
const NO_FORMAT = 'the sealed value is too short or has an unknown format version'

const purposes = fc.constantFrom<SealContext['purpose']>(
  'access-key-secret',
  'authorization-message',
  'issuer-private-key',
  'master-key-check',
)
const contexts = fc.record({ purpose: purposes, recordId: fc.string({ unit: 'binary' }) })

describe('createAesGcmSealer', () => {
  it('opens what it sealed', () => {
    fc.assert(
      fc.property(contexts, fc.uint8Array({ maxLength: 200 }), (anyContext, bytes) => {
        const opened = sealer.unseal(anyContext, sealer.seal(anyContext, bytes))
        expect(Buffer.from(opened)).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it('opens in another process with the same master key', () => {
    expect(createSealer(1).unseal(context, sealed)).toEqual(plaintext)
  })

  it('seals the same value differently each time, and hides it', () => {
    const again = sealer.seal(context, plaintext)
    expect(again).not.toEqual(sealed)
    expect(Buffer.from(again).includes(plaintext)).toBe(false)
    expect(again.length).toBe(1 + 8 + 32 + plaintext.length + 16)
  })

  it('opens for no other purpose or record', () => {
    fc.assert(
      fc.property(contexts, contexts, (one, other) => {
        fc.pre(one.purpose !== other.purpose || one.recordId !== other.recordId)
        const value = sealer.seal(one, plaintext)
        expect(() => sealer.unseal(other, value)).toThrow(new SealError(CHANGED))
      }),
    )
  })

  it('tells lone surrogates apart', () => {
    const value = sealer.seal({ ...context, recordId: '\ud800' }, plaintext)
    expect(() => sealer.unseal({ ...context, recordId: '\ud801' }, value)).toThrow(CHANGED)
    expect(() => sealer.unseal({ ...context, recordId: '\ufffd' }, value)).toThrow(CHANGED)
  })

  it('says which master key a value needs', () => {
    const id = createMasterKey(new Uint8Array(32).fill(1), 'a test').id
    const otherId = createMasterKey(new Uint8Array(32).fill(2), 'a test').id
    expect(() => createSealer(2).unseal(context, sealed)).toThrow(
      new SealError(
        `the value was sealed with master key ${id}, and this is master key ${otherId}`,
      ),
    )
  })

  it.each(Array.from(sealed.keys()))('refuses a change of byte %i', position => {
    const expected =
      position === 0 ? NO_FORMAT : position <= 8 ? /^the value was sealed with/ : CHANGED
    for (let bit = 0; bit < 8; bit++) {
      const changed = Uint8Array.from(sealed)
      changed[position] = (changed[position] ?? 0) ^ (1 << bit)
      expect(() => sealer.unseal(context, changed)).toThrow(expected)
    }
  })

  it.each(Array.from(sealed.keys()))('refuses the first %i bytes alone', length => {
    const expected = length < 57 ? NO_FORMAT : CHANGED
    expect(() => sealer.unseal(context, sealed.subarray(0, length))).toThrow(
      new SealError(expected),
    )
  })

  it('keeps what the cipher said', () => {
    let refusal: unknown
    try {
      sealer.unseal({ ...context, recordId: 'another' }, sealed)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toMatchObject({
      name: 'SealError',
      message: CHANGED,
      cause: { name: 'DecryptionError' },
    })
  })

  it('refuses bytes after the end', () => {
    expect(() => sealer.unseal(context, Buffer.concat([sealed, Buffer.of(0)]))).toThrow(CHANGED)
  })
})
