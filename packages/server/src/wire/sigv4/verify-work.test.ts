import { createHmac } from 'node:crypto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { claimSignedWith, OTHER_SECRET, SECRET } from './test/signed-claim.ts'
import { SignatureVerifier } from './verify.ts'

vi.mock('node:crypto', async importOriginal => {
  const crypto = await importOriginal<typeof import('node:crypto')>()
  return { ...crypto, createHmac: vi.fn(crypto.createHmac) }
})

const GOOD = claimSignedWith(SECRET)
const WRONG = claimSignedWith(OTHER_SECRET)
const MISMATCH = expect.objectContaining({ code: 'SignatureDoesNotMatch' })
const UNKNOWN = expect.objectContaining({ code: 'InvalidClientTokenId' })

describe('the work of a SignatureVerifier, in HMACs', () => {
  let verifier: SignatureVerifier
  beforeEach(() => {
    verifier = new SignatureVerifier({ maxCachedKeys: 10 })
  })

  it.each([
    ['unknown key', () => verifier.verify(GOOD, null), UNKNOWN],
    ['unknown key, wrong signature', () => verifier.verify(WRONG, null), UNKNOWN],
    ['known key, wrong signature', () => verifier.verify(WRONG, SECRET), MISMATCH],
  ])('%s: the same work, whether or not a key is cached', (_name, verify, refusal) => {
    const counts = [countHmacs(() => expect(verify).toThrow(refusal))]
    verifier.verify(GOOD, SECRET)
    counts.push(countHmacs(() => expect(verify).toThrow(refusal)))
    expect(counts).toEqual([6, 6])
  })

  it('needs one HMAC under a cached key', () => {
    expect(countHmacs(() => verifier.verify(GOOD, SECRET))).toBe(6)
    expect(countHmacs(() => verifier.verify(GOOD, SECRET))).toBe(1)
  })

  it('lets refused signatures neither fill the cache nor push others out', () => {
    const small = new SignatureVerifier({ maxCachedKeys: 1 })
    small.verify(GOOD, SECRET)
    const stranger = { ...WRONG, credential: WRONG.credential.replace('AKID', 'AKIX') }
    expect(() => small.verify(stranger, SECRET)).toThrow(MISMATCH)
    expect(() => small.verify(stranger, null)).toThrow(UNKNOWN)
    expect(countHmacs(() => small.verify(GOOD, SECRET))).toBe(1)
  })
})

function countHmacs(work: () => void): number {
  vi.mocked(createHmac).mockClear()
  work()
  return vi.mocked(createHmac).mock.calls.length
}
