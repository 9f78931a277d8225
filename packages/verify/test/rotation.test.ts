import { describe, expect, it } from 'vitest'
import { createVerifier, type VerifierOptions } from '../src/index.ts'
import { type IssuerServer, startIssuer } from './http-server.ts'
import {
  ACCOUNT,
  AUDIENCE,
  codeOf,
  codeThrown,
  createEcKey,
  createPayload,
  EC_KEY,
  EXPIRES_AT,
  formatJwk,
  formatJwks,
  ISSUED_AT,
  RSA_KEY,
  signToken,
  type TestKey,
} from './tokens.ts'

const NEW_KEY = createEcKey('EC384_1')

function setUp(issuer: IssuerServer, overrides: Partial<VerifierOptions> = {}) {
  let nowMs = ISSUED_AT * 1000
  const verifier = createVerifier({
    issuers: [{ issuer: issuer.origin, accounts: [ACCOUNT], allowInsecureHttp: true }],
    audience: AUDIENCE,
    nowMs: () => nowMs,
    ...overrides,
  })
  return {
    verifier,
    at: (seconds: number) => {
      nowMs = (ISSUED_AT + seconds) * 1000
    },
    sign: (key: TestKey = EC_KEY, claims = {}) =>
      signToken(createPayload({ iss: issuer.origin, exp: EXPIRES_AT + 3600, ...claims }), { key }),
    verify: (token: string) => codeOf(verifier.verify(token)),
  }
}

