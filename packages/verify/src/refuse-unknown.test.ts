import { describe, expect, it } from 'vitest'
import { codeThrown, createOptions, EC_KEY, formatJwk, formatJwks, ISSUER } from '../test/tokens.ts'
import { createMemoryReplayStore, createVerifier } from './index.ts'
import { refuseUnknown } from './refuse-unknown.ts'

const withKeys = (keys: object) => () => {
  const issuer: object = { issuer: ISSUER, accounts: null, keys }
  return createVerifier(Object.assign(createOptions(), { issuers: [issuer] }))
}

describe('refuseUnknown', () => {
  it('lets known names pass, and no others', () => {
    expect(codeThrown(() => refuseUnknown({ a: 1 }, { a: true, b: true }))).toBe('accepted')
    expect(codeThrown(() => refuseUnknown({}, { a: true }))).toBe('accepted')
    expect(codeThrown(() => refuseUnknown({ c: 1 }, { a: true }))).toBe('options_invalid')
    expect(() => refuseUnknown({ toString: 1 }, { a: true }, 'x.')).toThrow(
      'there is no option "x.toString"; there are x.a',
    )
  })

  it.each<readonly [string, () => unknown, string]>([
    [
      'a replay store',
      () => createMemoryReplayStore(Object.assign({ maxEntries: 1 }, { maxEntrys: 1 })),
      'there is no option "maxEntrys"; did you mean maxEntries?',
    ],
    [
      'keys of two kinds',
      withKeys({ jwksUri: 'https://a.example/jwks', jwks: formatJwks(EC_KEY) }),
      'there is no option "keys.jwksUri"; did you mean keys.jwks?',
    ],
    [
      'static keys',
      withKeys({ jwks: formatJwks(EC_KEY), kid: 'x' }),
      'there is no option "keys.kid"; there are keys.jwks',
    ],
    [
      'a URL',
      withKeys({ jwksUri: 'https://a.example/jwks', url: 'x' }),
      'there is no option "keys.url"; there are keys.jwksUri',
    ],
    [
      'a bundle',
      withKeys({ bundle: 'x', signer: formatJwk(EC_KEY), minimumVersoin: 7 }),
      'there is no option "keys.minimumVersoin"; did you mean keys.minimumVersion?',
    ],
  ])('is asked about the options of %s', (_, create, message) => {
    expect(create).toThrow(expect.objectContaining({ message }))
    expect(codeThrown(create)).toBe('options_invalid')
  })
})
