import * as jose from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAccountId } from '../../src/principals/identifiers.ts'
import { addAccount, addRootKey } from '../support/accounts.ts'
import { readLastEvent } from '../support/audit.ts'
import { call } from '../support/calls.ts'
import { addOidcProvider, CLIENT_ID, createIssuerKeys, SUBJECT } from '../support/oidc-issuer.ts'
import { trust, trustProvider } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { expectError, findInResult, issueToken, readCredentials } from '../support/sts-calls.ts'
import {
  ACCOUNT,
  exchangeToken,
  type IssuerWorld,
  invalidToken,
  NO_KEY,
  startIssuerWorld,
} from '../support/worlds/issuer.ts'

const NOW = 1_795_378_339

let world: IssuerWorld

beforeAll(async () => {
  world = await startIssuerWorld(await createIssuerKeys())
})

afterAll(() => world[Symbol.asyncDispose]())

const sign: IssuerWorld['sign'] = (claims, header) => world.sign(claims, header)

const expired = (exp: number) =>
  [
    400,
    'ExpiredTokenException',
    `Token expired: current date/time ${NOW} must be before the expiration date/time ${exp}`,
  ] as const
const NO_TOKEN = invalidToken(
  'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
)
const WRONG_SIGNATURE = invalidToken('The signature of the token is not valid')

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A token with any header, whose signature is what an attacker can make. */
function forge(header: object, signature: (input: string) => string | Promise<string>) {
  const payload = { iss: world.issuer.url, sub: SUBJECT, aud: CLIENT_ID, iat: NOW, exp: NOW + 300 }
  const input = `${encode(header)}.${encode(payload)}`
  return Promise.resolve(signature(input)).then(made => `${input}.${made}`)
}

