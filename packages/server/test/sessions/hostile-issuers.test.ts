import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../src/principals/entities.ts'
import { addAccount } from '../support/accounts.ts'
import {
  addOidcProvider,
  createIssuerKeys,
  DISCOVERY,
  type IssuerKeys,
  KEYS,
  type OidcIssuer,
  startOidcIssuer,
} from '../support/oidc-issuer.ts'
import { trustProvider } from '../support/policies.ts'
import { addRole } from '../support/roles.ts'
import { startTestServer } from '../support/server.ts'
import { expectError, readCredentials } from '../support/sts-calls.ts'
import {
  ACCOUNT,
  exchangeToken,
  type IssuerWorld,
  NO_KEY,
  startIssuerWorld,
} from '../support/worlds/issuer.ts'

const NOW = 1_795_378_339

let keys: IssuerKeys
let world: IssuerWorld

beforeAll(async () => {
  keys = await createIssuerKeys()
})

beforeEach(async () => {
  world = await startIssuerWorld(keys)
})

afterEach(() => world[Symbol.asyncDispose]())

async function expectGood(token?: string): Promise<void> {
  readCredentials(await world.exchange(token ?? (await world.sign())))
}

const UNREACHABLE = () =>
  [
    400,
    'IDPCommunicationError',
    `The identity provider ${world.issuer.url} could not be reached`,
  ] as const

