import { describe, expect, it } from 'vitest'
import { codeThrown } from '../../test/tokens.ts'
import { findBearerToken, readAuthorizations } from './bearer.ts'

describe('findBearerToken', () => {
  it.each([
    ['Bearer a', 'a'],
    ['bearer a.b.c', 'a.b.c'],
    ['BEARER   A-_~+/9==', 'A-_~+/9=='],
  ])('%j: %s', (value, token) => {
    expect(findBearerToken([value])).toBe(token)
  })

  it.each([
    [[], 'credentials_missing', 'there is no Authorization'],
    [[''], 'credentials_missing', 'the Authorization is not of the scheme Bearer'],
    [['Basic YTpi'], 'credentials_missing', 'the Authorization is not of the scheme Bearer'],
    [['Bearera'], 'credentials_missing', 'the Authorization is not of the scheme Bearer'],
    [['xBearer a'], 'credentials_missing', 'the Authorization is not of the scheme Bearer'],
    [['DPoP a'], 'credentials_missing', 'the Authorization is not of the scheme Bearer'],
    [['Bearer'], 'credentials_malformed', 'the Authorization is not "Bearer <token>"'],
    [['Bearer '], 'credentials_malformed', 'the Authorization is not "Bearer <token>"'],
    [['Bearer a '], 'credentials_malformed', 'the Authorization is not "Bearer <token>"'],
    [['Bearer =a'], 'credentials_malformed', 'the Authorization is not "Bearer <token>"'],
    [['Bearer a,b'], 'credentials_malformed', 'the Authorization is not "Bearer <token>"'],
    [['Bearer\ta'], 'credentials_missing', 'the Authorization is not of the scheme Bearer'],
    [['Bearer a\n'], 'credentials_malformed', 'the Authorization is not "Bearer <token>"'],
    [['Bearer a', 'Bearer a'], 'credentials_malformed', 'there is more than one Authorization'],
    [['Bearer a', ''], 'credentials_malformed', 'there is more than one Authorization'],
    [['Basic a', 'Bearer a'], 'credentials_malformed', 'there is more than one Authorization'],
  ])('%j: %s', (values, code, reason) => {
    expect(codeThrown(() => findBearerToken(values))).toBe(code)
    expect(() => findBearerToken(values)).toThrow(reason)
  })
})

describe('readAuthorizations', () => {
  it.each([
    [{ headers: {} }, []],
    [{ headers: { authorization: 'a' } }, ['a']],
    [{ headers: { authorization: ['a', 'b'] } }, ['a', 'b']],
    [{ headers: { authorization: 'a' }, rawHeaders: ['Authorization', 'a'] }, ['a']],
    [
      {
        headers: { authorization: 'a' },
        rawHeaders: ['authorization', 'a', 'Host', 'h', 'AUTHORIZATION', 'b'],
      },
      ['a', 'b'],
    ],
    [{ headers: {}, rawHeaders: ['x', 'Authorization', 'y', 'z'] }, []],
    [{ headers: { authorization: 'a' }, rawHeaders: [] }, ['a']],
    [{ headers: { authorization: 'a' }, rawHeaders: ['Host', 'h'] }, ['a']],
  ])('%j: %j', (request, values) => {
    expect(readAuthorizations(request)).toEqual(values)
  })
})
