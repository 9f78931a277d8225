import { createHmac, sign } from 'node:crypto'
import { inspect } from 'node:util'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import type { OidcProvider } from '../principals/entities.ts'
import { MemoryBudget } from '../runtime/memory-budget.ts'
import { createWebIdentityVerifier } from './create-web-identity-verifier.ts'
import { WEB_IDENTITY_LIMITS } from './limits.ts'
import {
  assembleToken,
  createClaims,
  createKeyPair,
  createProvider,
  findAmong,
  formatKeySet,
  type IssuerKeyPair,
  NOW_SECONDS,
  signToken,
} from './test/tokens.ts'

const ISSUER = 'https://idp.example.com/realms/main'
const OWN_ISSUER = 'https://sts.example.org/00000000-0000-4000-8000-000000000000'

const NAMES = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']
const pairs = new Map(NAMES.map(alg => [alg, createKeyPair(alg, `key-${alg}`)]))

function pair(alg: string): IssuerKeyPair {
  const found = pairs.get(alg)
  if (found === undefined) throw new Error(`no key for ${alg}`)
  return found
}

const provider = createProvider(ISSUER, { inlineJwks: formatKeySet(...pairs.values()) })

const verifier = createWebIdentityVerifier({
  clock: { nowMs: () => NOW_SECONDS * 1000 },
  fetchDocument: () => Promise.reject(new Error('inline keys need no network')),
  findOwnIssuer: async issuer =>
    issuer === OWN_ISSUER ? { partition: 'aws', jwks: formatKeySet(pair('ES256')) } : null,
  limits: WEB_IDENTITY_LIMITS,
  memory: new MemoryBudget(0),
  onRefused: () => {
    throw new Error('inline keys are not waited for')
  },
})

const INVALID = 'InvalidIdentityToken'
const NOT_A_TOKEN =
  'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)'
const NO_KEY =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"
const WRONG_SIGNATURE = 'The signature of the token is not valid'

async function expectRefusal(
  token: string,
  code: string,
  message: string,
  providers: readonly OidcProvider[] = [provider],
): Promise<void> {
  await expect(verifier.verify(token, findAmong(...providers))).rejects.toThrow(
    expect.objectContaining({ name: 'ServiceError', code, message }),
  )
}

describe('a good token', () => {
  it.each(NAMES)('is accepted when node:crypto signs it with %s', async alg => {
    const identity = await verifier.verify(
      signToken(pair(alg), createClaims(ISSUER)),
      findAmong(provider),
    )
    expect(identity.subject).toBe('repo:example/app:ref:refs/heads/main')
  })

  it.each(NAMES)('is accepted when jose signs it with %s', async alg => {
    const token = await new SignJWT({ ...createClaims(ISSUER) })
      .setProtectedHeader({ alg, kid: `key-${alg}` })
      .sign(pair(alg).privateKey)
    expect((await verifier.verify(token, findAmong(provider))).issuer).toBe(ISSUER)
  })

  it('gives everything that it says', async () => {
    const claims = createClaims(ISSUER, {
      aud: ['https://api.example.com', 'other'],
      azp: 'sts.amazonaws.com',
      amr: ['pwd'],
      email: 'alice@example.com',
      'https://aws.amazon.com/tags': {
        principal_tags: { Team: ['platform'] },
        transitive_tag_keys: ['Team'],
      },
      'https://aws.amazon.com/source_identity': 'alice',
      'https://aws.amazon.com/roles': 'arn:aws:iam::123456789012:role/deploy',
    })
    const identity = await verifier.verify(
      signToken(pair('ES384'), claims),
      findAmong(createProvider('https://elsewhere.example.com'), provider),
    )
    expect(identity).toEqual({
      provider,
      issuer: ISSUER,
      subject: 'repo:example/app:ref:refs/heads/main',
      audience: 'sts.amazonaws.com',
      originalAudiences: ['https://api.example.com', 'other'],
      authorizedParty: 'sts.amazonaws.com',
      authenticationMethods: ['pwd'],
      email: 'alice@example.com',
      providerClaims: new Map(),
      issuedAtMs: NOW_SECONDS * 1000,
      expiresAtMs: (NOW_SECONDS + 300) * 1000,
      sourceIdentity: 'alice',
      sessionTags: [{ key: 'Team', value: 'platform' }],
      transitiveTagKeys: ['Team'],
      authorizedRoleArns: ['arn:aws:iam::123456789012:role/deploy'],
      identityContext: null,
      claims: expect.any(Map),
    })
    expect(identity.claims.get('amr')).toEqual(['pwd'])
  })
})

