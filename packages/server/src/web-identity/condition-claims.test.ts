import { describe, expect, it } from 'vitest'
import { parseConditionClaims } from './condition-claims.ts'
import { isJsonObject, parseStrictJson } from './strict-json.ts'

function parse(claims: object, issuer = 'https://idp.example.com') {
  const parsed = parseStrictJson(JSON.stringify(claims))
  if (!isJsonObject(parsed)) throw new Error('claims are an object')
  return parseConditionClaims(parsed, issuer)
}

describe('parseConditionClaims', () => {
  it.each([
    [{}, null, null],
    [{ amr: 'pwd', email: 'a@example.com' }, ['pwd'], 'a@example.com'],
    [{ amr: ['pwd', 'mfa'], email: '' }, ['pwd', 'mfa'], ''],
    [{ amr: [] }, [], null],
  ])('reads %j', (claims, authenticationMethods, email) => {
    expect(parse(claims)).toMatchObject({ authenticationMethods, email })
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

  const GITHUB = 'https://token.actions.githubusercontent.com'
  it.each<[issuer: string, claims: object, found: object]>([
    [
      GITHUB,
      { actor: 'alice', ref: 'refs/heads/main', other: 'x' },
      { actor: 'alice', ref: 'refs/heads/main' },
    ],
    [`${GITHUB}/acme`, { repository_id: '7' }, { repository_id: '7' }],
    [`${GITHUB}/acme/more`, { actor: 'alice' }, {}],
    [`${GITHUB}.example.com`, { actor: 'alice' }, {}],
    ['https://token.actions.acme.ghe.com', { workflow: 'ci' }, { workflow: 'ci' }],
    [
      'https://gitlab.com',
      { ref_protected: true, user_id: 12, project_id: ['1'] },
      { ref_protected: 'true', user_id: '12' },
    ],
    ['https://gitlab.example.com', { user_id: '12' }, {}],
    [
      'https://accounts.google.com',
      { google: { organization_number: 99 } },
      { 'google/organization_number': '99' },
    ],
    ['https://accounts.google.com', { google: 'x' }, {}],
    [
      'https://oidc.circleci.com/org/1-2',
      { 'oidc.circleci.com/project-id': 'p' },
      { 'oidc.circleci.com/project-id': 'p' },
    ],
    ['https://idp.example.com', { actor: 'alice' }, {}],
  ])('reads of %s what that issuer has for itself: %j', (issuer, claims, found) => {
    expect(Object.fromEntries(parse(claims, issuer).providerClaims)).toEqual(found)
  })
})
