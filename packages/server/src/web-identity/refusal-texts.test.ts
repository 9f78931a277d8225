import { describe, expect, it } from 'vitest'
import { checkClaims } from './check-claims.ts'
import { KeySourceError } from './issuer-documents.ts'
import { loadKeySet } from './issuer-keys.ts'
import { MAX_TOKEN_CHARACTERS, parseToken } from './parse-token.ts'
import { parseSessionClaims } from './session-claims.ts'
import { createClaims, NOW_SECONDS } from './test/tokens.ts'

// What was wrong must be told, or nobody can mend it.

const ISSUER = 'https://idp.example.com'
const LATER = NOW_SECONDS + 1000

const check = (change: Readonly<Record<string, number>>) => () =>
  checkClaims(
    new Map(Object.entries(createClaims(ISSUER, { exp: LATER + 9, ...change }))) as never,
    { clientIds: ['sts.amazonaws.com'] },
    NOW_SECONDS * 1000,
    300,
  )

describe('a token is refused with words for what is wrong', () => {
  it.each(['iat', 'nbf'])('when its %s lies in the future', name => {
    expect(check({ [name]: LATER })).toThrow(
      `Token not yet valid: current date/time ${NOW_SECONDS} must not be before ${name} ${LATER}`,
    )
  })

  it('but not when it is as old as time itself', () => {
    expect(check({ iat: 0, nbf: 0 })().issuedAtMs).toBe(0)
  })

  it.each([
    ['https://aws.amazon.com/source_identity', 'a text of 2 to 256 letters, digits and _+=,.@-'],
    ['https://aws.amazon.com/roles', 'the ARN of a role or an array of ARNs'],
  ])('when its %s is a number', (name, rule) => {
    expect(() => parseSessionClaims(new Map([[name, 7]]))).toThrow(
      `The claim ${name} is not valid: it must be ${rule}`,
    )
  })

  it('when it is too long', () => {
    expect(() => parseToken('x'.repeat(MAX_TOKEN_CHARACTERS + 1))).toThrow(
      expect.objectContaining({ cause: new Error('the token is too long') }),
    )
  })
})

describe('a discovery document is refused with words for what is wrong', () => {
  it.each([
    ['[]', 'the discovery document is not a JSON object'],
    ['{"issuer":"https://other.example.com"}', `the discovery document is not that of ${ISSUER}`],
    [`{"issuer":"${ISSUER}"}`, 'the discovery document has no jwks_uri'],
    [`{"issuer":"${ISSUER}","jwks_uri":7}`, 'the discovery document has no jwks_uri'],
  ])('%s', async (text, message) => {
    const fetchDocument = async () => ({ text, cacheControl: null, age: null })
    const refusal = await loadKeySet(ISSUER, fetchDocument, new AbortController().signal).catch(
      (error: unknown) => error,
    )
    expect(refusal).toEqual(new KeySourceError('unusable', message))
    expect(refusal).toMatchObject({ reason: 'unusable' })
  })
})
