import { describe, expect, it, vi } from 'vitest'
import {
  createTestGuard,
  EXPIRED_TOKEN,
  GOOD_TOKEN,
  REQUESTS,
  UNTRUSTED_TOKEN,
} from '../../test/guards.ts'
import { codeThrown, createOptions } from '../../test/tokens.ts'
import { VerifyError } from '../errors.ts'
import { createVerifier } from '../index.ts'
import { createTrust } from '../trust/create-trust.ts'
import { createGuard, type GuardOptions } from './guard.ts'
import type { Refusal } from './refusal.ts'

const verifier = createVerifier(createOptions())
const refusing = (error: unknown) =>
  createGuard({
    verifier: { ...verifier, verify: () => Promise.reject(error) },
    trust: null,
    onRefusal: () => undefined,
  })

describe('a guard', () => {
  it.each(REQUESTS)('with %s', async (_, values, status, challenge) => {
    const { guard, onRefusal } = createTestGuard()
    const result = await guard.authenticate(values)
    expect(result.isAuthenticated).toBe(status === 200)
    if (result.isAuthenticated) {
      expect(result.identity).toMatchObject({
        rule: 'deployers',
        grant: { role: 'deployer' },
        token: { principal: { name: 'deployer' } },
      })
      expect(onRefusal).not.toHaveBeenCalled()
    } else {
      expect(result.refusal.status).toBe(status)
      expect(result.refusal.headers).toEqual({
        'cache-control': 'no-store',
        'content-length': '0',
        'www-authenticate': challenge,
      })
      expect(onRefusal).toHaveBeenCalledExactlyOnceWith(result.refusal)
    }
  })

  it('tells the log why, and the caller nothing', async () => {
    const { guard, onRefusal } = createTestGuard()
    await guard.authenticate([`Bearer ${UNTRUSTED_TOKEN}`])
    await guard.authenticate([`Bearer ${EXPIRED_TOKEN}`])
    const [trust, expired] = onRefusal.mock.calls.map(([refusal]) => refusal)
    const reason =
      '"arn:aws:iam::123456789012:user/eve" is none of "arn:aws:iam::123456789012:role/service/*"'
    expect(trust).toMatchObject({
      error: { code: 'trust_refused', message: `rule "deployers": subjects: ${reason}` },
      rules: [{ rule: 'deployers', condition: 'subjects', reason }],
    })
    expect(expired).toMatchObject({ error: { code: 'token_expired' }, rules: [] })
    expect(JSON.stringify([trust?.headers, expired?.headers])).not.toMatch(/eve|service|exp\b/)
  })

  it('bounds what is logged, however many rules there are', async () => {
    const rules = Array.from({ length: 1000 }, (_, index) => ({
      name: `rule ${index} ${'x'.repeat(1000)}`,
      when: { accounts: ['999999999999'] },
      grant: null,
    }))
    const onRefusal = vi.fn<(refusal: Refusal) => void>()
    const trust = createTrust<null>(JSON.parse(JSON.stringify(rules)))
    const guard = createGuard({ verifier, trust, onRefusal })
    await guard.authenticate([`Bearer ${GOOD_TOKEN}`])
    const [refusal] = onRefusal.mock.calls[0] ?? []
    expect(refusal?.error.message.length).toBeLessThan(6000)
    expect(refusal?.error.message).toMatch(/; and 990 more$/)
    expect(refusal?.rules.map(({ rule }) => rule)).toEqual(
      rules.slice(0, 10).map(({ name }) => name),
    )
  })

  it('lets every verified token in when told so in writing', async () => {
    const guard = createGuard({ verifier, trust: null, onRefusal: () => undefined })
    expect(await guard.authenticate([`Bearer ${UNTRUSTED_TOKEN}`])).toMatchObject({
      isAuthenticated: true,
      identity: { rule: 'any verified token', grant: null },
    })
    expect(await guard.authenticate([])).toMatchObject({
      refusal: { headers: { 'www-authenticate': 'Bearer realm="api"' } },
    })
  })

  it.each([
    ['keys out of reach', new VerifyError('keys_unavailable', 'down'), 'keys_unavailable'],
    ['a full replay store', new VerifyError('replay_unavailable', 'full'), 'replay_unavailable'],
    ['a misconfiguration', new VerifyError('jwks_invalid', 'misconfigured'), 'jwks_invalid'],
    ['a defect', new TypeError('a defect'), 'verifier_failed'],
    ['what is no error at all', 'a defect', 'verifier_failed'],
  ])('answers 503 without a challenge for %s', async (_, error, code) => {
    expect(await refusing(error).authenticate(['Bearer x'])).toEqual({
      isAuthenticated: false,
      refusal: {
        status: 503,
        headers: { 'cache-control': 'no-store', 'content-length': '0' },
        error: expect.objectContaining({ code }),
        rules: [],
      },
    })
  })

  it('keeps the cause of a defect for the log', async () => {
    const defect = new TypeError('a defect')
    expect(await refusing(defect).authenticate(['Bearer x'])).toMatchObject({
      refusal: { error: { message: 'the verifier failed: a defect', cause: defect } },
    })
  })

  it('passes on what onRefusal throws', async () => {
    const guard = createGuard({
      verifier,
      trust: null,
      onRefusal: () => {
        throw new Error('the log is full')
      },
    })
    await expect(guard.authenticate([])).rejects.toThrow('the log is full')
  })

  it('knows whom it let in, and nobody else', async () => {
    const { guard } = createTestGuard()
    const result = await guard.authenticate([`Bearer ${GOOD_TOKEN}`])
    const request = {}
    if (result.isAuthenticated) guard.admit(request, result.identity)
    expect(guard.identityOf(request)).toMatchObject({ rule: 'deployers' })
    expect(codeThrown(() => guard.identityOf({}))).toBe('identity_missing')
    expect(() => guard.identityOf({})).toThrow('this request was not let in by this guard')
    expect(codeThrown(() => createTestGuard().guard.identityOf(request))).toBe('identity_missing')
  })

  it.each([
    [
      'a misspelt option',
      { confirms: () => true },
      'there is no option "confirms"; did you mean confirm?',
    ],
    ['no trust', { trust: undefined }, 'trust is neither a set of rules nor null'],
    ['no log', { onRefusal: undefined }, 'onRefusal is not a function'],
    ['an empty realm', { realm: '' }, 'realm "" is not plain text'],
    ['a realm with a quote', { realm: 'a"b' }, 'realm "a\\"b" is not plain text'],
    ['a realm of two lines', { realm: 'a\nb' }, 'realm "a\\nb" is not plain text'],
  ])('cannot be made with %s', (_, change, reason) => {
    const options: GuardOptions<null> & { trust: null } = Object.assign(
      { verifier, trust: null, onRefusal: vi.fn() },
      change,
    )
    expect(codeThrown(() => createGuard(options))).toBe('options_invalid')
    expect(() => createGuard(options)).toThrow(reason)
  })
})
