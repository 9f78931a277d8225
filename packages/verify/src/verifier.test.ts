import { createHmac, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import * as jose from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { BAD_TOKENS } from '../../test-tokens/src/bad-tokens.ts'
import { GOOD_TOKENS } from '../../test-tokens/src/good-tokens.ts'
import { anyText } from '../test/any-text.ts'
import { PLATFORMS } from '../test/platforms.ts'
import { createOrigin } from '../test/token-origin.ts'
import {
  ACCOUNT,
  AUDIENCE,
  codeOf,
  createEcKey,
  createOptions,
  createPayload,
  createRsaKey,
  EC_KEY,
  EXPIRES_AT,
  encode,
  formatJwk,
  formatJwks,
  ISSUED_AT,
  ISSUER,
  NOW_MS,
  OTHER_ISSUER,
  RSA_KEY,
  signBytes,
  signToken,
} from '../test/tokens.ts'
import { VerifyError } from './errors.ts'
import { createVerifier, type VerifierOptions } from './index.ts'
import { createMemoryReplayStore } from './replay.ts'
import { TokenVerifier } from './verifier.ts'

describe.each(PLATFORMS)('verifying on %s', (_, platform) => {
  const create = (overrides: Partial<VerifierOptions> = {}) =>
    new TokenVerifier(platform, createOptions(overrides))
  const verifier = create()

  it.each([EC_KEY, RSA_KEY])('goes from a token to typed claims: $alg', async key => {
    const token = await verifier.verify(signToken(createPayload(), { key }))
    expect(token).toMatchObject({
      algorithm: key.alg,
      keyId: key.kid,
      principal: { type: 'role', account: ACCOUNT, path: '/service/', name: 'deployer' },
      audiences: [AUDIENCE],
      aws: { aws_account: ACCOUNT, principal_tags: { Team: 'platform' } },
      claims: { iss: ISSUER, jti: '41702edc-542b-430b-acf4-312fafd56b0f', exp: EXPIRES_AT },
    })
  })

  it.each([EC_KEY, RSA_KEY])('verifies what jose signs: $alg', async key => {
    const token = await new jose.SignJWT(createPayload())
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' })
      .sign(key.privateKey)
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
  })

  it('gives the same answer for a token that it remembers, and for one that it refuses', async () => {
    const good = signToken()
    const bad = signToken(createPayload({ exp: ISSUED_AT - 3600, iat: ISSUED_AT - 3700 }))
    expect(await verifier.verify(good)).toEqual(await verifier.verify(good))
    expect(await codeOf(verifier.verify(bad))).toBe('token_expired')
    expect(await codeOf(verifier.verify(bad))).toBe('token_expired')
  })

  describe('tokens that nobody should accept', () => {
    const origin = createOrigin(NOW_MS)

    it.each(Object.entries(BAD_TOKENS))('%s: $refusal', async (_, { make, refusal }) => {
      expect(await codeOf(verifier.verify(make(origin)))).toBe(refusal)
    })

    it.each(Object.entries(GOOD_TOKENS))('unlike %s', async (_, { make }) => {
      expect(await codeOf(verifier.verify(make(origin)))).toBe('accepted')
    })
  })

  describe('confusion of algorithms', () => {
    const publicKeys = [
      RSA_KEY.publicKey.export({ type: 'spki', format: 'pem' }),
      RSA_KEY.publicKey.export({ type: 'pkcs1', format: 'pem' }),
      RSA_KEY.publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(formatJwk(RSA_KEY)),
      String(formatJwk(RSA_KEY)['n']),
    ]

    it.each(publicKeys.map((secret, index) => [index, secret] as const))(
      'refuses HMAC with the public key as secret, form %i',
      async (_index, secret) => {
        const input = signToken(createPayload(), {
          header: { kid: 'RSA_0', typ: 'JWT', alg: 'HS256' },
        })
          .split('.', 2)
          .join('.')
        const mac = createHmac('sha256', secret).update(input).digest()
        expect(await codeOf(verifier.verify(`${input}.${encode(mac)}`))).toBe('algorithm_refused')
        const disguised = signToken().split('.', 2).join('.')
        const disguisedMac = createHmac('sha256', secret).update(disguised).digest()
        expect(await codeOf(verifier.verify(`${disguised}.${encode(disguisedMac)}`))).toBe(
          'signature_invalid',
        )
      },
    )

    it.each(['none', 'NONE', 'nOnE', ''])('refuses alg %j, signed or not', async alg => {
      const header = { kid: 'EC384_0', typ: 'JWT', alg }
      const signed = signToken(createPayload(), { header })
      expect(await codeOf(verifier.verify(signed))).toBe('algorithm_refused')
      const unsigned = signed.replace(/[^.]*$/, '')
      expect(await codeOf(verifier.verify(unsigned))).toBe('algorithm_refused')
    })

    it('refuses a token without signature under a good header', async () => {
      expect(await codeOf(verifier.verify(signToken().replace(/[^.]*$/, '')))).toBe(
        'signature_invalid',
      )
    })

    it.each([EC_KEY, RSA_KEY])(
      'asks no key about a signature of another length: $alg',
      async key => {
        const check = vi.fn(() => true)
        const trusting = { ...platform, importKey: async () => check }
        const verifyLength = (bytes: number) => {
          const [head, payload] = signToken(createPayload(), { key }).split('.')
          const token = `${head}.${payload}.${encode(new Uint8Array(bytes))}`
          return codeOf(new TokenVerifier(trusting, createOptions()).verify(token))
        }
        const bytes = signBytes('x', key).length
        expect(await verifyLength(bytes - 1)).toBe('signature_invalid')
        expect(await verifyLength(bytes + 1)).toBe('signature_invalid')
        expect(check).not.toHaveBeenCalled()
        expect(await verifyLength(bytes)).toBe('accepted')
      },
    )

    it.each([
      [EC_KEY, 'RS256'],
      [RSA_KEY, 'ES384'],
    ] as const)('refuses a key of $alg under the name %s', async (key, alg) => {
      const token = signToken(createPayload(), { key, header: { kid: key.kid, typ: 'JWT', alg } })
      expect(await codeOf(verifier.verify(token))).toBe('algorithm_refused')
    })

    it('refuses a key that the token brings along', async () => {
      const key = createEcKey('EC384_0')
      const header = { kid: 'EC384_0', typ: 'JWT', alg: 'ES384', jwk: formatJwk(key) }
      expect(await codeOf(verifier.verify(signToken(createPayload(), { key, header })))).toBe(
        'signature_invalid',
      )
    })

    it('accepts one algorithm alone when told so', async () => {
      const onlyEc = create({ algorithms: ['ES384'] })
      expect(await codeOf(onlyEc.verify(signToken()))).toBe('accepted')
      expect(await codeOf(onlyEc.verify(signToken(createPayload(), { key: RSA_KEY })))).toBe(
        'algorithm_refused',
      )
    })
  })

  it('accepts no changed byte', async () => {
    const uncached = create({ verifiedTokenCacheEntries: 0 })
    const tokens = [EC_KEY, RSA_KEY].map(key => Buffer.from(signToken(createPayload(), { key })))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...tokens),
        fc.nat(),
        fc.integer({ min: 1, max: 127 }),
        async (bytes, at, flip) => {
          const changed = Buffer.from(bytes)
          const position = at % bytes.length
          changed[position] = (changed[position] ?? 0) ^ flip
          const error = await uncached.verify(changed.toString('latin1')).then(
            () => null,
            (reason: unknown) => reason,
          )
          expect(error).toBeInstanceOf(VerifyError)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('accepts no byte changed inside the payload or the signature, canonical as it may be', async () => {
    const [header = '', payload = '', signature = ''] = signToken().split('.')
    const bytes = {
      payload: Buffer.from(payload, 'base64url'),
      signature: Buffer.from(signature, 'base64url'),
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('payload', 'signature'),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (part, at, flip) => {
          const changed = Buffer.from(bytes[part])
          const position = at % changed.length
          changed[position] = (changed[position] ?? 0) ^ flip
          const parts = { payload, signature, [part]: encode(changed) }
          expect(
            await codeOf(verifier.verify(`${header}.${parts.payload}.${parts.signature}`)),
          ).toMatch(/^(token_malformed|signature_invalid|issuer_untrusted)$/)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('throws nothing but its own errors, whatever it is given', async () => {
    const anything = fc.oneof(
      fc.anything(),
      anyText,
      fc.array(fc.json().map(encode), { minLength: 3, maxLength: 3 }).map(parts => parts.join('.')),
      fc.jsonValue().map(payload => signToken(JSON.stringify(payload) ?? 'null')),
      fc
        .record({}, {})
        .chain(() =>
          fc
            .dictionary(
              fc.constantFrom(
                'aud',
                'sub',
                'exp',
                'iat',
                'nbf',
                'jti',
                'https://sts.amazonaws.com/',
              ),
              fc.jsonValue(),
            )
            .map(claims => signToken(createPayload(claims))),
        ),
    )
    await fc.assert(
      fc.asyncProperty(anything, async input => {
        const settled = await Promise.allSettled([
          Reflect.apply(verifier.verify, verifier, [input]),
        ])
        for (const outcome of settled) {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(VerifyError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('the reason of a refusal', () => {
  const verifyWith = (token: string, overrides: Partial<VerifierOptions> = {}) =>
    createVerifier(createOptions(overrides)).verify(token)
  const [head] = signToken().split('.', 1)
  const swapped = { kid: 'EC384_0', typ: 'JWT', alg: 'RS256' }

  it.each<readonly [string, Partial<VerifierOptions>, string]>([
    [
      signToken(createPayload({ iss: 'https://evil.example' })),
      {},
      'iss is "https://evil.example"',
    ],
    [signToken(createPayload({ iss: 7 })), {}, 'iss is number'],
    [
      signToken(createPayload(), { key: RSA_KEY }),
      { algorithms: ['ES384'] },
      'RS256 is not allowed here',
    ],
    [signToken(createPayload(), { header: swapped }), {}, 'alg is RS256, not the one of its key'],
    [
      signToken().replace(String(head), encode(JSON.stringify({ kid: 'EC384_0', alg: 'ES384' }))),
      {},
      'not signed by "EC384_0"',
    ],
    [
      signToken(),
      { replay: { recordUse: () => false } },
      'jti "41702edc-542b-430b-acf4-312fafd56b0f" was used before',
    ],
    [
      signToken(),
      { replay: { recordUse: () => Promise.reject(new Error('x')) } },
      'the record of used tokens failed: x',
    ],
    [
      signToken(),
      { replay: { recordUse: () => Promise.reject(new VerifyError('token_replayed', 'again')) } },
      'again',
    ],
  ])('is told: %#', async (token, overrides, message) => {
    await expect(verifyWith(token, overrides)).rejects.toThrow(expect.objectContaining({ message }))
  })

  it('has the failure of a replay store as its cause', async () => {
    const failure = new Error('redis is down')
    const replay = { recordUse: () => Promise.reject(failure) }
    await expect(verifyWith(signToken(), { replay })).rejects.toMatchObject({ cause: failure })
  })
})

describe('whom a token is from, and for', () => {
  const verify = (payload: unknown, overrides: Partial<VerifierOptions> = {}): Promise<string> =>
    codeOf(createVerifier(createOptions(overrides)).verify(signToken(payload)))

  it.each([
    ['another', OTHER_ISSUER],
    ['with a slash at the end', `${ISSUER}/`],
    ['in capitals', ISSUER.toUpperCase()],
    ['with a path', `${ISSUER}/x`],
    ['cut short', ISSUER.slice(0, -1)],
    ['__proto__', '__proto__'],
    ['a list', [ISSUER]],
    ['missing', undefined],
  ])('refuses an issuer that is %s', async (_, iss) => {
    expect(await verify(createPayload({ iss }))).toBe('issuer_untrusted')
  })

  it('keeps the keys of issuers apart, though their ids are the same', async () => {
    const otherKey = createEcKey('EC384_0')
    const jwks = formatJwks(EC_KEY)
    const verifier = createVerifier(
      createOptions({
        issuers: [
          { issuer: ISSUER, accounts: [ACCOUNT], keys: { jwks } },
          {
            issuer: OTHER_ISSUER,
            accounts: ['999999999999'],
            keys: { jwks: formatJwks(otherKey) },
          },
        ],
      }),
    )
    const other = { iss: OTHER_ISSUER, sub: 'arn:aws:iam::999999999999:role/r' }
    const sign = (claims: Record<string, unknown>, key = EC_KEY) =>
      codeOf(
        verifier.verify(
          signToken(createPayload(claims, claims['iss'] ? { aws_account: '999999999999' } : {}), {
            key,
          }),
        ),
      )
    expect(await sign({})).toBe('accepted')
    expect(await sign(other, otherKey)).toBe('accepted')
    expect(await sign({}, otherKey)).toBe('signature_invalid')
    expect(await sign(other)).toBe('signature_invalid')
  })

  it('refuses an issuer that speaks for an account that is not its own', async () => {
    const foreign = createPayload(
      { sub: 'arn:aws:iam::999999999999:role/r' },
      { aws_account: '999999999999' },
    )
    expect(await verify(foreign)).toBe('account_refused')
    const keys = { jwks: formatJwks(EC_KEY) }
    expect(
      await verify(foreign, {
        issuers: [{ issuer: ISSUER, accounts: [ACCOUNT, '999999999999'], keys }],
      }),
    ).toBe('accepted')
    expect(await verify(foreign, { issuers: [{ issuer: ISSUER, accounts: null, keys }] })).toBe(
      'accepted',
    )
  })

  it.each([
    ['aws_account', createPayload({}, { aws_account: '999999999999' })],
    ['sub', createPayload({ sub: 'arn:aws:iam::999999999999:role/r' })],
  ])('refuses another account in %s alone', async (_, payload) => {
    expect(await verify(payload)).toBe('account_mismatch')
    const anyAccount: VerifierOptions['issuers'] = [
      { issuer: ISSUER, accounts: null, keys: { jwks: formatJwks(EC_KEY) } },
    ]
    expect(await verify(payload, { issuers: anyAccount })).toBe('account_mismatch')
  })

  it.each([
    ['arn:aws-cn:iam::123456789012:role/r', {}, 'partition_refused'],
    ['arn:aws-us-gov:iam::123456789012:role/r', {}, 'partition_refused'],
    [
      'arn:aws-iso:iam::123456789012:role/r',
      { partitions: ['aws', 'aws-cn'] },
      'partition_refused',
    ],
    ['arn:aws-cn:iam::123456789012:role/r', { partitions: ['aws-cn'] }, 'accepted'],
    ['arn:aws:iam::123456789012:role/r', { partitions: ['aws-cn'] }, 'partition_refused'],
    ['arn:aws:iam::123456789012:user/u', {}, 'accepted'],
    ['arn:aws:iam::123456789012:user/u', { principalTypes: ['role'] }, 'principal_refused'],
    ['arn:aws:iam::123456789012:root', {}, 'principal_refused'],
    ['arn:aws:iam::123456789012:root', { principalTypes: ['root'] }, 'accepted'],
    ['arn:aws:sts::123456789012:assumed-role/r/s', {}, 'principal_refused'],
  ] as const)('sub %s with %j: %s', async (sub, overrides, code) => {
    expect(await verify(createPayload({ sub }), overrides)).toBe(code)
  })

  it.each([
    ['the expected one', AUDIENCE, {}, 'accepted'],
    ['the expected one in a list', [AUDIENCE], {}, 'accepted'],
    ['the expected one twice', [AUDIENCE, AUDIENCE], {}, 'accepted'],
    ['another', 'https://other.example.com', {}, 'audience_refused'],
    ['the expected one and more', `${AUDIENCE}/`, {}, 'audience_refused'],
    ['the expected one in capitals', AUDIENCE.toUpperCase(), {}, 'audience_refused'],
    ['several', [AUDIENCE, 'b'], {}, 'multiple_audiences'],
    ['several, none expected', ['a', 'b'], {}, 'audience_refused'],
    [
      'several where that is allowed',
      ['b', AUDIENCE],
      { allowMultipleAudiences: true },
      'accepted',
    ],
    [
      'several, none expected, where that is allowed',
      ['a', 'b'],
      { allowMultipleAudiences: true },
      'audience_refused',
    ],
    ['one of two expected', 'b', { audience: ['a', 'b'] }, 'accepted'],
    ['none of two expected', 'c', { audience: ['a', 'b'] }, 'audience_refused'],
    ['both expected', ['a', 'b'], { audience: ['a', 'b'] }, 'multiple_audiences'],
    ['anything where none is asked for', 'x', { audience: null }, 'accepted'],
    ['several where none is asked for', ['x', 'y'], { audience: null }, 'multiple_audiences'],
  ] as const)('aud is %s', async (_, aud, overrides, code) => {
    expect(await verify(createPayload({ aud }), overrides)).toBe(code)
  })
})

describe('for whom a token speaks', () => {
  const originToken = (aws: Record<string, unknown> = {}) =>
    signToken(createPayload({ sub: 'alice', subject_mode: 'OriginIdentity' }, aws))
  const verify = (token: string, subjectModes?: VerifierOptions['subjectModes']) =>
    createVerifier(createOptions(subjectModes && { subjectModes })).verify(token)

  it('is its principal alone, unless the verifier is told otherwise', async () => {
    const refused = verify(originToken())
    expect(await codeOf(refused)).toBe('subject_mode_refused')
    await expect(refused).rejects.toThrow('the subject mode is OriginIdentity')
    expect((await verify(signToken())).origin).toBeNull()
  })

  it('is somebody else where that is allowed', async () => {
    const token = await verify(originToken(), ['OriginIdentity'])
    expect(token.origin).toEqual({ subject: 'alice', federatedProvider: null })
    expect(token.principal).toMatchObject({ account: ACCOUNT, name: 'deployer' })
    expect(await codeOf(verify(signToken(), ['OriginIdentity']))).toBe('subject_mode_refused')
    const both = ['AWSIdentity', 'OriginIdentity'] as const
    expect(await codeOf(verify(originToken(), both))).toBe('accepted')
    expect(await codeOf(verify(signToken(), both))).toBe('accepted')
  })

  it('is an account’s responsibility either way', async () => {
    const foreign = originToken({ principal_id: 'arn:aws:iam::999999999999:role/r' })
    expect(await codeOf(verify(foreign, ['OriginIdentity']))).toBe('account_mismatch')
  })
})

describe('when a token counts', () => {
  const verifyAt = (nowMs: number, payload: unknown, overrides: Partial<VerifierOptions> = {}) =>
    codeOf(
      createVerifier(createOptions({ nowMs: () => nowMs, ...overrides })).verify(
        signToken(payload),
      ),
    )

  const leeway = (seconds: number) => ({ clockLeewaySeconds: seconds })
  it.each([
    ['at its last moment', EXPIRES_AT * 1000 - 1, leeway(0), 'accepted'],
    ['at exp', EXPIRES_AT * 1000, leeway(0), 'token_expired'],
    ['at its last moment with leeway', (EXPIRES_AT + 30) * 1000 - 1, {}, 'accepted'],
    ['at exp and leeway', (EXPIRES_AT + 30) * 1000, {}, 'token_expired'],
    ['at iat', ISSUED_AT * 1000, leeway(0), 'accepted'],
    ['just before iat', ISSUED_AT * 1000 - 1, leeway(0), 'token_not_yet_valid'],
    ['before iat, within the leeway', (ISSUED_AT - 30) * 1000, {}, 'accepted'],
    ['before iat, beyond the leeway', (ISSUED_AT - 30) * 1000 - 1, {}, 'token_not_yet_valid'],
    [
      'at the maximum age',
      (ISSUED_AT + 60) * 1000 - 1,
      { ...leeway(0), maxAgeSeconds: 60 },
      'accepted',
    ],
    [
      'beyond the maximum age',
      (ISSUED_AT + 60) * 1000,
      { ...leeway(0), maxAgeSeconds: 60 },
      'token_too_old',
    ],
    [
      'at the maximum age and leeway',
      (ISSUED_AT + 90) * 1000 - 1,
      { maxAgeSeconds: 60 },
      'accepted',
    ],
    [
      'beyond the maximum age and leeway',
      (ISSUED_AT + 90) * 1000,
      { maxAgeSeconds: 60 },
      'token_too_old',
    ],
  ])('%s', async (_, nowMs, overrides, code) => {
    expect(await verifyAt(nowMs, createPayload(), overrides)).toBe(code)
  })

  it('refuses a token that lives longer than the default maximum age when it has become too old', async () => {
    const longLived = createPayload({ exp: ISSUED_AT + 100_000 })
    const lastMs = (ISSUED_AT + 3630) * 1000 - 1
    expect(await verifyAt(lastMs, longLived)).toBe('accepted')
    expect(await verifyAt(lastMs + 1, longLived)).toBe('token_too_old')
  })

  it('honours nbf where it is later than iat', async () => {
    const payload = createPayload({ nbf: ISSUED_AT + 100 })
    expect(await verifyAt((ISSUED_AT + 70) * 1000 - 1, payload)).toBe('token_not_yet_valid')
    expect(await verifyAt((ISSUED_AT + 70) * 1000, payload)).toBe('accepted')
    const early = createPayload({ nbf: ISSUED_AT - 100 })
    expect(await verifyAt(ISSUED_AT * 1000 - 1, early, leeway(0))).toBe('token_not_yet_valid')
  })
})

describe('remembering verified tokens', () => {
  const countChecks = (overrides: Partial<VerifierOptions> = {}) => {
    let nowMs = NOW_MS
    const [, platform] = PLATFORMS[0] ?? []
    if (!platform) throw new Error('no platform')
    const check = vi.fn()
    const counting = {
      ...platform,
      importKey: async (...args: Parameters<typeof platform.importKey>) => {
        const verify = await platform.importKey(...args)
        return (input: string, signature: Uint8Array<ArrayBuffer>) => {
          check()
          return verify(input, signature)
        }
      },
    }
    const options = createOptions({ nowMs: () => nowMs, ...overrides })
    const verifier = new TokenVerifier(counting, options)
    return {
      verifier,
      check,
      setNow: (ms: number) => {
        nowMs = ms
      },
    }
  }

  it('checks a signature once, and hands out a frozen token', async () => {
    const { verifier, check } = countChecks()
    const token = signToken(createPayload({ custom: { list: [{}] } }))
    const first = await verifier.verify(token)
    expect(await verifier.verify(token)).toBe(first)
    expect(check).toHaveBeenCalledOnce()
    for (const shared of [
      first,
      first.claims,
      first.aws,
      first.aws.ou_path,
      first.aws.principal_tags,
      first.audiences,
      first.principal,
      first.claims['custom'],
    ]) {
      expect(Object.isFrozen(shared)).toBe(true)
    }
    expect(() => Reflect.apply(Array.prototype.push, first.audiences, ['x'])).toThrow(TypeError)
  })

  it('remembers nothing when told so', async () => {
    const { verifier, check } = countChecks({ verifiedTokenCacheEntries: 0 })
    const token = signToken()
    expect(await verifier.verify(token)).not.toBe(await verifier.verify(token))
    expect(check).toHaveBeenCalledTimes(2)
  })

  it('remembers as many as it may, and forgets the one not used for longest', async () => {
    const { verifier, check } = countChecks({ verifiedTokenCacheEntries: 2 })
    const [a, b, c] = ['a', 'b', 'c'].map(jti => signToken(createPayload({ jti })))
    const verify = async (token = '') => {
      const before = check.mock.calls.length
      await verifier.verify(token)
      return check.mock.calls.length - before
    }
    expect([await verify(a), await verify(b), await verify(a), await verify(c)]).toEqual([
      1, 1, 0, 1,
    ])
    expect([await verify(a), await verify(c), await verify(b)]).toEqual([0, 0, 1])
  })

  it('does not remember a refused token', async () => {
    const { verifier, check } = countChecks()
    const token = signToken(createPayload({ aud: 'other' }))
    expect(await codeOf(verifier.verify(token))).toBe('audience_refused')
    expect(await codeOf(verifier.verify(token))).toBe('audience_refused')
    expect(check).toHaveBeenCalledTimes(2)
  })

  it('tells a token from its prefix and from itself with more', async () => {
    const { verifier } = countChecks()
    const token = signToken()
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    expect(await codeOf(verifier.verify(`${token}A`))).not.toBe('accepted')
    expect(await codeOf(verifier.verify(token.slice(0, -1)))).not.toBe('accepted')
  })

  it('looks again from exp on, when only the leeway is left', async () => {
    const { verifier, check, setNow } = countChecks()
    const token = signToken()
    await verifier.verify(token)
    setNow(EXPIRES_AT * 1000 - 1)
    await verifier.verify(token)
    expect(check).toHaveBeenCalledTimes(1)
    setNow(EXPIRES_AT * 1000)
    await verifier.verify(token)
    expect(check).toHaveBeenCalledTimes(2)
    setNow((EXPIRES_AT + 30) * 1000)
    expect(await codeOf(verifier.verify(token))).toBe('token_expired')
  })

  it('looks again from the maximum age on', async () => {
    const { verifier, check, setNow } = countChecks({ maxAgeSeconds: 100 })
    const token = signToken()
    await verifier.verify(token)
    setNow((ISSUED_AT + 100) * 1000 - 1)
    await verifier.verify(token)
    expect(check).toHaveBeenCalledTimes(1)
    setNow((ISSUED_AT + 100) * 1000)
    await verifier.verify(token)
    expect(check).toHaveBeenCalledTimes(2)
    setNow((ISSUED_AT + 130) * 1000)
    expect(await codeOf(verifier.verify(token))).toBe('token_too_old')
  })

  it('looks again when the clock was set back', async () => {
    const { verifier, check, setNow } = countChecks()
    const token = signToken()
    await verifier.verify(token)
    setNow(NOW_MS - 1)
    await verifier.verify(token)
    expect(check).toHaveBeenCalledTimes(2)
    setNow((ISSUED_AT - 31) * 1000)
    expect(await codeOf(verifier.verify(token))).toBe('token_not_yet_valid')
  })

  it('does not even hash what is too long or no text', async () => {
    const [, platform] = PLATFORMS[0] ?? []
    if (!platform) throw new Error('no platform')
    const sha256 = vi.fn(platform.sha256)
    const verifier = new TokenVerifier({ ...platform, sha256 }, createOptions())
    expect(await codeOf(verifier.verify('x'.repeat(24_577)))).toBe('token_too_large')
    expect(await codeOf(Reflect.apply(verifier.verify, verifier, [7]))).toBe('token_malformed')
    expect(sha256).not.toHaveBeenCalled()
    expect(await codeOf(verifier.verify('x'.repeat(24_576)))).toBe('token_malformed')
    expect(sha256).toHaveBeenCalledOnce()
  })
})

describe.each(PLATFORMS)('a token that comes many times at once, on %s', (_, platform) => {
  const create = (overrides: Partial<VerifierOptions> = {}, sharesPendingWork = true) => {
    const check = vi.fn()
    const counting = {
      ...platform,
      sharesPendingWork,
      importKey: async (...args: Parameters<typeof platform.importKey>) => {
        const verify = await platform.importKey(...args)
        return (input: string, signature: Uint8Array<ArrayBuffer>) => {
          check()
          return verify(input, signature)
        }
      },
    }
    return { verifier: new TokenVerifier(counting, createOptions(overrides)), check }
  }
  const atOnce = (verifier: TokenVerifier, token: string) =>
    Promise.all(Array.from({ length: 200 }, () => codeOf(verifier.verify(token))))

  it.each([EC_KEY, RSA_KEY])('costs one verification: $alg', async key => {
    const { verifier, check } = create()
    const token = signToken(createPayload(), { key })
    const [first, ...others] = await Promise.all(
      Array.from({ length: 200 }, () => verifier.verify(token)),
    )
    expect(new Set(others)).toEqual(new Set([first]))
    expect(Object.isFrozen(first)).toBe(true)
    expect(check).toHaveBeenCalledOnce()
    expect(new Set(await atOnce(verifier, token))).toEqual(new Set(['accepted']))
    expect(check).toHaveBeenCalledOnce()
  })

  it('costs one verification when it is refused, and one more the next time', async () => {
    const { verifier, check } = create()
    const token = signToken(createPayload({ aud: 'other' }))
    for (const times of [1, 2]) {
      expect(new Set(await atOnce(verifier, token))).toEqual(new Set(['audience_refused']))
      expect(check).toHaveBeenCalledTimes(times)
    }
  })

  it('costs one verification for each of several', async () => {
    const { verifier, check } = create()
    const tokens = ['a', 'b', 'c'].map(jti => signToken(createPayload({ jti })))
    const verifying = tokens.flatMap(token => [verifier.verify(token), verifier.verify(token)])
    const verified = await Promise.all(verifying)
    expect(verified.map(({ claims }) => claims.jti)).toEqual(['a', 'a', 'b', 'b', 'c', 'c'])
    expect(check).toHaveBeenCalledTimes(3)
  })

  it('costs one verification when its key was replaced since', async () => {
    const published = [formatJwks(EC_KEY), formatJwks(createRsaKey(), EC_KEY)]
    const documents = vi.fn(async () => Response.json(published.at(-1)))
    let nowMs = NOW_MS
    const jwksUri = `${ISSUER}/jwks`
    const { verifier, check } = create({
      issuers: [{ issuer: ISSUER, accounts: [ACCOUNT], keys: { jwksUri } }],
      keyCache: { minSeconds: 0, maxSeconds: 10 },
      fetch: documents,
      nowMs: () => nowMs,
    })
    const token = signToken()
    await verifier.verify(token)
    published.push(formatJwks(RSA_KEY))
    await verifier.loadKeys()
    published.push(formatJwks(EC_KEY))
    nowMs += 10_000
    expect(new Set(await atOnce(verifier, token))).toEqual(new Set(['accepted']))
    expect(check).toHaveBeenCalledTimes(2)
    expect(documents).toHaveBeenCalledTimes(3)
  })

  it.each<readonly [string, (verifier: TokenVerifier) => Promise<void>]>([
    ['loaded', verifier => verifier.loadKeys()],
    [
      'taken over',
      verifier => {
        const times = { freshUntilMs: NOW_MS + 60_000, staleUntilMs: NOW_MS + 60_000 }
        const record = { issuer: ISSUER, jwks: { keys: [] }, loadedAtMs: NOW_MS, ...times }
        return verifier.importKeys({ version: 1, issuers: [record] })
      },
    ],
  ])('is verified anew when keys were %s meanwhile', async (_how, renew) => {
    const checking = Promise.withResolvers<void>()
    const release = Promise.withResolvers<boolean>()
    const check = () => {
      checking.resolve()
      return release.promise
    }
    const slow = { ...platform, importKey: async () => check }
    let jwks = formatJwks(EC_KEY)
    let nowMs = NOW_MS - 1
    const options = createOptions({
      issuers: [{ issuer: ISSUER, accounts: null, keys: { jwksUri: `${ISSUER}/jwks` } }],
      fetch: async () => Response.json(jwks),
      nowMs: () => nowMs,
    })
    const verifier = new TokenVerifier(slow, options)
    await verifier.loadKeys()
    nowMs = NOW_MS
    const token = signToken()
    const before = codeOf(verifier.verify(token))
    await checking.promise
    jwks = { keys: [] }
    await renew(verifier)
    expect(await codeOf(verifier.verify(token))).toBe('key_unknown')
    release.resolve(true)
    expect(await before).toBe('accepted')
    expect(await codeOf(verifier.verify(token))).toBe('key_unknown')
  })

  it('is used once where each may be used once', async () => {
    const replay = createMemoryReplayStore({ maxEntries: 10, nowMs: () => NOW_MS })
    const { verifier, check } = create({ replay })
    const codes = await atOnce(verifier, signToken())
    expect(codes.filter(code => code === 'accepted')).toHaveLength(1)
    expect(codes.filter(code => code === 'token_replayed')).toHaveLength(199)
    expect(check).toHaveBeenCalledOnce()
  })

  it('is verified each time where nothing is remembered, or requests share nothing', async () => {
    const forgetful = create({ verifiedTokenCacheEntries: 0 })
    await atOnce(forgetful.verifier, signToken())
    expect(forgetful.check).toHaveBeenCalledTimes(200)
    const apart = create({}, false)
    await atOnce(apart.verifier, signToken(createPayload({ aud: 'other' })))
    expect(apart.check).toHaveBeenCalledTimes(200)
  })
})

describe('using a token once', () => {
  it('refuses the second use, also of a token that it remembers', async () => {
    const replay = createMemoryReplayStore({ maxEntries: 10, nowMs: () => NOW_MS })
    const verifier = createVerifier(createOptions({ replay }))
    const token = signToken()
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    expect(await codeOf(verifier.verify(token))).toBe('token_replayed')
    expect(await codeOf(verifier.verify(signToken(createPayload({ aud: [AUDIENCE] }))))).toBe(
      'token_replayed',
    )
    expect(await codeOf(verifier.verify(signToken(createPayload({ jti: 'other' }))))).toBe(
      'accepted',
    )
  })

  it.each<readonly [string, Partial<VerifierOptions>, number, number]>([
    ['its end and the leeway', {}, EXPIRES_AT, EXPIRES_AT + 30],
    ['its end without leeway', { clockLeewaySeconds: 0 }, EXPIRES_AT, EXPIRES_AT],
    ['the maximum age', { maxAgeSeconds: 100 }, EXPIRES_AT, ISSUED_AT + 130],
    ['the default maximum age', {}, Number.MAX_SAFE_INTEGER, ISSUED_AT + 3630],
    ['its end at the maximum age', { maxAgeSeconds: 300 }, EXPIRES_AT, EXPIRES_AT + 30],
  ])('tells the store to remember it until %s', async (_, overrides, exp, untilSeconds) => {
    const recordUse = vi.fn(async () => true)
    const verifier = createVerifier(createOptions({ replay: { recordUse }, ...overrides }))
    await verifier.verify(signToken(createPayload({ exp })))
    expect(recordUse).toHaveBeenCalledExactlyOnceWith({
      issuer: ISSUER,
      tokenId: '41702edc-542b-430b-acf4-312fafd56b0f',
      rememberUntilMs: untilSeconds * 1000,
    })
  })

  it('makes room as soon as a token is refused for its age', async () => {
    let nowMs = NOW_MS
    const clock = { nowMs: () => nowMs }
    const replay = createMemoryReplayStore({ maxEntries: 1, ...clock })
    const verifier = createVerifier(createOptions({ replay, maxAgeSeconds: 100, ...clock }))
    const first = signToken(createPayload({ exp: ISSUED_AT + 100_000 }))
    const next = () => {
      const iat = Math.floor(nowMs / 1000)
      return codeOf(
        verifier.verify(signToken(createPayload({ iat, exp: iat + 60, jti: `${iat}` }))),
      )
    }
    expect(await codeOf(verifier.verify(first))).toBe('accepted')
    nowMs = (ISSUED_AT + 130) * 1000 - 1
    expect(await codeOf(verifier.verify(first))).toBe('token_replayed')
    expect(await next()).toBe('replay_unavailable')
    nowMs += 1
    expect(await codeOf(verifier.verify(first))).toBe('token_too_old')
    expect(await next()).toBe('accepted')
  })

  it('records no use of a token that it refuses', async () => {
    const recordUse = vi.fn(() => true)
    const verifier = createVerifier(createOptions({ replay: { recordUse } }))
    expect(await codeOf(verifier.verify(signToken(createPayload({ aud: 'x' }))))).toBe(
      'audience_refused',
    )
    expect(recordUse).not.toHaveBeenCalled()
  })

  it.each([
    ['says something else than true', async () => 'OK', 'token_replayed'],
    ['throws', () => Promise.reject(new Error('redis is down')), 'replay_unavailable'],
    [
      'throws at once',
      () => {
        throw new Error('no connection')
      },
      'replay_unavailable',
    ],
  ])('refuses when the store %s', async (_, recordUse, code) => {
    const replay = Object.assign(createMemoryReplayStore({ maxEntries: 1 }), { recordUse })
    expect(await codeOf(createVerifier(createOptions({ replay })).verify(signToken()))).toBe(code)
  })

  it('refuses when the store is full', async () => {
    const replay = createMemoryReplayStore({ maxEntries: 1, nowMs: () => NOW_MS })
    const verifier = createVerifier(createOptions({ replay }))
    expect(await codeOf(verifier.verify(signToken()))).toBe('accepted')
    expect(await codeOf(verifier.verify(signToken(createPayload({ jti: 'b' }))))).toBe(
      'replay_unavailable',
    )
  })
})

describe('keys', () => {
  it.each([
    ['an unknown kid', 'RSA_1'],
    ['a kid in lower case', 'ec384_0'],
    ['__proto__', '__proto__'],
  ])('refuses %s', async (_, kid) => {
    const token = signToken(createPayload(), { header: { kid, typ: 'JWT', alg: 'ES384' } })
    expect(await codeOf(createVerifier(createOptions()).verify(token))).toBe('key_unknown')
  })

  it('says why a published key cannot be used', async () => {
    const weak = createRsaKey('RSA_0', 1024)
    const verifier = createVerifier(
      createOptions({
        issuers: [{ issuer: ISSUER, accounts: null, keys: { jwks: formatJwks(weak) } }],
      }),
    )
    const token = signToken(createPayload(), { key: weak })
    await expect(verifier.verify(token)).rejects.toThrow(
      `no key "RSA_0": ${ISSUER} publishes it, but n has 1024 bits, not 2048 to 4096`,
    )
  })

  it('uses a long RSA key', async () => {
    const key = {
      kid: 'RSA_0',
      alg: 'RS256',
      ...generateKeyPairSync('rsa', { modulusLength: 2056 }),
    } as const
    const verifier = createVerifier(
      createOptions({
        issuers: [{ issuer: ISSUER, accounts: null, keys: { jwks: formatJwks(key) } }],
      }),
    )
    const token = signToken(createPayload(), { key })
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    const cut = token.replace(/[^.]*$/, encode(signBytes('x', key).subarray(0, 256)))
    expect(await codeOf(verifier.verify(cut))).toBe('signature_invalid')
  })
})
