import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseAccountId } from '../principals/identifiers.ts'
import { MemoryBudget } from '../runtime/memory-budget.ts'
import { createWebIdentityVerifier } from './create-web-identity-verifier.ts'
import { createHttpsFetch } from './https-fetch.ts'
import { WEB_IDENTITY_LIMITS, type WebIdentityLimits } from './limits.ts'
import {
  type IdpServer,
  type Responder,
  sendForever,
  sendNothing,
  sendStatus,
  sendText,
  startIdpServer,
} from './test/idp-server.ts'
import {
  createClaims,
  createKeyPair,
  createProvider,
  findAmong,
  formatKeySet,
  type IssuerKeyPair,
  NOW_SECONDS,
  signToken,
} from './test/tokens.ts'

const DISCOVERY = '/.well-known/openid-configuration'
const one = createKeyPair('ES256', 'one')
const two = createKeyPair('ES256', 'two')
const UNREACHABLE = /^IDPCommunicationError: The identity provider http:\S+ could not be reached$/
const NO_KEY = /^InvalidIdentityToken: Couldn't retrieve verification key from your identity /

let idp: IdpServer
let idpB: IdpServer
let nowMs: number
beforeEach(async () => {
  idp = await startIdpServer()
  idpB = await startIdpServer()
  nowMs = NOW_SECONDS * 1000
  for (const server of [idp, idpB]) publish(server, one)
})
afterEach(() => Promise.all([idp.close(), idpB.close()]))

function publish(server: IdpServer, ...keys: readonly IssuerKeyPair[]): void {
  const discovery = { issuer: server.origin, jwks_uri: `${server.origin}/keys` }
  server.answers.set(DISCOVERY, sendText(JSON.stringify(discovery)))
  server.answers.set('/keys', sendText(formatKeySet(...keys)))
}

const publishDiscovery = (members: unknown): void => {
  idp.answers.set(DISCOVERY, sendText(JSON.stringify(members)))
}

function createVerifier(change: Partial<WebIdentityLimits> = {}, listed = [idp, idpB]) {
  const { verify } = createWebIdentityVerifier({
    clock: { nowMs: () => nowMs },
    fetchDocument: createHttpsFetch({
      listedOrigins: listed.map(server => server.origin),
      resolvers: { public: async () => ['127.0.0.1'], listed: async () => ['127.0.0.1'] },
      certificateAuthorities: null,
    }),
    findOwnIssuer: async () => null,
    limits: { ...WEB_IDENTITY_LIMITS, loadTimeoutMs: 2000, ...change },
    memory: new MemoryBudget(10_000_000),
    onRefused: () => {},
  })
  /** Verifies a fresh token of the server, and gives its subject or the refusal. */
  return async (server: IdpServer, key = one, accountId = '123456789012'): Promise<string> => {
    const iat = Math.floor(nowMs / 1000)
    const token = signToken(key, createClaims(server.origin, { iat, exp: iat + 300, sub: 'me' }))
    const provider = createProvider(server.origin, { accountId: parseAccountId(accountId) })
    return verify(token, findAmong(provider)).then(
      identity => identity.subject,
      error => `${error.code}: ${error.message}`,
    )
  }
}

