import { describe, expect, it } from 'vitest'
import { parseConditionClaims } from './condition-claims.ts'
import { isJsonObject, parseStrictJson } from './strict-json.ts'

function parse(claims: object) {
  const parsed = parseStrictJson(JSON.stringify(claims))
  if (!isJsonObject(parsed)) throw new Error('claims are an object')
  return parseConditionClaims(parsed)
}

describe('parseConditionClaims', () => {
  it.each([
    [{}, null, null],
    [{ amr: 'pwd', email: 'a@example.com' }, ['pwd'], 'a@example.com'],
    [{ amr: ['pwd', 'mfa'], email: '' }, ['pwd', 'mfa'], ''],
    [{ amr: [] }, [], null],
  ])('reads %j', (claims, authenticationMethods, email) => {
    expect(parse(claims)).toEqual({ authenticationMethods, email })
  })

  it.each([
    [{ amr: 1 }, 'The claim amr is not valid: it must be a text or an array of texts'],
    [{ amr: ['pwd', 1] }, 'The claim amr is not valid: it must be a text or an array of texts'],
    [{ email: ['a'] }, 'The claim email is not valid: it must be a text'],
  ])('refuses %j', (claims, message) => {
    expect(() => parse(claims)).toThrow(
      expect.objectContaining({ code: 'InvalidIdentityToken', message }),
    )
  })
})
