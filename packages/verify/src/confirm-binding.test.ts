import { describe, expect, it, vi } from 'vitest'
import { codeOf, createOptions, createPayload, NOW_MS, signToken } from '../test/tokens.ts'
import type { Confirm } from './confirm-binding.ts'
import { VerifyError } from './errors.ts'
import { createMemoryReplayStore, createVerifier } from './index.ts'

const cnf = { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' }
const bound = signToken(createPayload({ cnf }))
const verify = (confirm?: Confirm, token = bound) =>
  createVerifier(createOptions()).verify(token, confirm && { confirm })

describe('a token that is bound to a key', () => {
  it('is refused unless the caller says how the binding is checked', async () => {
    await expect(verify()).rejects.toMatchObject({
      code: 'binding_refused',
      kind: 'token',
      message: 'cnf binds the token to a key; nothing checks that here',
    })
  })

  it('is accepted when the binding holds, and the check sees all there is', async () => {
    const confirm = vi.fn<Confirm>(async () => true)
    const token = await verify(confirm)
    expect(token.claims.cnf).toEqual(cnf)
    expect(confirm).toHaveBeenCalledExactlyOnceWith(cnf, token)
    expect(await codeOf(verify(() => true))).toBe('accepted')
  })

  it.each([false, 1, 'true', {}, null, undefined])(
    'is refused when the check answers %j',
    async answer => {
      const confirm: Confirm = Object.assign(() => answer)
      await expect(verify(confirm)).rejects.toMatchObject({
        code: 'binding_refused',
        message: 'the bearer was not found to hold the key of cnf',
      })
    },
  )

  it('is refused when the check fails', async () => {
    const failure = new Error('no certificate', { cause: new Error('not TLS') })
    const failing = () => Promise.reject(failure)
    await expect(verify(failing)).rejects.toMatchObject({
      code: 'verifier_failed',
      kind: 'unavailable',
      message: 'the check of cnf failed: no certificate: not TLS',
      cause: failure,
    })
    const throwing = () => {
      throw failure
    }
    expect(await codeOf(verify(throwing))).toBe('verifier_failed')
  })

  it('is refused as the check says', async () => {
    const refusal = new VerifyError('credentials_malformed', 'the proof is missing')
    await expect(verify(() => Promise.reject(refusal))).rejects.toBe(refusal)
  })

  it('is checked each time, also when it is remembered, and from call to call', async () => {
    const verifier = createVerifier(createOptions())
    expect(await codeOf(verifier.verify(bound, { confirm: () => true }))).toBe('accepted')
    expect(await codeOf(verifier.verify(bound))).toBe('binding_refused')
    expect(await codeOf(verifier.verify(bound, { confirm: () => false }))).toBe('binding_refused')
    expect(await codeOf(verifier.verify(bound, { confirm: () => true }))).toBe('accepted')
  })

  it('is not used up by whoever does not hold the key', async () => {
    const replay = createMemoryReplayStore({ maxEntries: 10, nowMs: () => NOW_MS })
    const verifier = createVerifier(createOptions({ replay }))
    expect(await codeOf(verifier.verify(bound))).toBe('binding_refused')
    expect(await codeOf(verifier.verify(bound, { confirm: () => false }))).toBe('binding_refused')
    expect(await codeOf(verifier.verify(bound, { confirm: () => true }))).toBe('accepted')
    expect(await codeOf(verifier.verify(bound, { confirm: () => true }))).toBe('token_replayed')
  })

  it('is not asked about when nothing is bound', async () => {
    const confirm = vi.fn<Confirm>(() => false)
    expect(await codeOf(verify(confirm, signToken()))).toBe('accepted')
    expect(confirm).not.toHaveBeenCalled()
  })

  it.each([null, 'x', 7, true, false, [], [cnf]])(
    'must say by an object to what: %j',
    async value => {
      const token = signToken(createPayload({ cnf: value }))
      const refused = verify(() => true, token)
      await expect(refused).rejects.toThrow('cnf is missing or has the wrong type')
      expect(await codeOf(refused)).toBe('claims_invalid')
    },
  )

  it('is bound by an empty object too', async () => {
    expect(await codeOf(verify(undefined, signToken(createPayload({ cnf: {} }))))).toBe(
      'binding_refused',
    )
  })
})
