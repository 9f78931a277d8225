import { describe, expect, it, vi } from 'vitest'
import { ACCOUNT, AUDIENCE, codeThrown, ISSUER, OTHER_ISSUER } from '../test/tokens.ts'
import type { VerifierOptions } from './options.ts'
import { parseOptions } from './parse-options.ts'

const MINIMAL: VerifierOptions = {
  issuers: [{ issuer: ISSUER, accounts: [ACCOUNT] }],
  audience: AUDIENCE,
}

/** Options as JavaScript callers may write them. */
const loosely = (change: Record<string, unknown>): VerifierOptions => ({ ...MINIMAL, ...change })
const issuer = (change: Record<string, unknown>): Record<string, unknown> => ({
  issuers: [{ issuer: ISSUER, accounts: [ACCOUNT], ...change }],
})

describe('parseOptions', () => {
  it('completes the shortest options with what is strict', () => {
    expect(parseOptions(MINIMAL)).toEqual({
      issuers: MINIMAL.issuers,
      audiences: new Set([AUDIENCE]),
      allowMultipleAudiences: false,
      algorithms: new Set(['RS256', 'ES384']),
      clockLeewaySeconds: 30,
      maxAgeSeconds: 3600,
      partitions: new Set(['aws']),
      principalTypes: new Set(['role', 'user']),
      subjectModes: new Set(['AWSIdentity']),
      replay: null,
      verifiedTokenCacheEntries: 1000,
      keyCache: {
        minSeconds: 30,
        maxSeconds: 900,
        staleIfErrorSeconds: 3600,
        unknownKeyCooldownSeconds: 10,
      },
      fetch: expect.any(Function),
      fetchTimeoutMs: 5000,
      nowMs: Date.now,
    })
  })

  it('takes what it is given', () => {
    const given = {
      allowMultipleAudiences: true,
      algorithms: ['ES384'],
      clockLeewaySeconds: 0,
      maxAgeSeconds: 60,
      partitions: ['aws-cn', 'aws-us-gov'],
      principalTypes: ['root'],
      subjectModes: ['OriginIdentity'],
      replay: { recordUse: () => true },
      verifiedTokenCacheEntries: 0,
      keyCache: { maxSeconds: 60 },
      fetch: vi.fn(),
      fetchTimeoutMs: 1,
      nowMs: () => 0,
    }
    expect(parseOptions(loosely({ ...given, audience: ['a', 'b'] }))).toMatchObject({
      ...given,
      audiences: new Set(['a', 'b']),
      algorithms: new Set(['ES384']),
      partitions: new Set(['aws-cn', 'aws-us-gov']),
      principalTypes: new Set(['root']),
      subjectModes: new Set(['OriginIdentity']),
      keyCache: { minSeconds: 30, maxSeconds: 60 },
    })
  })

  it('skips the audience and the account only when told so in writing', () => {
    expect(parseOptions(loosely({ audience: null })).audiences).toBeNull()
    expect(codeThrown(() => parseOptions(loosely({ audience: undefined })))).toBe('options_invalid')
    expect(codeThrown(() => parseOptions(loosely(issuer({ accounts: null }))))).toBe('accepted')
    expect(codeThrown(() => parseOptions(loosely(issuer({ accounts: undefined }))))).toBe(
      'options_invalid',
    )
  })

  it('calls the global fetch of the moment of the call', async () => {
    const options = parseOptions(MINIMAL)
    const replaced = vi.fn(async () => new Response('{}'))
    vi.stubGlobal('fetch', replaced)
    const init = { headers: {}, redirect: 'manual', signal: AbortSignal.abort() } as const
    await options.fetch('https://example.com/', init)
    vi.unstubAllGlobals()
    expect(replaced).toHaveBeenCalledExactlyOnceWith('https://example.com/', init)
  })

  it.each([
    ['clockLeewaySeconds', 0, 300],
    ['maxAgeSeconds', 1, 31_536_000],
    ['verifiedTokenCacheEntries', 0, 1_000_000],
    ['fetchTimeoutMs', 1, 60_000],
  ])('bounds %s to %i up to %i', (option, least, most) => {
    const codes = [least, most, least - 1, most + 1, least + 0.5, '60', null, Number.NaN].map(
      value => codeThrown(() => parseOptions(loosely({ [option]: value }))),
    )
    // `null` is "not given" to `??`, as `undefined` is.
    expect(codes).toEqual([
      'accepted',
      'accepted',
      ...Array(4).fill('options_invalid'),
      'accepted',
      'options_invalid',
    ])
  })

  it.each([
    ['no issuers', { issuers: undefined }, 'issuers is not a list of at least one issuer'],
    ['an empty list of issuers', { issuers: [] }, 'issuers is not a list of at least one issuer'],
    ['one issuer outside a list', { issuers: ISSUER }, 'issuers is not a list'],
    [
      'an issuer that is text',
      { issuers: [ISSUER] },
      'an issuer is an object with issuer and accounts',
    ],
    [
      'an issuer without accounts',
      { issuers: [{ issuer: ISSUER }] },
      'an issuer is an object with issuer and accounts',
    ],
    [
      'an issuer without URL',
      { issuers: [{ accounts: null }] },
      'an issuer is an object with issuer and accounts',
    ],
    [
      'an issuer twice',
      { issuers: [MINIMAL.issuers[0], MINIMAL.issuers[0]] },
      'names one issuer twice',
    ],
    ['an issuer that is no URL', issuer({ issuer: 'tokens.sts' }), '"tokens.sts" is not a URL'],
    ['an issuer that is a number', issuer({ issuer: 7 }), 'number is not a URL'],
    ['http', issuer({ issuer: 'http://127.0.0.1:8080' }), 'is not https'],
    [
      'ftp, even where http is allowed',
      issuer({ issuer: 'ftp://a.example', allowInsecureHttp: true }),
      'is not https',
    ],
    [
      'a user in the URL',
      issuer({ issuer: 'https://me@a.example' }),
      'has credentials or a fragment',
    ],
    [
      'a password in the URL',
      issuer({ issuer: 'https://:pw@a.example' }),
      'has credentials or a fragment',
    ],
    [
      'a fragment in the URL',
      issuer({ issuer: 'https://a.example/#x' }),
      'has credentials or a fragment',
    ],
    ['a query in the URL', issuer({ issuer: 'https://a.example/?x' }), 'has a query'],
    [
      'a misspelt option of an issuer',
      issuer({ account: [ACCOUNT] }),
      'there is no option "account"; did you mean accounts?',
    ],
    [
      'an empty list of accounts',
      issuer({ accounts: [] }),
      'is neither null nor a list of twelve-digit ids',
    ],
    [
      'an account outside a list',
      issuer({ accounts: ACCOUNT }),
      'is neither null nor a list of twelve-digit ids',
    ],
    [
      'an account that is a number',
      issuer({ accounts: [123456789012] }),
      'is neither null nor a list',
    ],
    ['a pattern as account', issuer({ accounts: ['*'] }), 'is neither null nor a list'],
    [
      'a pattern beside an account',
      issuer({ accounts: [ACCOUNT, '*'] }),
      'is neither null nor a list',
    ],
    [
      'an empty audience',
      { audience: '' },
      'audience is neither a text, a list of texts, nor null',
    ],
    ['an empty list of audiences', { audience: [] }, 'audience is neither'],
    ['an empty audience in a list', { audience: ['a', ''] }, 'audience is neither'],
    ['an audience that is no text', { audience: ['a', 7] }, 'audience is neither'],
    ['a pattern object as audience', { audience: /orders/ }, 'audience is neither'],
    ['no algorithms', { algorithms: [] }, 'algorithms is not a list of RS256, ES384'],
    ['none', { algorithms: ['none'] }, 'algorithms is not a list of RS256, ES384'],
    ['HS256 beside RS256', { algorithms: ['RS256', 'HS256'] }, 'algorithms is not a list of RS256'],
    ['an algorithm outside a list', { algorithms: 'RS256' }, 'algorithms is not a list of RS256'],
    [
      'an unknown partition',
      { partitions: ['aws-mars'] },
      'partitions is not a list of aws, aws-cn, aws-eusc, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, aws-us-gov',
    ],
    [
      'an unknown kind of principal',
      { principalTypes: ['group'] },
      'principalTypes is not a list of role, user, root',
    ],
    [
      'too much leeway',
      { clockLeewaySeconds: 301 },
      'clockLeewaySeconds is not a whole number of 0 to 300',
    ],
    ['no age at all', { maxAgeSeconds: 0 }, 'maxAgeSeconds is not a whole number of 1 to 31536000'],
    [
      'a cache of text',
      { verifiedTokenCacheEntries: '1' },
      'verifiedTokenCacheEntries is not a whole number of 0 to 1000000',
    ],
    [
      'no time to fetch',
      { fetchTimeoutMs: 0 },
      'fetchTimeoutMs is not a whole number of 1 to 60000',
    ],
    [
      'an unknown subject mode',
      { subjectModes: ['originidentity'] },
      'subjectModes is not a list of AWSIdentity, OriginIdentity',
    ],
    [
      'a misspelt option',
      { audiences: AUDIENCE },
      'there is no option "audiences"; did you mean audience?',
    ],
    [
      'a misspelt bound of the cache',
      { keyCache: { maxSecond: 1 } },
      'there is no option "keyCache.maxSecond"; did you mean keyCache.maxSeconds?',
    ],
  ])('refuses %s', (_, change, reason) => {
    const run = () => parseOptions(loosely(change))
    expect(codeThrown(run)).toBe('options_invalid')
    expect(run).toThrow(reason)
  })

  it.each([
    [
      'http where it is allowed',
      issuer({ issuer: 'http://127.0.0.1:8080', allowInsecureHttp: true }),
    ],
    ['a path', issuer({ issuer: 'https://sts.example.com/issuer/1' })],
    ['a slash at the end', issuer({ issuer: 'https://sts.example.com/' })],
    ['two issuers', { issuers: [MINIMAL.issuers[0], { issuer: OTHER_ISSUER, accounts: null }] }],
  ])('accepts %s', (_, change) => {
    expect(codeThrown(() => parseOptions(loosely(change)))).toBe('accepted')
  })

  it.each([1, 'true', {}])('does not take %j for "yes, several audiences"', value => {
    expect(parseOptions(loosely({ allowMultipleAudiences: value })).allowMultipleAudiences).toBe(
      false,
    )
  })
})
