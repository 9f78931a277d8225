import { describe, expect, it } from 'vitest'
import type { RateClass } from '../operations/operation.ts'
import type { Caller } from '../principals/caller.ts'
import { createAccount, createUser, OTHER_ACCOUNT_ID } from '../store/test/records.ts'
import { Counter } from '../telemetry/instruments.ts'
import { RateLimits, type RateScope } from './rate-limits.ts'
import {
  ASSUMED_ROLE,
  createSession,
  FEDERATED_USER,
  ROOT,
  USER,
  WEB_IDENTITY,
} from './test/callers.ts'
import type { Rate } from './token-buckets.ts'

const ONE: Rate = { perSecond: 1, burst: 1 }

/** Limits that say how a call ended: `ok`, or by which of them it was refused. */
function create(limits: { readonly account?: Rate; readonly principal?: Rate }) {
  const counters = { account: new Counter(), principal: new Counter() }
  const { account = null, principal = null } = limits
  const rateLimits = new RateLimits({
    account,
    principal,
    counterOf: (scope: RateScope) => counters[scope],
  })
  const take = (caller: Caller, rateClass: RateClass = 'sts', nowMs = 0): string => {
    const before = { account: counters.account.value, principal: counters.principal.value }
    try {
      rateLimits.take(rateClass, caller, nowMs)
      return 'ok'
    } catch (error) {
      expect(error).toMatchObject({ code: 'Throttling', message: 'Rate exceeded' })
      if (counters.account.value === before.account + 1) return 'account'
      return counters.principal.value === before.principal + 1 ? 'principal' : 'not counted'
    }
  }
  return { take, counters }
}

const BOB: Caller = { ...USER, user: createUser(2, { name: 'bob' }) }
const STRANGER: Caller = { ...USER, account: createAccount(OTHER_ACCOUNT_ID), user: createUser(3) }

describe('the limit of a principal', () => {
  it.each<readonly [string, Caller, Caller, string]>([
    ['of a user is used up by its calls', USER, USER, 'principal'],
    ['of a user is not used up by another', USER, BOB, 'ok'],
    ['of root is not used up by a user', USER, ROOT, 'ok'],
    ['of root is used up by its calls', ROOT, ROOT, 'principal'],
    [
      'of a role is used up by a session of another name',
      ASSUMED_ROLE,
      { ...ASSUMED_ROLE, arn: USER.arn, session: createSession({ name: 'other' }) },
      'principal',
    ],
    [
      'of a user is used up by whom it names in a federated session',
      FEDERATED_USER,
      USER,
      'principal',
    ],
    ['of a role is not used up by a user', USER, ASSUMED_ROLE, 'ok'],
    ['of a subject of a provider is used up by its calls', WEB_IDENTITY, WEB_IDENTITY, 'principal'],
    [
      'of a subject of a provider is not used up by another subject',
      WEB_IDENTITY,
      { ...WEB_IDENTITY, identity: { ...WEB_IDENTITY.identity, subject: 'other' } },
      'ok',
    ],
    [
      'of a subject of a provider is not used up by the same of another provider',
      WEB_IDENTITY,
      { ...WEB_IDENTITY, principalArn: USER.arn },
      'ok',
    ],
  ])('%s', (_, first, second, outcome) => {
    const { take } = create({ principal: ONE })
    expect([take(first), take(second)]).toEqual(['ok', outcome])
  })

  it('is one for each class of operations, and fills again', () => {
    const { take } = create({ principal: ONE })
    expect([take(USER), take(USER, 'iam-read'), take(USER, 'iam-write')]).toEqual([
      'ok',
      'ok',
      'ok',
    ])
    expect([take(USER, 'sts', 999), take(USER, 'sts', 1000)]).toEqual(['principal', 'ok'])
  })
})

describe('the limit of an account', () => {
  it('is used up by all its principals, and by no other account', () => {
    const { take, counters } = create({ account: { perSecond: 1, burst: 2 } })
    expect([take(USER), take(BOB), take(ROOT), take(STRANGER)]).toEqual([
      'ok',
      'ok',
      'account',
      'ok',
    ])
    expect(counters.account.value).toBe(1)
  })

  it('is one for each class of operations', () => {
    const { take } = create({ account: ONE })
    expect([take(USER), take(BOB, 'iam-read'), take(BOB)]).toEqual(['ok', 'ok', 'account'])
  })

  it('is not used up by what a principal is refused', () => {
    const { take } = create({ principal: ONE, account: { perSecond: 1, burst: 2 } })
    expect([take(USER), take(USER), take(USER), take(BOB)]).toEqual([
      'ok',
      'principal',
      'principal',
      'ok',
    ])
  })
})

it('without limits nobody is refused', () => {
  const { take } = create({})
  expect(Array.from({ length: 100 }, () => take(USER))).toEqual(Array(100).fill('ok'))
})
