import { describe, expect, it } from 'vitest'
import {
  ACCOUNT,
  AUDIENCE,
  codeThrown,
  createOptions,
  createPayload,
  EXPIRES_AT,
  ISSUED_AT,
  type Json,
  NOW_MS,
} from '../test/tokens.ts'
import { checkToken } from './check-token.ts'
import { parseClaims } from './claims.ts'
import { parseOptions } from './parse-options.ts'

const OPTIONS = parseOptions(createOptions({ clockLeewaySeconds: 0, maxAgeSeconds: 200 }))
const check = (claims: Json = {}, aws: Json = {}, nowMs = NOW_MS) =>
  checkToken(parseClaims(createPayload(claims, aws)), [ACCOUNT], OPTIONS, nowMs)

describe('checkToken', () => {
  it('accepts good claims', () => {
    expect(check()).toBeUndefined()
  })

  it.each<readonly [string, string, () => void]>([
    ['audience_refused', 'aud "a b" is not expected', () => check({ aud: ['a', 'b'] })],
    [
      'multiple_audiences',
      `the token is for "${AUDIENCE} b"`,
      () => check({ aud: [AUDIENCE, 'b'] }),
    ],
    [
      'token_not_yet_valid',
      'iat is 1789151748, nbf 1789151748, now 1789151747.5',
      () => check({}, {}, ISSUED_AT * 1000 - 500),
    ],
    [
      'token_not_yet_valid',
      'iat is 1789151748, nbf 1789152748, now 1789151808',
      () => check({ nbf: ISSUED_AT + 1000 }),
    ],
    [
      'token_expired',
      'exp is 1789152048, now 1789152048.25',
      () => check({}, {}, EXPIRES_AT * 1000 + 250),
    ],
    [
      'token_too_old',
      'iat is 1789151748, now 1789151948',
      () => check({}, {}, (ISSUED_AT + 200) * 1000),
    ],
    [
      'subject_mode_refused',
      'the subject mode is OriginIdentity',
      () => check({ sub: 'alice', subject_mode: 'OriginIdentity' }),
    ],
    [
      'account_mismatch',
      'aws_account is 999999999999, the principal arn:aws:iam::123456789012:role/service/deployer',
      () => check({}, { aws_account: '999999999999' }),
    ],
    [
      'account_refused',
      'the issuer may not speak for 999999999999',
      () => check({ sub: 'arn:aws:iam::999999999999:role/r' }, { aws_account: '999999999999' }),
    ],
    [
      'partition_refused',
      'the principal is in the partition aws-cn',
      () => check({ sub: `arn:aws-cn:iam::${ACCOUNT}:role/r` }),
    ],
    [
      'principal_refused',
      'the principal is a root: arn:aws:iam::123456789012:root',
      () => check({ sub: `arn:aws:iam::${ACCOUNT}:root` }),
    ],
  ])('says why: %s, %s', (code, message, run) => {
    expect(codeThrown(run)).toBe(code)
    expect(run).toThrow(expect.objectContaining({ message }))
  })
})
