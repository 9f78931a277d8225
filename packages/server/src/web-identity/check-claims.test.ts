import { describe, expect, it } from 'vitest'
import { checkClaims } from './check-claims.ts'
import { isJsonObject, parseStrictJson } from './strict-json.ts'
import { createClaims, NOW_SECONDS } from './test/tokens.ts'

const ISSUER = 'https://idp.example.com'
const PROVIDER = { clientIds: ['sts.amazonaws.com', 'other-client'] }
const NOW_MS = NOW_SECONDS * 1000

function check(change: Readonly<Record<string, unknown>>, nowMs = NOW_MS, skewSeconds = 60) {
  const claims = parseStrictJson(JSON.stringify(createClaims(ISSUER, change)))
  if (!isJsonObject(claims)) throw new Error('claims are an object')
  return checkClaims(claims, PROVIDER, nowMs, skewSeconds)
}

describe('checkClaims', () => {
  it('reads the claims of a good token', () => {
    expect(check({})).toEqual({
      subject: 'repo:example/app:ref:refs/heads/main',
      audience: 'sts.amazonaws.com',
      originalAudiences: ['sts.amazonaws.com'],
      authorizedParty: null,
      issuedAtMs: NOW_MS,
      expiresAtMs: NOW_MS + 300_000,
    })
  })

  it.each([
    ['an array of one', { aud: ['sts.amazonaws.com'] }, 'sts.amazonaws.com'],
    ['azp instead of aud', { aud: 'elsewhere', azp: 'other-client' }, 'other-client'],
    ['azp of several', { aud: ['sts.amazonaws.com', 'x'], azp: 'other-client' }, 'other-client'],
  ])('takes the audience from %s', (_, change, audience) => {
    expect(check(change).audience).toBe(audience)
    expect(check(change).originalAudiences).toEqual([change.aud].flat())
  })

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['no sub', { sub: undefined }, 'Missing a required claim: sub'],
    ['no aud', { aud: undefined }, 'Missing a required claim: aud'],
    ['no aud beside azp', { aud: undefined, azp: 'other-client' }, 'Missing a required claim: aud'],
    ['no iat', { iat: undefined }, 'Missing a required claim: iat'],
    ['no exp', { exp: undefined }, 'Missing a required claim: exp'],
    [
      'an empty sub',
      { sub: '' },
      'The claim sub is not valid: it must be a text of 1 to 255 characters',
    ],
    [
      'sub as a number',
      { sub: 1 },
      'The claim sub is not valid: it must be a text of 1 to 255 characters',
    ],
    [
      'sub as null',
      { sub: null },
      'The claim sub is not valid: it must be a text of 1 to 255 characters',
    ],
    [
      'a long sub',
      { sub: 's'.repeat(256) },
      'The claim sub is not valid: it must be a text of 1 to 255 characters',
    ],
    [
      'aud as a number',
      { aud: 1 },
      'The claim aud is not valid: it must be a text or an array of texts',
    ],
    [
      'an empty aud',
      { aud: [] },
      'The claim aud is not valid: it must be a text or an array of texts',
    ],
    [
      'aud with a number',
      { aud: ['sts.amazonaws.com', 1] },
      'The claim aud is not valid: it must be a text or an array of texts',
    ],
    [
      'aud as an object',
      { aud: { 0: 'sts.amazonaws.com' } },
      'The claim aud is not valid: it must be a text or an array of texts',
    ],
    ['azp as null', { azp: null }, 'The claim azp is not valid: it must be a text'],
    [
      'exp as a text',
      { exp: `${NOW_SECONDS + 300}` },
      'The claim exp is not valid: it must be a number of seconds since 1970',
    ],
    [
      'exp as null',
      { exp: null },
      'The claim exp is not valid: it must be a number of seconds since 1970',
    ],
    [
      'exp in milliseconds',
      { exp: NOW_MS },
      'The claim exp is not valid: it must be a number of seconds since 1970',
    ],
    [
      'iat below zero',
      { iat: -1 },
      'The claim iat is not valid: it must be a number of seconds since 1970',
    ],
    [
      'nbf as true',
      { nbf: true },
      'The claim nbf is not valid: it must be a number of seconds since 1970',
    ],
    ['another audience', { aud: 'elsewhere' }, 'Incorrect token audience'],
    ['an audience in other letters', { aud: 'STS.amazonaws.com' }, 'Incorrect token audience'],
    ['an azp that is not registered', { azp: 'elsewhere' }, 'Incorrect token audience'],
    [
      'two audiences without azp',
      { aud: ['sts.amazonaws.com', 'other-client'] },
      'Token audience contains more than one audience while authorized party is not present',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() => check(change)).toThrow(
      expect.objectContaining({ code: 'InvalidIdentityToken', message }),
    )
  })

  it.each([
    ['sub of 255', { sub: 's'.repeat(255) }],
    ['the last second of 9999', { exp: 253_402_300_799 }],
    ['a fraction of a second', { exp: NOW_SECONDS + 0.5 }],
    ['nbf at this moment', { nbf: NOW_SECONDS }],
  ])('accepts %s', (_, change) => {
    expect(check(change).audience).toBe('sts.amazonaws.com')
  })

  it.each([
    ['exp', 60, { exp: NOW_SECONDS - 60 }, 'ExpiredTokenException', -1],
    [
      'exp without skew',
      0,
      { exp: NOW_SECONDS, iat: NOW_SECONDS - 60 },
      'ExpiredTokenException',
      -1,
    ],
    ['iat', 60, { iat: NOW_SECONDS + 60 }, 'InvalidIdentityToken', 1],
    ['iat without skew', 0, { iat: NOW_SECONDS }, 'InvalidIdentityToken', 1],
    ['nbf', 60, { nbf: NOW_SECONDS + 60 }, 'InvalidIdentityToken', 1],
  ])('honours %s to the millisecond, with a skew of %i s', (_, skew, change, code, goodSide) => {
    const atMs = goodSide < 0 ? NOW_MS : NOW_MS - 1
    expect(check(change, goodSide < 0 ? NOW_MS - 1 : NOW_MS, skew).audience).toBe(
      'sts.amazonaws.com',
    )
    expect(() => check(change, atMs, skew)).toThrow(expect.objectContaining({ code }))
  })

  it('says when the token expired, as AWS does', () => {
    expect(() => check({ exp: NOW_SECONDS - 100 })).toThrow(
      `Token expired: current date/time ${NOW_SECONDS} must be before the expiration date/time ${NOW_SECONDS - 100}`,
    )
  })
})