async function signWithPublicKey(input: string): Promise<string> {
  const [jwk] = world.issuer.jwks.keys
  const key = await jose.importJWK(jwk ?? {}, 'RS256', { extractable: true })
  if (key instanceof Uint8Array) throw new TypeError('an RSA key is expected')
  const secret = new TextEncoder().encode(await jose.exportSPKI(key))
  const imported = await crypto.subtle.importKey(
    'raw',
    secret,
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const mac = await crypto.subtle.sign('HMAC', imported, new TextEncoder().encode(input))
  return Buffer.from(mac).toString('base64url')
}

describe('a token is refused', () => {
  it.each<
    [what: string, create: () => Promise<string>, refusal: readonly [number, string, string]]
  >([
    ['without a signature', () => forge({ alg: 'none', kid: 'RS256' }, () => ''), NO_TOKEN],
    ['of alg none', () => forge({ alg: 'none', kid: 'RS256' }, () => 'AAAA'), NO_TOKEN],
    [
      'signed by HS256 with the public key',
      () => forge({ alg: 'HS256', kid: 'RS256' }, signWithPublicKey),
      NO_TOKEN,
    ],
    ['without a kid', () => forge({ alg: 'RS256' }, () => 'AAAA'), NO_TOKEN],
    ['with a kid that is not published', () => sign({}, { kid: 'RSA_7' }), NO_KEY],
    ['with the kid of another algorithm', () => sign({}, { kid: 'ES256' }), NO_KEY],
    [
      'with a critical extension',
      () => forge({ alg: 'RS256', kid: 'RS256', crit: ['exp'] }, () => 'AAAA'),
      NO_TOKEN,
    ],
    [
      'with a key of its own',
      () => forge({ alg: 'RS256', kid: 'RS256', jwk: world.issuer.jwks.keys[0] }, () => 'AAAA'),
      WRONG_SIGNATURE,
    ],
    [
      'whose claims were changed',
      async () => {
        const [header, payload, signature] = (await sign()).split('.')
        const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
        return `${header}.${encode({ ...claims, sub: 'repo:other' })}.${signature}`
      },
      WRONG_SIGNATURE,
    ],
    ['that ends with four parts', async () => `${await sign()}.AAAA`, NO_TOKEN],
    ['that is an opaque one', async () => 'gho_16C7e42F292c6912E7710c838347Ae178B4a', NO_TOKEN],
    [
      'of an issuer that is not registered',
      () => sign({ iss: 'https://other.example' }),
      invalidToken('No OpenIDConnect provider found in your account for https://other.example'),
    ],
    [
      'of an issuer that only looks like one',
      () => sign({ iss: `${world.issuer.url}/` }),
      invalidToken('No OpenIDConnect provider found in your account for ISSUER/'),
    ],
    [
      'without an issuer',
      () => sign({ iss: undefined }),
      invalidToken('Missing a required claim: iss'),
    ],
    [
      'without a subject',
      () => sign({ sub: undefined }),
      invalidToken('Missing a required claim: sub'),
    ],
    [
      'without an audience',
      () => sign({ aud: undefined }),
      invalidToken('Missing a required claim: aud'),
    ],
    [
      'without an end',
      () => sign({ exp: undefined }),
      invalidToken('Missing a required claim: exp'),
    ],
    [
      'without a beginning',
      () => sign({ iat: undefined }),
      invalidToken('Missing a required claim: iat'),
    ],
    ['for somebody else', () => sign({ aud: 'other' }), invalidToken('Incorrect token audience')],
    [
      'for several, without azp',
      () => sign({ aud: [CLIENT_ID, 'other'] }),
      invalidToken(
        'Token audience contains more than one audience while authorized party is not present',
      ),
    ],
    [
      'issued to somebody else',
      () => sign({ azp: 'other' }),
      invalidToken('Incorrect token audience'),
    ],
    ['that is over', () => sign({ exp: NOW - 300 }), expired(NOW - 300)],
    [
      'that has not begun',
      () => sign({ nbf: NOW + 301 }),
      invalidToken(
        `Token not yet valid: current date/time ${NOW} must not be before nbf ${NOW + 301}`,
      ),
    ],
    [
      'with tags of AWS',
      () => sign({ 'https://aws.amazon.com/tags': { principal_tags: { 'aws:team': ['x'] } } }),
      invalidToken(
        'The claim https://aws.amazon.com/tags is not valid: it must be a set of at most 50 tags that a session may have',
      ),
    ],
    [
      'with a transitive tag that it does not have',
      () =>
        sign({
          'https://aws.amazon.com/tags': {
            principal_tags: { team: ['x'] },
            transitive_tag_keys: ['project'],
          },
        }),
      invalidToken(
        'The claim https://aws.amazon.com/tags is not valid: it must be an object whose transitive_tag_keys name its tags, each once',
      ),
    ],
  ])('%s', async (_what, create, [status, code, message]) => {
    const answer = await world.exchange(await create())
    expectError(answer, [status, code, message.replace('ISSUER', world.issuer.url)])
    expect(readLastEvent(world.server)).toMatchObject({
      errorCode: code,
      userIdentity: { type: 'Unknown' },
      recipientAccountId: null,
    })
  })

  it('that is good for another account alone', async () => {
    await addAccount(world.server, '222222222222')
    const refusal = invalidToken(
      `No OpenIDConnect provider found in your account for ${world.issuer.url}`,
    )
    expectError(
      await world.exchange(await sign(), 'arn:aws:iam::222222222222:role/deployer'),
      refusal,
    )
    expectError(
      await world.exchange(await sign(), 'arn:aws:iam::333333333333:role/deployer'),
      refusal,
    )
  })

  it('once its provider is no longer registered', async () => {
    const token = await sign()
    readCredentials(await world.exchange(token))
    const [provider] = await world.server.data.store.listOidcProviders(world.account.id)
    await world.server.data.store.deleteOidcProvider(world.account.id, provider?.arn ?? '')
    const text = `No OpenIDConnect provider found in your account for ${world.issuer.url}`
    expectError(await world.exchange(token), invalidToken(text))
    await addOidcProvider(world.server, world.account, world.issuer.url)
  })

  it('once its audience is no longer registered', async () => {
    const token = await sign()
    readCredentials(await world.exchange(token))
    const [provider] = await world.server.data.store.listOidcProviders(world.account.id)
    if (provider === undefined) throw new Error('the provider has vanished')
    await world.server.data.store.saveOidcProvider({ ...provider, clientIds: ['other'] })
    expectError(await world.exchange(token), invalidToken('Incorrect token audience'))
    await world.server.data.store.saveOidcProvider(provider)
  })
})

describe('our own tokens', () => {
  it('are refused, although they are good and their issuer is registered', async () => {
    const role = await addRole(world.server, world.account, 'own', { trust: [trust(ACCOUNT)] })
    const session = readCredentials(await world.exchange(await sign()))
    const { token, claims } = await issueToken(world.server, session, {
      'Audience.member.1': CLIENT_ID,
    })
    const { arn } = await addOidcProvider(world.server, world.account, claims.iss ?? '')
    const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: trustProvider(arn) })
    await world.server.data.store.saveRole({ ...role.role, trustPolicy })
    const answer = await exchangeToken(world.server, role.arn, token)
    const text = 'Tokens from GetWebIdentityToken cannot be exchanged for credentials'
    expectError(answer, invalidToken(text))
  })

  it('are taken in another partition, with keys that nobody asks the network for', async () => {
    const { server, account } = world
    const china = { ...account, id: parseAccountId('333333333333'), partition: 'aws-cn' } as const
    await server.data.store.createAccount(china)
    const session = readCredentials(await world.exchange(await sign()))
    const audience = { 'Audience.member.1': CLIENT_ID }
    const { token, claims } = await issueToken(server, session, audience)
    const { arn } = await addOidcProvider(server, china, claims.iss ?? '')
    const role = await addRole(server, china, 'partner', { trust: trustProvider(arn) })
    const answer = await exchangeToken(server, role.arn, token)
    expect(findInResult(answer, 'SubjectFromWebIdentityToken')).toBe(claims.sub)
    expect(findInResult(answer, 'Provider')).toBe(arn)
    const forged = `${token.slice(0, -4)}AAAA`
    expectError(await exchangeToken(server, role.arn, forged), WRONG_SIGNATURE)
  })

  it('have no issuer that an account of their partition may register', async () => {
    const { server, account } = world
    const root = await addRootKey(server, account)
    const session = readCredentials(await world.exchange(await sign()))
    const { claims } = await issueToken(server, session)
    const nobody = claims.iss?.replace(/[0-9a-f-]{36}$/, crypto.randomUUID()) ?? ''
    for (const Url of [claims.iss ?? '', nobody]) {
      const parameters = { Action: 'CreateOpenIDConnectProvider', Url }
      expectError(await call(server, root, { service: 'iam', parameters }), [
        400,
        'InvalidInput',
        'Creating an OIDC provider with an STS issuer URL from the same partition is not supported. Within a partition, use AssumeRole instead of web identity federation.',
      ])
    }
  })
})
