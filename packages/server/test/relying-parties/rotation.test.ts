import { createVerifier } from '@credence/verify'
import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { createVerifier as createFastVerifier } from 'fast-jwt'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import jwksClient from 'jwks-rsa'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { revokeKey } from '../../src/changes/signing-keys.ts'
import { findBlastRadius } from '../../src/issuer/keys/blast-radius.ts'
import { changeKeys } from '../../src/issuer/keys/take-step.ts'
import { createAccount } from '../support/issuer-parts.ts'
import { ALGORITHMS, AUDIENCE, pass, startIssuer } from './rotating-issuer.ts'

// Keys of 2048 bits are made, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 120_000 })

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

// The verifiers' own clocks: they keep keys by them. Nothing waits, so that no timer is touched.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Each as its documentation advises, with the caches that it has then. */
function createVerifiers(
  issuer: string,
): Readonly<Record<string, (token: string) => Promise<unknown>>> {
  const jwksUri = `${issuer}/.well-known/jwks.json`
  const remoteKeys = createRemoteJWKSet(new URL(jwksUri))
  const awsJwtVerify = JwtVerifier.create(
    { issuer, audience: AUDIENCE, jwksUri },
    {
      // Its own fetcher knows HTTPS alone.
      jwksCache: new SimpleJwksCache({
        fetcher: { fetch: async uri => (await fetch(uri)).arrayBuffer() },
      }),
    },
  )
  const client = jwksClient({ jwksUri, cache: true, rateLimit: true, jwksRequestsPerMinute: 10 })
  const findPem = async (kid: unknown): Promise<string> =>
    (await client.getSigningKey(String(kid))).getPublicKey()
  const fastJwt = createFastVerifier({
    key: async ({ header }: { header: { kid?: unknown } }) => findPem(header.kid),
    algorithms: ALGORITHMS,
    allowedIss: issuer,
    allowedAud: AUDIENCE,
  })
  const ours = createVerifier({
    issuers: [{ issuer, accounts: null, allowInsecureHttp: true }],
    audience: AUDIENCE,
  })
  return {
    '@credence/verify': token => ours.verify(token),
    jose: token =>
      jwtVerify(token, remoteKeys, { algorithms: ALGORITHMS, issuer, audience: AUDIENCE }),
    'aws-jwt-verify': token => awsJwtVerify.verify(token),
    'jwks-rsa with jsonwebtoken': async token => {
      const kid = jsonwebtoken.decode(token, { complete: true })?.header.kid
      jsonwebtoken.verify(token, await findPem(kid), {
        algorithms: ALGORITHMS,
        issuer,
        audience: AUDIENCE,
      })
    },
    'fast-jwt with jwks-rsa': token => fastJwt(token),
  }
}

describe('verifiers that keep keys', () => {
  it('refuse no good token over three rotations', async () => {
    const { server, issuerUrl, issue } = await startIssuer({
      'keys.rotateEvery': '2d',
      'keys.publishBefore': '12h',
    })
    await using _ = server
    const verifiers = createVerifiers(issuerUrl)
    const kids = new Set<unknown>()
    const refused: string[] = []
    let verified = 0
    // Often enough that some verifier has just read the keys whenever they change.
    for (let step = 0; step < 7 * 24 * 2; step += 1) {
      await server.rotateKeys()
      // What was issued just before a change is verified after it.
      const tokens = await Promise.all(ALGORITHMS.map(each => issue(each)))
      for (const token of tokens)
        kids.add(jsonwebtoken.decode(token, { complete: true })?.header.kid)
      pass(step % 2 === 0 ? 4 * MINUTE_MS : 1)
      await server.rotateKeys()
      for (const [name, verify] of Object.entries(verifiers)) {
        for (const token of tokens) {
          verified += 1
          await verify(token).catch((error: Error) => refused.push(`${name}: ${error.message}`))
        }
      }
      pass(HOUR_MS / 2 - (step % 2 === 0 ? 4 * MINUTE_MS : 1))
    }
    expect(refused).toEqual([])
    // Two algorithms, and three followers of each.
    expect(kids.size).toBeGreaterThanOrEqual(8)
    expect(verified).toBeGreaterThan(3000)
  })
})

describe('a revoked key', () => {
  it('stops at @credence/verify with its defaults within the max-age, and at once by loadKeys()', async () => {
    const { server, issuerUrl, issue } = await startIssuer({})
    await using _ = server
    await server.rotateKeys()
    const trusted = { issuer: issuerUrl, accounts: null, allowInsecureHttp: true } as const
    const patient = createVerifier({ issuers: [trusted], audience: AUDIENCE })
    const told = createVerifier({ issuers: [trusted], audience: AUDIENCE })
    const token = await issue('ES384')
    await patient.verify(token)
    await told.verify(token)
    const slot = { accountId: createAccount('123456789012').id, algorithm: 'ES384' } as const
    await changeKeys(server.data, slot, Date.now(), turn => revokeKey(turn, slot, 0))

    await told.loadKeys()
    await expect(told.verify(token)).rejects.toMatchObject({ code: 'key_unknown' })
    const successor = await issue('ES384')
    await told.verify(successor)
    await patient.verify(successor)
    pass(299_000)
    const young = await issue('ES384')
    await patient.verify(young)
    pass(1_001)
    await expect(patient.verify(token)).rejects.toMatchObject({ code: 'key_unknown' })
    await patient.verify(young)
  })

  it.each([
    ['that can be reached', true],
    ['that cannot be reached', false],
  ])(
    'of an issuer %s stops at @credence/verify with its defaults when the command says',
    async (_what, isReachable) => {
      const { server, issuerUrl, issue } = await startIssuer({})
      await using stack = new AsyncDisposableStack()
      stack.use(server)
      await server.rotateKeys()
      const verifier = createVerifier({
        issuers: [{ issuer: issuerUrl, accounts: null, allowInsecureHttp: true }],
        audience: AUDIENCE,
      })
      await verifier.verify(await issue('ES384'))
      const slot = { accountId: createAccount('123456789012').id, algorithm: 'ES384' } as const
      const radius = findBlastRadius({
        nowMs: Date.now(),
        maxAgeSeconds: 300,
        successorVisibleAtMs: null,
        publishBeforeMs: 0,
      })

      const untilMs = isReachable ? radius.verifyUntilMs : radius.verifyUnreachableUntilMs
      // A thief dates tokens as he likes.
      const token = await issue('ES384', { nowMs: untilMs - 100_000 })
      await changeKeys(server.data, slot, Date.now(), turn => revokeKey(turn, slot, 0))
      if (!isReachable) await stack.disposeAsync()
      pass(untilMs - Date.now() - 2000)
      await verifier.verify(token)
      pass(2001)
      // The first attempt after that may still be answered while the keys are read again.
      await verifier.verify(token).catch(() => {})
      await expect(verifier.verify(token)).rejects.toMatchObject({
        code: isReachable ? 'key_unknown' : 'keys_unavailable',
      })
    },
  )
})