describe('keys over the network', () => {
  it('are found through discovery, once for all who wait', async () => {
    const verify = createVerifier()
    expect(await Promise.all([verify(idp), verify(idp), verify(idp)])).toEqual(['me', 'me', 'me'])
    expect(await verify(idp)).toBe('me')
    expect(idp.asked).toEqual([DISCOVERY, '/keys'])
  })

  it('are kept as long as the issuer says, within bounds', async () => {
    idp.answers.set('/keys', sendText(formatKeySet(one), { 'cache-control': 'max-age=900' }))
    const verify = createVerifier()
    await verify(idp)
    nowMs += 700_000
    await verify(idp)
    expect(idp.asked).toHaveLength(2)
    nowMs += 200_000
    await verify(idp)
    expect(idp.asked).toHaveLength(4)
  })

  it('are picked up when they change, with a pause between two looks', async () => {
    const verify = createVerifier()
    await verify(idp)
    publish(idp, two)
    nowMs += 29_999
    expect(await verify(idp, two)).toMatch(NO_KEY)
    expect(idp.asked).toHaveLength(2)
    nowMs += 1
    expect(await verify(idp, two)).toBe('me')
    expect(await verify(idp, one)).toMatch(NO_KEY)
    expect(idp.asked).toHaveLength(4)
  })

  it('that change at every look are looked at once in a while only', async () => {
    let count = 0
    idp.answers.set('/keys', (_, response) => {
      count += 1
      response.end(formatKeySet(createKeyPair('ES256', `key-${count}`)))
    })
    const verify = createVerifier()
    for (let attempt = 0; attempt < 20; attempt++) await verify(idp)
    expect(count).toBe(1)
  })

  it('belong to one account: another loads its own', async () => {
    const verify = createVerifier()
    await verify(idp, one, '111111111111')
    await verify(idp, one, '222222222222')
    expect(idp.asked).toHaveLength(4)
  })

  it('are bounded in memory', async () => {
    const verify = createVerifier({ maxCachedKeys: 4 })
    for (const server of [idp, idpB, idp, idpB]) await verify(server)
    expect([idp.asked.length, idpB.asked.length]).toEqual([2, 2])
    publish(idpB, one, two)
    nowMs += 30_000
    await verify(idpB, two)
    await verify(idp)
    expect([idp.asked.length, idpB.asked.length]).toEqual([4, 4])
  })
})