describe('the signature', () => {
  const rs256 = pair('RS256')
  const es256 = pair('ES256')
  const publicPem = JSON.stringify(rs256.jwk)
  const header = { alg: 'RS256', typ: 'JWT', kid: 'key-RS256' }
  const claims = createClaims(ISSUER)
  const hmac = (input: Buffer) => createHmac('sha256', publicPem).update(input).digest()
  const good = signToken(rs256, claims)
  const [head = '', , signature = ''] = good.split('.')
  const otherPayload = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString(
    'base64url',
  )

  it.each<[string, string, string]>([
    ['another payload', `${head}.${otherPayload}.${signature}`, WRONG_SIGNATURE],
    [
      'another key under the same kid',
      signToken(createKeyPair('RS256', 'key-RS256'), claims),
      WRONG_SIGNATURE,
    ],
    [
      'an HMAC with the public key, called RS256',
      assembleToken(header, claims, hmac),
      WRONG_SIGNATURE,
    ],
    [
      'an HMAC with the public key, called HS256',
      assembleToken({ ...header, alg: 'HS256' }, claims, hmac),
      NOT_A_TOKEN,
    ],
    ['none', assembleToken({ ...header, alg: 'none' }, claims, () => Buffer.of(0)), NOT_A_TOKEN],
    [
      'PKCS #1 with another hash',
      assembleToken(header, claims, input => sign('sha512', input, rs256.privateKey)),
      WRONG_SIGNATURE,
    ],
    [
      'a short RSA signature',
      assembleToken(header, claims, () => Buffer.alloc(255, 1)),
      WRONG_SIGNATURE,
    ],
    [
      'zeros of ECDSA',
      assembleToken({ alg: 'ES256', kid: 'key-ES256' }, claims, () => Buffer.alloc(64)),
      WRONG_SIGNATURE,
    ],
    [
      'ECDSA in DER',
      assembleToken({ alg: 'ES256', kid: 'key-ES256' }, claims, input =>
        sign('sha256', input, es256.privateKey),
      ),
      WRONG_SIGNATURE,
    ],
    ['a wrong kid', signToken(rs256, claims, { kid: 'key-RS257' }), NO_KEY],
    ['the kid of another type of key', signToken(rs256, claims, { kid: 'key-ES256' }), NO_KEY],
    ['an algorithm that the key is not for', signToken(rs256, claims, { alg: 'RS512' }), NO_KEY],
    ['the algorithm of another curve', signToken(es256, claims, { alg: 'ES384' }), NO_KEY],
    [
      'a key in the header',
      signToken(createKeyPair('RS256', 'x'), claims, { jwk: createKeyPair('RS256', 'x').jwk }),
      NO_KEY,
    ],
  ])('is refused: %s', async (_, token, message) => {
    await expectRefusal(token, INVALID, message)
  })

  it('covers every character', async () => {
    for (let position = 0; position < good.length; position += 13) {
      const character = good[position] === 'A' ? 'B' : 'A'
      const changed = good.slice(0, position) + character + good.slice(position + 1)
      await expect(verifier.verify(changed, findAmong(provider))).rejects.toThrow(
        expect.objectContaining({ code: INVALID }),
      )
    }
  })

  it.each([
    ['too weak a key', createRsaJwk(1024), NO_KEY],
    ['no JSON', '{', NO_KEY],
  ])('is refused with inline keys that are %s', async (_, inlineJwks, message) => {
    await expectRefusal(good, INVALID, message, [createProvider(ISSUER, { inlineJwks })])
  })

  it('is refused by a key that its issuer has revoked', async () => {
    const revoked = { ...rs256.jwk, revoked: { revoked_at: NOW_SECONDS - 1 } }
    const inlineJwks = JSON.stringify({ keys: [revoked] })
    await expectRefusal(
      good,
      'IDPRejectedClaim',
      'The identity provider has revoked the key that signed the token',
      [createProvider(ISSUER, { inlineJwks })],
    )
  })

  it('is checked with inline keys as they stand now', async () => {
    await verifier.verify(good, findAmong(provider))
    const replaced = { ...provider, inlineJwks: formatKeySet(createKeyPair('RS256', 'key-RS256')) }
    await expectRefusal(good, INVALID, WRONG_SIGNATURE, [replaced])
    await verifier.verify(good, findAmong(provider))
  })

  function createRsaJwk(bits: number): string {
    const n = Buffer.alloc(bits / 8, 0xff).toString('base64url')
    return JSON.stringify({ keys: [{ kty: 'RSA', kid: 'key-RS256', n, e: 'AQAB' }] })
  }
})

