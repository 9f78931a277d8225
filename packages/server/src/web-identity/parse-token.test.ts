import { describe, expect, it } from 'vitest'
import { ServiceError } from '../errors.ts'
import { MAX_TOKEN_CHARACTERS, parseToken } from './parse-token.ts'
import { assembleToken } from './test/tokens.ts'

const HEADER = { alg: 'RS256', typ: 'JWT', kid: 'one' }
const CLAIMS = { iss: 'https://idp.example.com' }
const token = (header: unknown = HEADER, claims: unknown = CLAIMS): string =>
  assembleToken(header, claims, () => Buffer.from('signature'))

/** A token of exactly so many characters; the payload's base64url makes three of four lengths. */
function tokenOf(characters: number): string {
  const start = token(HEADER, '').length
  for (let bytes = Math.floor(((characters - start) * 3) / 4) - 9; ; bytes++) {
    const text = token(HEADER, `{"a":"${'x'.repeat(bytes)}"}`)
    if (text.length === characters) return text
    if (text.length > characters) throw new Error(`no token has ${characters} characters`)
  }
}

describe('parseToken', () => {
  it('takes a token apart', () => {
    const parsed = parseToken(token())
    expect(parsed.keyId).toBe('one')
    expect(parsed.algorithm.name).toBe('RS256')
    expect([...parsed.claims]).toEqual([['iss', 'https://idp.example.com']])
    expect(parsed.signature.toString()).toBe('signature')
    expect(token()).toBe(`${parsed.signingInput}.${parsed.signature.toString('base64url')}`)
  })

  it.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'])('accepts %s', alg => {
    expect(parseToken(token({ ...HEADER, alg })).algorithm.name).toBe(alg)
  })

  it.each([
    ['no typ', { alg: 'RS256', kid: 'one' }],
    ['another typ', { ...HEADER, typ: 'at+jwt' }],
    ['members that nobody knows', { ...HEADER, x5t: 'abc', jku: 'https://evil.example.com' }],
  ])('accepts a header with %s', (_, header) => {
    expect(parseToken(token(header)).keyId).toBe('one')
  })

  const [head = '', payload = '', signature = ''] = token().split('.')
  it.each([
    ['nothing', '', 'a token has three parts'],
    ['one part', 'abcd', 'a token has three parts'],
    ['two parts', `${head}.${payload}`, 'a token has three parts'],
    ['four parts', `${token()}.`, 'a token has three parts'],
    ['five parts, as a JWE has', `${token()}.a.b`, 'a token has three parts'],
    ['no signature', `${head}.${payload}.`, 'a token has three parts'],
    ['a padded signature', `${token()}==`, 'the signature is not canonical base64url'],
    [
      'base64 instead of base64url',
      `${head}.${payload}.ab+/`,
      'the signature is not canonical base64url',
    ],
    ['bits after the end', `${head}.${payload}.ab`, 'the signature is not canonical base64url'],
    ['a space at the end', `${token()} `, 'the signature is not canonical base64url'],
    [
      'a line break in the payload',
      `${head}.${payload}\n.${signature}`,
      'the payload is not canonical base64url of UTF-8',
    ],
    [
      'a payload that is not UTF-8',
      `${head}._w.${signature}`,
      'the payload is not canonical base64url of UTF-8',
    ],
    [
      'a payload that is not JSON',
      token(HEADER, '{"a":1,}'),
      'the payload is not strict JSON: a text is expected',
    ],
    ['a payload that is no object', token(HEADER, [CLAIMS]), 'the payload is not an object'],
    [
      'a repeated claim',
      token(HEADER, '{"iss":"a","iss":"b"}'),
      'the payload is not strict JSON: a member occurs twice',
    ],
    [
      'a repeated header member',
      token('{"alg":"RS256","kid":"a","kid":"b"}'),
      'the header is not strict JSON: a member occurs twice',
    ],
    ['a header that is no object', token('"RS256"'), 'the header is not an object'],
    ['crit', token({ ...HEADER, crit: ['exp'] }), 'critical extensions are not understood'],
    ['an empty crit', token({ ...HEADER, crit: [] }), 'critical extensions are not understood'],
    ['b64', token({ ...HEADER, b64: false }), 'b64 (RFC 7797) is not understood'],
    ['alg none', token({ ...HEADER, alg: 'none' }), 'alg is not an accepted algorithm'],
    ['alg None', token({ ...HEADER, alg: 'None' }), 'alg is not an accepted algorithm'],
    ['HS256', token({ ...HEADER, alg: 'HS256' }), 'alg is not an accepted algorithm'],
    ['PS256', token({ ...HEADER, alg: 'PS256' }), 'alg is not an accepted algorithm'],
    ['EdDSA', token({ ...HEADER, alg: 'EdDSA' }), 'alg is not an accepted algorithm'],
    ['rs256', token({ ...HEADER, alg: 'rs256' }), 'alg is not an accepted algorithm'],
    ['alg as an array', token({ ...HEADER, alg: ['RS256'] }), 'alg is not an accepted algorithm'],
    ['no alg', token({ kid: 'one' }), 'alg is not an accepted algorithm'],
    ['typ as a number', token({ ...HEADER, typ: 1 }), 'typ is not a text'],
    ['no kid', token({ alg: 'RS256' }), 'kid is not a text'],
    ['an empty kid', token({ ...HEADER, kid: '' }), 'kid is not a text'],
    ['kid as a number', token({ ...HEADER, kid: 1 }), 'kid is not a text'],
  ])('refuses %s', (_, text, reason) => {
    expect(() => parseToken(text)).toThrow(
      expect.objectContaining({
        code: 'InvalidIdentityToken',
        message:
          'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
        cause: new Error(reason),
      }),
    )
  })

  it('reads 20,000 characters and no more', () => {
    expect(parseToken(tokenOf(MAX_TOKEN_CHARACTERS)).keyId).toBe('one')
    expect(() => parseToken(`${tokenOf(MAX_TOKEN_CHARACTERS)}A`)).toThrow(ServiceError)
    expect(() => parseToken('.'.repeat(1_000_000))).toThrow(ServiceError)
  })
})
