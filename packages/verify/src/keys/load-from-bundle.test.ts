import { describe, expect, it, vi } from 'vitest'
import { PLATFORMS } from '../../test/platforms.ts'
import {
  codeThrown,
  createEcKey,
  createRsaKey,
  EC_KEY,
  formatJwk,
  formatJwks,
  ISSUED_AT,
  ISSUER,
  type Json,
  omit,
  RSA_KEY,
  signToken,
  type TestKey,
} from '../../test/tokens.ts'
import { platform } from '../platform/node.ts'
import { BUNDLE_TYPE, type BundleOptions, createBundleLoader } from './load-from-bundle.ts'

const SIGNER = createEcKey('bundle-1')
const EXPIRES_AT = ISSUED_AT + 86_400
const JWKS = formatJwks(RSA_KEY, EC_KEY)
const payloadWith = (change: Json = {}): Json => ({
  iss: ISSUER,
  iat: ISSUED_AT,
  exp: EXPIRES_AT,
  version: 3,
  jwks: JWKS,
  ...change,
})
const signBundle = (payload: unknown = payloadWith(), key: TestKey = SIGNER, header: Json = {}) =>
  signToken(payload, { key, header: { kid: key.kid, typ: BUNDLE_TYPE, alg: key.alg, ...header } })
const load = (
  bundle: BundleOptions['bundle'],
  options: Partial<BundleOptions> = {},
  nowMs = ISSUED_AT * 1000,
) =>
  createBundleLoader(
    ISSUER,
    { bundle, signer: formatJwk(SIGNER), ...options },
    platform,
    () => nowMs,
  )()

describe.each(PLATFORMS)('loading keys from a bundle on %s', (_, onPlatform) => {
  it.each([SIGNER, createRsaKey('bundle-rsa')])(
    'trusts what the signer signed: $alg',
    async key => {
      const loader = createBundleLoader(
        ISSUER,
        { bundle: signBundle(payloadWith(), key), signer: formatJwk(key) },
        onPlatform,
        () => ISSUED_AT * 1000,
      )
      expect(await loader()).toEqual({
        jwks: JWKS,
        freshSeconds: null,
        expiresAtMs: EXPIRES_AT * 1000,
      })
    },
  )
})

describe('loading keys from a bundle', () => {
  it('reads a bundle anew each time when it is a function', async () => {
    const bundle = vi.fn(async () => signBundle())
    const loader = createBundleLoader(
      ISSUER,
      { bundle, signer: formatJwk(SIGNER) },
      platform,
      () => ISSUED_AT * 1000,
    )
    await loader()
    await loader()
    expect(bundle).toHaveBeenCalledTimes(2)
    await expect(load(() => signBundle())).resolves.toMatchObject({ jwks: JWKS })
  })

  it.each([0, -1, 1.5, Number.NaN, '3', null])(
    'has no version to compare with %j, which would let every version pass',
    version => {
      const create = () => {
        const options: BundleOptions = { bundle: signBundle(), signer: formatJwk(SIGNER) }
        const loosely: object = { minimumVersion: version }
        return createBundleLoader(ISSUER, Object.assign(options, loosely), platform, Date.now)
      }
      expect(create).toThrow('keys.minimumVersion is not a whole number of at least 1')
      expect(codeThrown(create)).toBe('options_invalid')
    },
  )

  it('takes a signer without kid', async () => {
    await expect(
      load(signBundle(), { signer: omit(formatJwk(SIGNER), 'kid') }),
    ).resolves.toBeDefined()
  })

  it('counts until its last millisecond, and from its first', async () => {
    await expect(load(signBundle(), {}, EXPIRES_AT * 1000 - 1)).resolves.toBeDefined()
    await expect(load(signBundle(), {}, EXPIRES_AT * 1000)).rejects.toThrow('has expired')
    await expect(load(signBundle(), {}, ISSUED_AT * 1000 - 1)).rejects.toThrow('in the future')
  })

  it('refuses versions that are too old', async () => {
    await expect(load(signBundle(), { minimumVersion: 3 })).resolves.toBeDefined()
    await expect(load(signBundle(), { minimumVersion: 4 })).rejects.toThrow(
      'the bundle is refused: its version is not 4 or more',
    )
    await expect(load(signBundle(payloadWith({ version: 1 })))).resolves.toBeDefined()
    await expect(load(signBundle(payloadWith({ version: 0 })))).rejects.toThrow('not 1 or more')
  })

  it('holds many keys', async () => {
    const jwks = {
      keys: Array.from({ length: 100 }, (_, i) => ({ ...formatJwk(RSA_KEY), kid: `${i}` })),
    }
    await expect(load(signBundle(payloadWith({ jwks })))).resolves.toMatchObject({ jwks })
  })

  it.each<readonly [string, string, string]>([
    [
      'another signer',
      signBundle(payloadWith(), createEcKey('bundle-1')),
      'the signer did not sign it',
    ],
    [
      'another algorithm than the signer has',
      signBundle(payloadWith(), RSA_KEY),
      'its algorithm is not the one of the signer',
    ],
    [
      'the name of another algorithm over a good signature',
      signBundle(payloadWith(), SIGNER, { alg: 'RS256' }),
      'its algorithm is not the one of the signer',
    ],
    [
      'a signature of another length',
      signBundle().slice(0, -4),
      'its algorithm is not the one of the signer',
    ],
    [
      'another issuer',
      signBundle(payloadWith({ iss: 'https://evil.example' })),
      'it is for the issuer "https://evil.example"',
    ],
    ['no issuer', signBundle(omit(payloadWith(), 'iss')), 'it is for the issuer undefined'],
    ['no iat', signBundle(omit(payloadWith(), 'iat')), 'iat is missing or in the future'],
    ['no exp', signBundle(omit(payloadWith(), 'exp')), 'it has no exp or has expired'],
    [
      'exp as text',
      signBundle(payloadWith({ exp: String(EXPIRES_AT) })),
      'it has no exp or has expired',
    ],
    ['no version', signBundle(omit(payloadWith(), 'version')), 'its version is not 1 or more'],
    [
      'a version as text',
      signBundle(payloadWith({ version: '3' })),
      'its version is not 1 or more',
    ],
    ['no jwks', signBundle(omit(payloadWith(), 'jwks')), 'jwks is missing'],
    ['a list as jwks', signBundle(payloadWith({ jwks: [] })), 'jwks is missing'],
  ])('refuses %s', async (_, bundle, reason) => {
    const loading = load(bundle)
    await expect(loading).rejects.toThrow(`the bundle is refused: ${reason}`)
    await expect(loading).rejects.toMatchObject({ code: 'bundle_invalid' })
  })

  it('refuses an unusable signer', async () => {
    const signer = { ...formatJwk(SIGNER), use: 'enc' }
    await expect(load(signBundle(), { signer })).rejects.toThrow(
      'the signer cannot be used: use is not sig',
    )
  })

  it.each([
    ['a token in its place', signToken(payloadWith(), { key: SIGNER })],
    ['no typ', signBundle(payloadWith(), SIGNER, { typ: undefined })],
    ['something else', 'bundle'],
  ])('refuses %s', async (_, bundle) => {
    await expect(load(bundle)).rejects.toMatchObject({ code: 'token_malformed' })
  })

  it('bounds its length', async () => {
    await expect(load('x'.repeat(131_073))).rejects.toMatchObject({ code: 'token_too_large' })
    await expect(load('x'.repeat(131_072))).rejects.toMatchObject({ code: 'token_malformed' })
  })
})
