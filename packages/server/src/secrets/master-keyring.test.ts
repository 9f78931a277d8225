import { describe, expect, it } from 'vitest'
import { createAesGcmSealer } from './aes-gcm-sealer.ts'
import { createBinder } from './binder.ts'
import { createMasterKey, type MasterKey } from './master-key.ts'
import { MasterKeyring } from './master-keyring.ts'
import { createRingBinder, createRingSealer } from './ring-sealer.ts'
import { SealError } from './sealer.ts'

const random = { bytes: (count: number) => new Uint8Array(count).fill(7), uuid: () => '' }
const createKey = (byte: number) => createMasterKey(new Uint8Array(32).fill(byte), 'a test')
const [former, current, third] = [createKey(1), createKey(2), createKey(3)] as const

const SECRET = { purpose: 'access-key-secret', recordId: 'AKIA' } as const
const MESSAGE = { purpose: 'authorization-message', recordId: '123456789012' } as const
const ISSUER_KEY = { purpose: 'issuer-key', recordId: 'x' } as const
const TEXT = Buffer.from('a secret')

function createRing(key = current) {
  let nowMs = 0
  const keyring = new MasterKeyring(key, { nowMs: () => nowMs })
  return {
    keyring,
    sealer: createRingSealer(keyring, random),
    binder: createRingBinder(keyring),
    setNow(ms: number) {
      nowMs = ms
    },
  }
}

const sealUnder = (key: MasterKey, context: typeof SECRET | typeof MESSAGE) =>
  createAesGcmSealer(key, random).seal(context, TEXT)

describe('a keyring with one key', () => {
  it('opens under that key alone', () => {
    const { keyring, sealer } = createRing()
    expect(keyring.listForIssued()).toEqual([current])
    expect(keyring.listIds()).toEqual([current.id])
    expect(keyring.findForStored(current.id)).toBe(current)
    expect(keyring.findForStored(former.id)).toBeNull()
    expect(sealer.unseal(SECRET, sealUnder(current, SECRET))).toEqual(TEXT)
    expect(() => sealer.unseal(SECRET, sealUnder(former, SECRET))).toThrow(
      new SealError(
        `the value was sealed with master key ${former.id}, and this is master key ${current.id}`,
      ),
    )
  })
})

describe('a keyring while one key follows another', () => {
  it('seals under the current key, and opens what is in the store under both', () => {
    const { keyring, sealer, binder } = createRing()
    keyring.use({ current, stored: [former], issued: [] })
    const sealed = sealer.seal(SECRET, TEXT)
    expect(createAesGcmSealer(current, random).unseal(SECRET, sealed)).toEqual(TEXT)
    expect(sealer.unseal(SECRET, sealed)).toEqual(TEXT)
    expect(sealer.unseal(SECRET, sealUnder(former, SECRET))).toEqual(TEXT)
    expect(() => sealer.unseal(SECRET, sealUnder(third, SECRET))).toThrow(SealError)

    const proof = binder.bind(ISSUER_KEY, TEXT)
    expect(createBinder(current).isBound(ISSUER_KEY, TEXT, proof)).toBe(true)
    const before = createBinder(former).bind(ISSUER_KEY, TEXT)
    expect(binder.isBound(ISSUER_KEY, TEXT, before)).toBe(true)
    expect(binder.isBound(ISSUER_KEY, Buffer.from('x'), before)).toBe(false)
    expect(binder.isBound(ISSUER_KEY, TEXT, createBinder(third).bind(ISSUER_KEY, TEXT))).toBe(false)
    expect(binder.isBound(ISSUER_KEY, TEXT, new Uint8Array())).toBe(false)
  })

  it('goes over to another key without being made anew', () => {
    const { keyring, sealer } = createRing(former)
    const before = sealer.seal(SECRET, TEXT)
    keyring.use({ current, stored: [], issued: [] })
    expect(keyring.current).toBe(current)
    expect(() => sealer.unseal(SECRET, before)).toThrow(SealError)
    expect(sealer.unseal(SECRET, sealer.seal(SECRET, TEXT))).toEqual(TEXT)
  })

  it('opens what callers have until an instant, and nothing of the store', () => {
    const { keyring, sealer, binder, setNow } = createRing()
    keyring.use({ current, stored: [], issued: [{ masterKey: former, untilMs: 1000 }] })
    setNow(999)
    expect(keyring.listForIssued()).toEqual([current, former])
    expect(keyring.listIds()).toEqual([current.id, former.id])
    expect(sealer.unseal(MESSAGE, sealUnder(former, MESSAGE))).toEqual(TEXT)
    expect(() => sealer.unseal(SECRET, sealUnder(former, SECRET))).toThrow(SealError)
    const proof = createBinder(former).bind(ISSUER_KEY, TEXT)
    expect(binder.isBound(ISSUER_KEY, TEXT, proof)).toBe(false)

    setNow(1000)
    expect(keyring.listForIssued()).toEqual([current])
    expect(() => sealer.unseal(MESSAGE, sealUnder(former, MESSAGE))).toThrow(SealError)
    // A clock that is set back does not bring it back.
    setNow(0)
    expect(keyring.listForIssued()).toEqual([current])
  })

  it('drops the keys whose time is over, and no others', () => {
    const { keyring, setNow } = createRing()
    keyring.use({
      current,
      stored: [],
      issued: [
        { masterKey: former, untilMs: 1000 },
        { masterKey: third, untilMs: Number.POSITIVE_INFINITY },
      ],
    })
    setNow(1000)
    expect(keyring.listForIssued()).toEqual([current, third])
  })

  it('names each key once', () => {
    const { keyring } = createRing()
    const issued = [{ masterKey: former, untilMs: 1 }]
    keyring.use({ current, stored: [former], issued })
    expect(keyring.listIds()).toEqual([current.id, former.id])
  })
})