describe('an issuer', () => {
  const answers = (path: string, answer: Parameters<OidcIssuer['documents']['set']>[1]) =>
    world.issuer.documents.set(path, answer)

  it.each<
    [what: string, misbehave: () => unknown, refusal: () => readonly [number, string, string]]
  >([
    ['has no discovery document', () => world.issuer.documents.delete(DISCOVERY), () => NO_KEY],
    ['has no keys', () => answers(KEYS, { keys: [] }), () => NO_KEY],
    ['has nothing like keys', () => answers(KEYS, ['RS256']), () => NO_KEY],
    [
      'speaks for another one',
      () => answers(DISCOVERY, { issuer: 'https://other.example', jwks_uri: world.issuer.url }),
      () => NO_KEY,
    ],
    [
      'sends to another place',
      () =>
        answers(DISCOVERY, response =>
          response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end(),
        ),
      () => NO_KEY,
    ],
    [
      'has its keys on this machine, where it was not listed',
      () => answers(DISCOVERY, { issuer: world.issuer.url, jwks_uri: world.server.endpoint }),
      () => NO_KEY,
    ],
    [
      'has its keys in a private network',
      () => answers(DISCOVERY, { issuer: world.issuer.url, jwks_uri: 'https://10.0.0.1/keys' }),
      () => NO_KEY,
    ],
    [
      'sends more than anybody wants to read',
      () => answers(KEYS, response => response.writeHead(200).end('x'.repeat(1_000_000))),
      () => NO_KEY,
    ],
    ['fails', () => answers(KEYS, response => response.writeHead(500).end()), UNREACHABLE],
    ['hangs up', () => answers(KEYS, response => response.destroy()), UNREACHABLE],
    [
      'has revoked the key',
      () =>
        answers(KEYS, {
          keys: world.issuer.jwks.keys.map(jwk => ({ ...jwk, revoked: { revoked_at: NOW } })),
        }),
      () => [
        403,
        'IDPRejectedClaim',
        'The identity provider has revoked the key that signed the token',
      ],
    ],
  ])('that %s', async (_what, misbehave, refusal) => {
    misbehave()
    expectError(await world.exchange(await world.sign()), refusal())
  })

  it('that is not there', async () => {
    const token = await world.sign()
    await world.issuer[Symbol.asyncDispose]()
    expectError(await world.exchange(token), UNREACHABLE())
  })

  it('that is not listed is not even asked', async () => {
    await using other = await startOidcIssuer({ keys })
    await addOidcProvider(world.server, world.account, other.url)
    expectError(await world.exchange(await other.sign(world.server.clock.nowMs())), NO_KEY)
    expect(other.asked).toEqual([])
  })

  it('makes the server ask no listed origin but its own', async () => {
    await using neighbour = await startOidcIssuer({ keys })
    const settings = { 'webIdentity.listedOrigins': `${world.issuer.url},${neighbour.url}` }
    await using server = await startTestServer({ settings })
    const account = await addAccount(server, ACCOUNT)
    const { arn } = await addOidcProvider(server, account, world.issuer.url)
    const role = await addRole(server, account, 'r', { trust: trustProvider(arn) })
    const discovery = { issuer: world.issuer.url, jwks_uri: `${neighbour.url}${KEYS}` }
    world.issuer.documents.set(DISCOVERY, discovery)
    const exchange = async () =>
      exchangeToken(server, role.arn, await world.issuer.sign(server.clock.nowMs()))
    expectError(await exchange(), NO_KEY)
    expect(neighbour.asked).toEqual([])
    // The same keys at the origin of the issuer are good.
    world.issuer.documents.set(DISCOVERY, {
      ...discovery,
      jwks_uri: `${world.issuer.url}${KEYS}`,
    })
    server.clock.moveBy(10_000)
    readCredentials(await exchange())
  })

  it('is asked once for many tokens, and again for no made-up kid', async () => {
    await Promise.all(Array.from({ length: 10 }, () => expectGood()))
    expect(world.issuer.asked).toEqual([DISCOVERY, KEYS])
    for (let index = 0; index < 5; index += 1) {
      expectError(await world.exchange(await world.sign({}, { kid: `made-up-${index}` })), NO_KEY)
    }
    expect(world.issuer.asked).toEqual([DISCOVERY, KEYS])
  })

  it('is not asked for tokens that could never be good', async () => {
    await world.exchange(await world.sign({ aud: 'other' }))
    await world.exchange(await world.sign({ exp: NOW - 3600 }))
    expect(world.issuer.asked).toEqual([])
  })

  it('is left alone for a while after it has failed', async () => {
    const published = world.issuer.documents.get(KEYS) ?? {}
    world.issuer.documents.set(KEYS, response => response.writeHead(503).end())
    expectError(await world.exchange(await world.sign()), UNREACHABLE())
    world.issuer.documents.set(KEYS, published)
    expectError(await world.exchange(await world.sign()), UNREACHABLE())
    expect(world.issuer.asked).toEqual([DISCOVERY, KEYS])
    world.server.clock.moveBy(10_000)
    await expectGood()
  })

  it('may change its keys', async () => {
    await expectGood()
    await using rotated = await startOidcIssuer()
    const jwks = rotated.jwks.keys.map(jwk => ({ ...jwk, kid: `new-${jwk.kid}` }))
    world.issuer.documents.set(KEYS, { keys: jwks })
    const signAnew = () =>
      rotated.sign(world.server.clock.nowMs(), { iss: world.issuer.url }, { kid: 'new-RS256' })
    expectError(await world.exchange(await signAnew()), NO_KEY)
    world.server.clock.moveBy(30_000)
    await expectGood(await signAnew())
    expectError(await world.exchange(await world.sign()), NO_KEY)
  })

  it('that never answers keeps nobody else waiting', async () => {
    await using silent = await startOidcIssuer({ keys })
    const settings = { 'webIdentity.listedOrigins': `${world.issuer.url},${silent.url}` }
    await using both = await startTestServer({ settings })
    const home = await addAccount(both, ACCOUNT)
    const other = await addAccount(both, '222222222222')
    const quick = await addOidcProvider(both, home, world.issuer.url)
    const slow = await addOidcProvider(both, other, silent.url)
    const ask = async (owner: Account, arn: string, token: string) => {
      const role = await addRole(both, owner, 'r', { trust: trustProvider(arn) })
      return () => exchangeToken(both, role.arn, token)
    }
    const held = Promise.withResolvers<void>()
    silent.documents.set(DISCOVERY, response => {
      void held.promise.then(() => response.destroy())
    })
    const askSlow = await ask(other, slow.arn, await silent.sign(both.clock.nowMs()))
    const askQuick = await ask(home, quick.arn, await world.issuer.sign(both.clock.nowMs()))
    const waiting = Array.from({ length: 20 }, askSlow)
    readCredentials(await askQuick())
    held.resolve()
    for (const answer of await Promise.all(waiting)) {
      expect(answer.body).toContain('<Code>IDPCommunicationError</Code>')
    }
    // All of them have waited for one and the same answer.
    expect(silent.asked).toEqual([DISCOVERY])
  })

  it('that cannot be reached may have its keys in the account', async () => {
    const unreachable = 'https://idp.internal.example'
    const inlineJwks = JSON.stringify(world.issuer.jwks)
    const { arn } = await addOidcProvider(world.server, world.account, unreachable, { inlineJwks })
    const role = await addRole(world.server, world.account, 'inline', { trust: trustProvider(arn) })
    const token = await world.sign({ iss: unreachable })
    const answer = await exchangeToken(world.server, role.arn, token)
    readCredentials(answer)
    expect(world.issuer.asked).toEqual([])
  })
})
