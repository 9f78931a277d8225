/** A guard with rules, and requests to try it with. */
import { vi } from 'vitest'
import { createVerifier } from '../src/index.ts'
import { createGuard, type GuardOptions } from '../src/middleware/guard.ts'
import type { Refusal } from '../src/middleware/refusal.ts'
import { createTrust } from '../src/trust/create-trust.ts'
import { ACCOUNT, createOptions, createPayload, signToken } from './tokens.ts'

export const GOOD_TOKEN = signToken()
export const EXPIRED_TOKEN = signToken(createPayload({ exp: 1, iat: 0 }))
export const UNTRUSTED_TOKEN = signToken(createPayload({ sub: `arn:aws:iam::${ACCOUNT}:user/eve` }))

/** A token that is bound to a key. */
export const BOUND_TOKEN = signToken(createPayload({ cnf: { jkt: 'thumbprint' } }))

type Confirm = GuardOptions<unknown>['confirm']

export function createTestGuard(confirm?: Confirm) {
  const onRefusal = vi.fn<(refusal: Refusal) => void>()
  const guard = createGuard({
    verifier: createVerifier(createOptions()),
    trust: createTrust([
      {
        name: 'deployers',
        when: { subjects: [`arn:aws:iam::${ACCOUNT}:role/service/*`] },
        grant: { role: 'deployer' },
      },
    ]),
    onRefusal,
    realm: 'orders',
    ...(confirm && { confirm }),
  })
  return { guard, onRefusal }
}

/** What every middleware must answer, by the values of `Authorization`. */
export const REQUESTS: readonly (readonly [string, readonly string[], number, string | null])[] = [
  ['no Authorization', [], 401, 'Bearer realm="orders"'],
  ['another scheme', ['Basic YTpi'], 401, 'Bearer realm="orders"'],
  ['a scheme that begins alike', ['BearerToken x'], 401, 'Bearer realm="orders"'],
  ['no token', ['Bearer'], 400, 'Bearer realm="orders", error="invalid_request"'],
  ['two words', ['Bearer a b'], 400, 'Bearer realm="orders", error="invalid_request"'],
  [
    'something that is no token',
    ['Bearer ü"'],
    400,
    'Bearer realm="orders", error="invalid_request"',
  ],
  [
    'two tokens in one',
    [`Bearer ${GOOD_TOKEN}, Bearer x`],
    400,
    'Bearer realm="orders", error="invalid_request"',
  ],
  [
    'two',
    [`Bearer ${GOOD_TOKEN}`, 'Bearer x'],
    400,
    'Bearer realm="orders", error="invalid_request"',
  ],
  [
    'the same twice',
    [`Bearer ${GOOD_TOKEN}`, `Bearer ${GOOD_TOKEN}`],
    400,
    'Bearer realm="orders", error="invalid_request"',
  ],
  ['a malformed token', ['Bearer x'], 401, 'Bearer realm="orders", error="invalid_token"'],
  [
    'an expired token',
    [`Bearer ${EXPIRED_TOKEN}`],
    401,
    'Bearer realm="orders", error="invalid_token"',
  ],
  [
    'a token that no rule lets in',
    [`Bearer ${UNTRUSTED_TOKEN}`],
    403,
    'Bearer realm="orders", error="insufficient_scope"',
  ],
  ['a good token', [`Bearer ${GOOD_TOKEN}`], 200, null],
  ['a good token under a scheme in capitals', [`BEARER ${GOOD_TOKEN}`], 200, null],
  ['a good token after two spaces', [`Bearer  ${GOOD_TOKEN}`], 200, null],
]