describe('a claim that is null', () => {
  it('is one that the token does not have', async () => {
    const claims = createClaims(ISSUER, {
      azp: null,
      nbf: null,
      amr: null,
      email: null,
      'https://aws.amazon.com/roles': null,
      'https://aws.amazon.com/source_identity': null,
      'https://aws.amazon.com/tags': null,
    })
    const identity = await verifier.verify(signToken(pair('ES256'), claims), findAmong(provider))
    expect(identity).toMatchObject({
      authorizedParty: null,
      sourceIdentity: null,
      sessionTags: [],
      authorizedRoleArns: null,
      authenticationMethods: null,
      email: null,
      providerClaims: new Map(),
    })
    expect(identity.claims.has('azp')).toBe(false)
  })

  it.each(['sub', 'aud', 'exp', 'iat'])('is missed when it is %s', async name => {
    const token = signToken(pair('ES256'), createClaims(ISSUER, { [name]: null }))
    await expectRefusal(token, INVALID, `Missing a required claim: ${name}`)
  })
})

describe('the issuer', () => {
  const es256 = pair('ES256')
  const signFor = (iss: unknown) => signToken(es256, createClaims(ISSUER, { iss }))

  it.each([
    [undefined, 'Missing a required claim: iss'],
    [7, 'The claim iss is not valid: it must be a text'],
    [null, 'Missing a required claim: iss'],
    [`${ISSUER}/`, `No OpenIDConnect provider found in your account for ${ISSUER}/`],
    [
      'https://IDP.example.com/realms/main',
      'No OpenIDConnect provider found in your account for https://IDP.example.com/realms/main',
    ],
    [
      'https://idp.example.com:443/realms/main',
      'No OpenIDConnect provider found in your account for https://idp.example.com:443/realms/main',
    ],
    [
      'idp.example.com/realms/main',
      'No OpenIDConnect provider found in your account for idp.example.com/realms/main',
    ],
    [
      'https://x/\u0007<b>',
      'No OpenIDConnect provider found in your account for the issuer of the token',
    ],
    [
      `https://${'x'.repeat(248)}`,
      'No OpenIDConnect provider found in your account for the issuer of the token',
    ],
    [
      `https://${'x'.repeat(247)}`,
      `No OpenIDConnect provider found in your account for https://${'x'.repeat(247)}`,
    ],
  ])('%j is refused', async (iss, message) => {
    await expectRefusal(signFor(iss), INVALID, message)
  })

  it('is refused where no provider is registered', async () => {
    await expectRefusal(
      signFor(ISSUER),
      INVALID,
      `No OpenIDConnect provider found in your account for ${ISSUER}`,
      [],
    )
  })

  it('may not be our own, also where it is registered', async () => {
    const own = createProvider(OWN_ISSUER, { inlineJwks: formatKeySet(es256) })
    await expectRefusal(
      signFor(OWN_ISSUER),
      INVALID,
      'Tokens from GetWebIdentityToken cannot be exchanged for credentials',
      [own],
    )
  })

  it('is judged by the providers alone: one account’s keys are not another’s', async () => {
    const other = createProvider(ISSUER, { inlineJwks: formatKeySet(pair('RS256')) })
    await expectRefusal(signFor(ISSUER), INVALID, NO_KEY, [other])
  })
})

describe('the claims', () => {
  it('are checked before anything is asked of the network', async () => {
    const remote = createProvider(ISSUER)
    const es256 = pair('ES256')
    await expectRefusal(
      signToken(es256, createClaims(ISSUER, { exp: NOW_SECONDS - 300 })),
      'ExpiredTokenException',
      `Token expired: current date/time ${NOW_SECONDS} must be before the expiration date/time ${NOW_SECONDS - 300}`,
      [remote],
    )
    await expectRefusal(
      signToken(es256, createClaims(ISSUER, { aud: 'elsewhere' })),
      INVALID,
      'Incorrect token audience',
      [remote],
    )
  })

  it('are refused when AWS’s own are malformed', async () => {
    const claims = createClaims(ISSUER, { 'https://aws.amazon.com/tags': 'Team=platform' })
    await expectRefusal(
      signToken(pair('ES256'), claims),
      INVALID,
      'The claim https://aws.amazon.com/tags is not valid: it must be an object',
    )
  })

  it('do not reach an error with their token', async () => {
    const token = signToken(createKeyPair('ES256', 'key-ES256'), createClaims(ISSUER))
    const error: unknown = await verifier.verify(token, findAmong(provider)).catch(caught => caught)
    const printed = inspect(error, { depth: 9 })
    for (const part of token.split('.')) expect(printed).not.toContain(part)
  })
})