describe('a provider', () => {
  it.each<[string, string, () => void, RegExp]>([
    ['that knows no discovery', DISCOVERY, () => idp.answers.delete(DISCOVERY), NO_KEY],
    ['that knows no keys', '/keys', () => idp.answers.delete('/keys'), NO_KEY],
    ['that is down', DISCOVERY, () => answer(DISCOVERY, sendStatus(503)), UNREACHABLE],
    [
      'that hangs up',
      '/keys',
      () => answer('/keys', request => request.socket.destroy()),
      UNREACHABLE,
    ],
    [
      'that redirects to a private address',
      DISCOVERY,
      () => answer(DISCOVERY, sendStatus(302, { location: `${idpB.origin}/secret` })),
      NO_KEY,
    ],
    [
      'that redirects to its keys',
      '/keys',
      () => answer('/keys', sendStatus(307, { location: `${idpB.origin}/keys` })),
      NO_KEY,
    ],
    ['that sends no end', '/keys', () => answer('/keys', sendForever), NO_KEY],
    [
      'that sends a web page',
      DISCOVERY,
      () => answer(DISCOVERY, sendText('<!doctype html>')),
      NO_KEY,
    ],
    [
      'of another name',
      DISCOVERY,
      () => publishDiscovery({ issuer: idpB.origin, jwks_uri: `${idp.origin}/keys` }),
      NO_KEY,
    ],
    [
      'of the same name with a slash',
      DISCOVERY,
      () => publishDiscovery({ issuer: `${idp.origin}/`, jwks_uri: `${idp.origin}/keys` }),
      NO_KEY,
    ],
    [
      'that repeats a member',
      DISCOVERY,
      () =>
        answer(
          DISCOVERY,
          sendText(`{"issuer":"${idp.origin}","jwks_uri":"a","jwks_uri":"${idp.origin}/keys"}`),
        ),
      NO_KEY,
    ],
    ['without jwks_uri', DISCOVERY, () => publishDiscovery({ issuer: idp.origin }), NO_KEY],
    [
      'with a relative jwks_uri',
      DISCOVERY,
      () => publishDiscovery({ issuer: idp.origin, jwks_uri: '/keys' }),
      NO_KEY,
    ],
    [
      'with keys in plain http',
      DISCOVERY,
      () => publishDiscovery({ issuer: idp.origin, jwks_uri: 'http://keys.example.com/' }),
      NO_KEY,
    ],
    [
      'with keys at a private address',
      DISCOVERY,
      () => publishDiscovery({ issuer: idp.origin, jwks_uri: 'https://169.254.169.254/latest' }),
      NO_KEY,
    ],
    [
      'with keys at a name that leads to one',
      DISCOVERY,
      () => publishDiscovery({ issuer: idp.origin, jwks_uri: 'https://rebind.example.com/' }),
      NO_KEY,
    ],
    [
      'with keys at a listed origin, which is not its own',
      DISCOVERY,
      () => publishDiscovery({ issuer: idp.origin, jwks_uri: `${idpB.origin}/keys` }),
      NO_KEY,
    ],
    [
      'with keys in a file',
      DISCOVERY,
      () => publishDiscovery({ issuer: idp.origin, jwks_uri: 'file:///etc/passwd' }),
      NO_KEY,
    ],
    ['with keys that are no list', '/keys', () => answer('/keys', sendText('{"keys":{}}')), NO_KEY],
  ])('%s is refused, and not asked again for a while', async (_, last, spoil, refusal) => {
    const verify = createVerifier()
    spoil()
    expect(await verify(idp)).toMatch(refusal)
    expect(idp.asked.at(-1)).toBe(last)
    const askedBefore = idp.asked.length
    nowMs += 9_999
    publish(idp, one)
    expect(await verify(idp)).toMatch(refusal)
    expect(idp.asked).toHaveLength(askedBefore)
    nowMs += 1
    expect(await verify(idp)).toBe('me')
    expect(idpB.asked).toEqual([])
  })

  it('with symmetric keys alone has none for the token, and is not asked again for a while', async () => {
    const verify = createVerifier()
    answer('/keys', sendText('{"keys":[{"kty":"oct","k":"AA","kid":"one"}]}'))
    expect(await verify(idp)).toMatch(NO_KEY)
    const askedBefore = idp.asked.length
    nowMs += 29_999
    publish(idp, one)
    expect(await verify(idp)).toMatch(NO_KEY)
    expect(idp.asked).toHaveLength(askedBefore)
    nowMs += 1
    expect(await verify(idp)).toBe('me')
  })

  it('in plain http is not asked unless it is listed', async () => {
    expect(await createVerifier({}, [idpB])(idp)).toMatch(NO_KEY)
    expect(idp.asked).toEqual([])
  })

  it.each<[string, Responder]>([
    ['answers nothing', sendNothing],
    ['sends a byte now and then', (_, response) => void response.writeHead(200).write(' ')],
  ])('that %s is given up after a time, for both documents together', async (_, slow) => {
    answer('/keys', slow)
    const verify = createVerifier({ loadTimeoutMs: 150 })
    expect(await Promise.all([verify(idp), verify(idp)])).toEqual([
      expect.stringMatching(UNREACHABLE),
      expect.stringMatching(UNREACHABLE),
    ])
    expect(idp.asked).toEqual([DISCOVERY, '/keys'])
  })

  it('that is slow keeps nobody else waiting', async () => {
    answer(DISCOVERY, sendNothing)
    const verify = createVerifier({ loadTimeoutMs: 20_000 })
    let isSlowDone = false
    const slow = verify(idp).finally(() => {
      isSlowDone = true
    })
    expect(await Promise.all(Array.from({ length: 50 }, () => verify(idpB)))).toEqual(
      Array(50).fill('me'),
    )
    expect(isSlowDone).toBe(false)
    await idp.close()
    expect(await slow).toMatch(UNREACHABLE)
    idp = await startIdpServer()
  })

  it('that is slow takes the places of its own account alone', async () => {
    answer(DISCOVERY, sendNothing)
    const verify = createVerifier({ loadTimeoutMs: 20_000, maxLoadsPerAccount: 1, maxLoads: 2 })
    const slow = verify(idp, one, '111111111111')
    await expect.poll(() => idp.asked).toHaveLength(1)
    const behind = verify(idpB, one, '111111111111')
    expect(await verify(idpB, one, '222222222222')).toBe('me')
    // The other account's two documents alone: its own account's load still waits in line.
    expect(idpB.asked).toHaveLength(2)
    await idp.close()
    expect(await slow).toMatch(UNREACHABLE)
    expect(await behind).toBe('me')
    idp = await startIdpServer()
  })
})

function answer(path: string, responder: Responder): void {
  idp.answers.set(path, responder)
}