describe('a verifier and a real issuer', () => {
  it('starts from the URL of the issuer alone', async () => {
    await using issuer = await startIssuer(formatJwks(RSA_KEY, EC_KEY))
    const { sign, verify } = setUp(issuer)
    expect(await Promise.all([verify(sign()), verify(sign(RSA_KEY)), verify(sign())])).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ])
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/.well-known/jwks.json'])
  })

  it('asks no issuer that it does not know, and none for a token that cannot be good', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    const { sign, verify } = setUp(issuer)
    expect(await verify(sign(EC_KEY, { iss: 'http://127.0.0.1:1' }))).toBe('issuer_untrusted')
    expect(await verify('a.b.c')).toBe('token_malformed')
    expect(
      await verify(sign().replace(/^[^.]*/, Buffer.from('{"alg":"none"}').toString('base64url'))),
    ).toBe('algorithm_refused')
    expect(issuer.requests).toEqual([])
  })

  it('picks a rotated key up without refusing a good token', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    const { sign, verify, at } = setUp(issuer)
    expect(await verify(sign())).toBe('accepted')
    issuer.jwks = formatJwks(EC_KEY, NEW_KEY)
    at(60)
    expect(
      await Promise.all([verify(sign(NEW_KEY)), verify(sign()), verify(sign(NEW_KEY))]),
    ).toEqual(['accepted', 'accepted', 'accepted'])
    expect(issuer.requests).toHaveLength(4)
  })

  it('stops a revoked key within the stated time, also for tokens that it remembers', async () => {
    await using issuer = await startIssuer(formatJwks(RSA_KEY, EC_KEY))
    issuer.headers = { 'cache-control': 'public, max-age=86400' }
    const { sign, verify, at } = setUp(issuer)
    const token = sign()
    expect(await verify(token)).toBe('accepted')
    issuer.jwks = formatJwks(RSA_KEY)
    at(100)
    expect(await verify(token)).toBe('accepted')
    at(900)
    expect(await verify(token)).toBe('key_unknown')
    expect(await verify(sign())).toBe('key_unknown')
  })

  it('stops a revoked key at once when told to load keys', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    const { sign, verify, verifier } = setUp(issuer)
    const token = sign()
    expect(await verify(token)).toBe('accepted')
    issuer.jwks = formatJwks(createEcKey('EC384_0'))
    await verifier.loadKeys()
    expect(await verify(token)).toBe('signature_invalid')
  })

  it('stops a revoked key at once, though an older answer was on its way', async () => {
    await using issuer = await startIssuer(formatJwks(RSA_KEY, EC_KEY))
    const onItsWay = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const gates = [released.promise]
    const { sign, verify, verifier } = setUp(issuer, {
      fetch: async (url, init) => {
        const response = await fetch(url, init)
        if (!url.endsWith('jwks.json')) return response
        const answer = new Response(await response.arrayBuffer())
        onItsWay.resolve()
        await gates.pop()
        return answer
      },
    })
    const first = verify(sign())
    await onItsWay.promise
    issuer.jwks = formatJwks(RSA_KEY)
    const loading = verifier.loadKeys()
    released.resolve()
    await loading
    expect(await verify(sign())).toBe('key_unknown')
    expect(await first).toBe('accepted')
    expect(await verify(sign(RSA_KEY))).toBe('accepted')
    expect(issuer.requests).toHaveLength(4)
  })

  it('asks all issuers, though one cannot be reached', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    await using broken = await startIssuer(formatJwks(EC_KEY))
    broken.isDown = true
    const issuers: VerifierOptions['issuers'] = [
      { issuer: broken.origin, accounts: null, allowInsecureHttp: true },
      { issuer: issuer.origin, accounts: [ACCOUNT], allowInsecureHttp: true },
    ]
    const { sign, verify, verifier } = setUp(issuer, { issuers })
    await expect(verifier.loadKeys()).rejects.toThrow(`the keys of ${broken.origin} cannot be had`)
    expect(issuer.requests).toHaveLength(2)
    issuer.isDown = true
    expect(await verify(sign())).toBe('accepted')
  })

  it('does not accept a remembered token that expires while keys are fetched', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    let nowMs = ISSUED_AT * 1000
    const verifier = createVerifier({
      issuers: [{ issuer: issuer.origin, accounts: [ACCOUNT], allowInsecureHttp: true }],
      audience: AUDIENCE,
      clockLeewaySeconds: 0,
      keyCache: { minSeconds: 0, maxSeconds: 60 },
      nowMs: () => nowMs,
      fetch: async (url, init) => {
        // Each document takes a minute.
        nowMs += 60_000
        return fetch(url, init)
      },
    })
    const token = signToken(createPayload({ iss: issuer.origin, exp: ISSUED_AT + 240 }))
    expect(await codeOf(verifier.verify(token))).toBe('accepted')
    nowMs = (ISSUED_AT + 239) * 1000
    expect(await codeOf(verifier.verify(token))).toBe('token_expired')
  })

  it('accepts a remembered token again when its key is published again', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    const { sign, verify, verifier } = setUp(issuer)
    const token = sign()
    expect(await verify(token)).toBe('accepted')
    issuer.jwks = formatJwks(RSA_KEY)
    await verifier.loadKeys()
    expect(await verify(token)).toBe('key_unknown')
    issuer.jwks = formatJwks(EC_KEY)
    await verifier.loadKeys()
    expect(await verify(token)).toBe('accepted')
  })

  it('accepts nothing of an issuer that publishes no keys, and asks it again after the cool-down', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    const { sign, verify, at } = setUp(issuer)
    const token = sign()
    expect(await verify(token)).toBe('accepted')
    issuer.jwks = { keys: [] }
    at(300)
    expect([await verify(token), await verify(sign())]).toEqual(['key_unknown', 'key_unknown'])
    issuer.isDown = true
    at(310)
    expect(await verify(token)).toBe('keys_unavailable')
    issuer.isDown = false
    issuer.jwks = formatJwks(EC_KEY)
    at(320)
    expect(await verify(token)).toBe('accepted')
  })

  it('goes on for a limited time when the issuer is down', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    const { sign, verify, at } = setUp(issuer, {
      keyCache: { maxSeconds: 60, staleIfErrorSeconds: 600 },
    })
    expect(await verify(sign())).toBe('accepted')
    issuer.isDown = true
    at(659)
    expect(await verify(sign())).toBe('accepted')
    at(661)
    expect(await verify(sign())).toBe('keys_unavailable')
    issuer.isDown = false
    at(663)
    expect(await verify(sign())).toBe('accepted')
  })

  it('hands its keys to a process that starts cold', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    const warm = setUp(issuer)
    await warm.verifier.loadKeys()
    const snapshot = JSON.parse(JSON.stringify(warm.verifier.exportKeys()))
    const cold = setUp(issuer)
    await cold.verifier.importKeys(snapshot)
    expect(await cold.verify(cold.sign())).toBe('accepted')
    expect(issuer.requests).toHaveLength(2)
  })

  it('takes no keys over for an issuer that is not its own', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    const warm = setUp(issuer)
    await warm.verifier.loadKeys()
    const [record] = warm.verifier.exportKeys().issuers
    const cold = setUp(issuer)
    await cold.verifier.importKeys({
      version: 1,
      issuers: [{ ...record, issuer: 'https://evil.example' }],
    })
    expect(cold.verifier.exportKeys()).toEqual({ version: 1, issuers: [] })
    expect(await codeOf(cold.verifier.importKeys({ version: 1 }))).toBe('snapshot_invalid')
  })

  it('says at once which issuer is wrong', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    issuer.discovery = { issuer: 'https://other.example' }
    const { verifier } = setUp(issuer)
    await expect(verifier.loadKeys()).rejects.toThrow(
      `the keys of ${issuer.origin} cannot be had: the discovery document of ${issuer.origin} names the issuer "https://other.example"`,
    )
  })
})

describe('where keys come from', () => {
  const setKeys = (issuer: IssuerServer, keys: VerifierOptions['issuers'][number]['keys']) =>
    setUp(issuer, {
      issuers: [
        {
          issuer: issuer.origin,
          accounts: [ACCOUNT],
          allowInsecureHttp: true,
          ...(keys && { keys }),
        },
      ],
    })

  it('is a URL that the configuration names, without discovery', async () => {
    await using issuer = await startIssuer(formatJwks(EC_KEY))
    const { sign, verify } = setKeys(issuer, { jwksUri: `${issuer.origin}/.well-known/jwks.json` })
    expect(await verify(sign())).toBe('accepted')
    expect(issuer.requests).toEqual(['/.well-known/jwks.json'])
  })

  it('is the configuration itself', async () => {
    await using issuer = await startIssuer(formatJwks(RSA_KEY))
    const { sign, verify, verifier } = setKeys(issuer, { jwks: formatJwks(EC_KEY) })
    await verifier.loadKeys()
    expect(await verify(sign())).toBe('accepted')
    expect(await verify(sign(RSA_KEY))).toBe('key_unknown')
    expect(issuer.requests).toEqual([])
    expect(verifier.exportKeys()).toEqual({ version: 1, issuers: [] })
  })

  it('is a signed bundle', async () => {
    await using issuer = await startIssuer({ keys: [] })
    const signer = createEcKey('bundle-1')
    const bundle = signToken(
      {
        iss: issuer.origin,
        iat: ISSUED_AT,
        exp: ISSUED_AT + 500,
        version: 1,
        jwks: formatJwks(EC_KEY),
      },
      { key: signer, header: { kid: 'bundle-1', typ: 'credence-bundle+jwt', alg: 'ES384' } },
    )
    const { sign, verify, at } = setKeys(issuer, { bundle, signer: formatJwk(signer) })
    expect(await verify(sign())).toBe('accepted')
    at(499)
    expect(await verify(sign())).toBe('accepted')
    at(500)
    expect(await verify(sign())).toBe('keys_unavailable')
    expect(issuer.requests).toEqual([])
  })

  it('is never a URL without TLS unless that is allowed', async () => {
    const create = (allowInsecureHttp: boolean) =>
      createVerifier({
        issuers: [
          {
            issuer: 'https://sts.example.com',
            accounts: [ACCOUNT],
            allowInsecureHttp,
            keys: { jwksUri: 'http://10.0.0.1/jwks' },
          },
        ],
        audience: AUDIENCE,
      })
    expect(() => create(false)).toThrow('"http://10.0.0.1/jwks" is not https')
    expect(codeThrown(() => create(false))).toBe('options_invalid')
    expect(() => create(true)).not.toThrow()
  })

  it('is never left open', async () => {
    const keys = { jwksURI: 'https://sts.example.com/jwks' }
    const issuers = [{ issuer: 'https://sts.example.com', accounts: [ACCOUNT], keys }]
    const options: VerifierOptions = JSON.parse(JSON.stringify({ audience: AUDIENCE, issuers }))
    const create = () => createVerifier(options)
    expect(create).toThrow('keys of https://sts.example.com has none of jwksUri, jwks, bundle')
    expect(codeThrown(create)).toBe('options_invalid')
  })
})
