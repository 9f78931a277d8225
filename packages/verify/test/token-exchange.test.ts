import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { VerifyError } from '../src/errors.ts'
import { MAX_FORM_BYTES } from '../src/exchange/read-form.ts'
import { createMemoryReplayStore, createTrust, createVerifier } from '../src/index.ts'
import { createGuard } from '../src/middleware/guard.ts'
import { serveFetch } from '../src/middleware/node-http.ts'
import {
  createTokenExchange,
  ExchangeError,
  type MintedToken,
  type TokenExchangeOptions,
} from '../src/token-exchange.ts'
import { createTestGuard, EXPIRED_TOKEN, GOOD_TOKEN, UNTRUSTED_TOKEN } from './guards.ts'
import { startHttpServer } from './http-server.ts'
import { ACCOUNT, codeThrown, createOptions, EC_KEY, formatJwks, ISSUER, NOW_MS } from './tokens.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt'
const ACCESS_TYPE = 'urn:ietf:params:oauth:token-type:access_token'
const GOOD: readonly (readonly [string, string])[] = [
  ['grant_type', GRANT],
  ['subject_token', GOOD_TOKEN],
  ['subject_token_type', JWT_TYPE],
]
const replace = (name: string, value: string) =>
  GOOD.map(([key, old]) => [key, key === name ? value : old] as const)
const without = (name: string) => GOOD.filter(([key]) => key !== name)

interface Grant {
  readonly role: string
}

/** What a `mint` without types may make. */
const loosely = (minted: unknown): MintedToken => JSON.parse(JSON.stringify(minted))

function setUp(
  overrides: Partial<TokenExchangeOptions<Grant>> = {},
  prepare = (request: Request): Request => request,
) {
  const { guard, onRefusal } = createTestGuard()
  const mint = vi.fn<TokenExchangeOptions<Grant>['mint']>(() => ({
    accessToken: 'own-token',
    expiresInSeconds: 300,
  }))
  const onFailure = vi.fn<(error: unknown) => void>()
  const exchange = createTokenExchange({ guard, mint, onFailure, ...overrides })
  const send = async (
    form: readonly (readonly [string, string])[] | string | Uint8Array<ArrayBuffer> = GOOD,
    headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' },
  ) => {
    const body =
      typeof form === 'string' || form instanceof Uint8Array
        ? form
        : new URLSearchParams(form.map(([name, value]) => [name, value])).toString()
    const request = new Request('http://a/token', { method: 'POST', headers, body })
    const response = await exchange(prepare(request))
    const json: unknown = await response.json()
    return { status: response.status, headers: response.headers, json }
  }
  return { exchange, send, mint, onFailure, onRefusal }
}

/** An exchange whose verifier lets each token be used once, and the codes of what its guard refuses. */
function setUpOnce(state = { nowMs: NOW_MS, isDown: false, trusts: true }) {
  const codes: string[] = []
  const nowMs = () => state.nowMs
  const trust = createTrust([{ name: 'a', when: { accounts: [ACCOUNT] }, grant: { role: 'a' } }])
  const guard = createGuard({
    verifier: createVerifier(
      createOptions({
        issuers: [{ issuer: ISSUER, accounts: null, keys: { jwksUri: `${ISSUER}/jwks` } }],
        fetch: async () =>
          state.isDown ? new Response(null, { status: 503 }) : Response.json(formatJwks(EC_KEY)),
        replay: createMemoryReplayStore({ maxEntries: 10, nowMs }),
        nowMs,
      }),
    ),
    trust: {
      evaluate: token =>
        state.trusts ? trust.evaluate(token) : { isTrusted: false, refusals: [] },
    },
    onRefusal: ({ error }) => codes.push(error.code),
  })
  return { ...setUp({ guard }), codes }
}

describe('a token exchange', () => {
  it('gives the own token of the application for a token that the rules trust', async () => {
    const { send, mint, onFailure } = setUp()
    const { status, headers, json } = await send()
    expect(status).toBe(200)
    expect(json).toEqual({
      access_token: 'own-token',
      issued_token_type: ACCESS_TYPE,
      token_type: 'Bearer',
      expires_in: 300,
    })
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect(mint).toHaveBeenCalledExactlyOnceWith({
      identity: expect.objectContaining({ rule: 'deployers', grant: { role: 'deployer' } }),
      scopes: [],
      audiences: [],
      resources: [],
    })
    expect(onFailure).not.toHaveBeenCalled()
  })

  it('passes on what is asked for, and says which scopes were given', async () => {
    const { send, mint } = setUp()
    mint.mockResolvedValueOnce({ accessToken: 'a', expiresInSeconds: 60, scopes: ['read', 'list'] })
    const { json } = await send([
      ...GOOD,
      ['requested_token_type', ACCESS_TYPE],
      ['scope', 'read write'],
      ['audience', 'a'],
      ['audience', 'b'],
      ['audience', ''],
      ['resource', 'https://orders.example.com/v1'],
      ['unknown', 'x'],
      ['unknown', 'y'],
    ])
    expect(json).toMatchObject({ scope: 'read list', expires_in: 60 })
    expect(mint).toHaveBeenCalledWith({
      identity: expect.anything(),
      scopes: ['read', 'write'],
      audiences: ['a', 'b'],
      resources: ['https://orders.example.com/v1'],
    })
  })

  it.each([
    ['an ID token', replace('subject_token_type', 'urn:ietf:params:oauth:token-type:id_token')],
    [
      'empty parameters, which count as absent',
      [...GOOD, ['scope', ''], ['actor_token', ''], ['resource', ''], ['requested_token_type', '']],
    ],
  ] as const)('accepts %s', async (_, form) => {
    expect((await setUp().send(form)).status).toBe(200)
  })

  it('accepts a form with a character set', async () => {
    const headers = { 'content-type': 'Application/X-WWW-Form-Urlencoded ; charset=UTF-8' }
    expect((await setUp().send(GOOD, headers)).status).toBe(200)
  })

  it.each([
    ['no grant type', without('grant_type'), 'invalid_request', 'grant_type is missing'],
    [
      'another grant type',
      replace('grant_type', 'client_credentials'),
      'unsupported_grant_type',
      `grant_type must be ${GRANT}`,
    ],
    [
      'two grant types',
      [...GOOD, ['grant_type', GRANT]],
      'invalid_request',
      'grant_type must not be repeated',
    ],
    ['no subject token', without('subject_token'), 'invalid_request', 'subject_token is missing'],
    [
      'an empty subject token',
      replace('subject_token', ''),
      'invalid_request',
      'subject_token is missing',
    ],
    [
      'two subject tokens',
      [...GOOD, ['subject_token', GOOD_TOKEN]],
      'invalid_request',
      'subject_token must not be repeated',
    ],
    [
      'no type of the subject token',
      without('subject_token_type'),
      'invalid_request',
      'subject_token_type is missing',
    ],
    [
      'another type of the subject token',
      replace('subject_token_type', 'urn:ietf:params:oauth:token-type:saml2'),
      'invalid_request',
      'subject_token_type must be urn:ietf:params:oauth:token-type:jwt or urn:ietf:params:oauth:token-type:id_token',
    ],
    [
      'another token asked for',
      [...GOOD, ['requested_token_type', 'urn:ietf:params:oauth:token-type:refresh_token']],
      'invalid_request',
      `requested_token_type must be ${ACCESS_TYPE}`,
    ],
    [
      'an actor',
      [...GOOD, ['actor_token', 'x']],
      'invalid_request',
      'actor_token is not supported',
    ],
    [
      'the type of an actor',
      [...GOOD, ['actor_token_type', 'x']],
      'invalid_request',
      'actor_token is not supported',
    ],
    [
      'two scopes',
      [...GOOD, ['scope', 'a'], ['scope', 'b']],
      'invalid_request',
      'scope must not be repeated',
    ],
    [
      'a scope of wrong characters',
      [...GOOD, ['scope', 'a"b']],
      'invalid_scope',
      'scope must be names separated by single spaces',
    ],
    [
      'a scope with a backslash',
      [...GOOD, ['scope', 'a\\b']],
      'invalid_scope',
      'scope must be names separated by single spaces',
    ],
    [
      'two spaces in a scope',
      [...GOOD, ['scope', 'a  b']],
      'invalid_scope',
      'scope must be names separated by single spaces',
    ],
    [
      'a relative resource',
      [...GOOD, ['resource', '/orders']],
      'invalid_target',
      'resource must be an absolute URI without fragment',
    ],
    [
      'a resource with a fragment',
      [...GOOD, ['resource', 'https://a.example/#x']],
      'invalid_target',
      'resource must be an absolute URI without fragment',
    ],
    [
      'a malformed token',
      replace('subject_token', 'x'),
      'invalid_request',
      'subject_token is refused',
    ],
    [
      'a token with a comma',
      replace('subject_token', 'a,b'),
      'invalid_request',
      'subject_token is refused',
    ],
    [
      'an expired token',
      replace('subject_token', EXPIRED_TOKEN),
      'invalid_request',
      'subject_token is refused',
    ],
    [
      'a token of nobody',
      replace('subject_token', UNTRUSTED_TOKEN),
      'invalid_request',
      'subject_token is refused',
    ],
  ] as const)('refuses %s', async (_, form, error, description) => {
    const { send, mint, onFailure } = setUp()
    const { status, headers, json } = await send(form)
    expect([status, json]).toEqual([400, { error, error_description: description }])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.has('allow')).toBe(false)
    expect(mint).not.toHaveBeenCalled()
    expect(onFailure).not.toHaveBeenCalled()
  })

  it('tells the log why it refuses a token', async () => {
    const { send, onRefusal } = setUp()
    await send(replace('subject_token', EXPIRED_TOKEN))
    await send(replace('subject_token', UNTRUSTED_TOKEN))
    expect(onRefusal.mock.calls.map(([refusal]) => refusal.error.code)).toEqual([
      'token_expired',
      'trust_refused',
    ])
  })

  it.each([
    ['JSON', '{}', { 'content-type': 'application/json' }],
    ['a type that begins alike', '', { 'content-type': 'application/x-www-form-urlencodedx' }],
    ['a type that ends alike', '', { 'content-type': 'x-application/x-www-form-urlencoded' }],
  ])('refuses a body of %s', async (_, body, headers) => {
    expect((await setUp().send(body, headers)).json).toEqual({
      error: 'invalid_request',
      error_description: 'the body must be application/x-www-form-urlencoded',
    })
  })

  it.each([
    ['in the middle', [0x61, 0xff, 0x62]],
    ['at the end', [0x61, 0xc3]],
  ])('refuses a body that is not UTF-8 %s', async (_, bytes) => {
    const { status, json } = await setUp().send(Uint8Array.from(bytes))
    expect([status, json]).toEqual([
      400,
      { error: 'invalid_request', error_description: 'the body is not UTF-8' },
    ])
  })

  it('reads characters that come in two pieces', async () => {
    const { exchange, mint } = setUp()
    const form = `${new URLSearchParams(GOOD.map(([name, value]) => [name, value]))}&audience=ü`
    const bytes = new TextEncoder().encode(form)
    const body = ReadableStream.from([bytes.subarray(0, -1), bytes.subarray(-1)])
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    await exchange(new Request('http://a/', { method: 'POST', headers, body, duplex: 'half' }))
    expect(mint).toHaveBeenCalledWith(expect.objectContaining({ audiences: ['ü'] }))
  })

  it('refuses a request without a body, or without a type', async () => {
    const { exchange } = setUp()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const bodiless = await exchange(new Request('http://a/', { method: 'POST', headers }))
    expect(await bodiless.json()).toMatchObject({ error_description: 'grant_type is missing' })
    const untyped = await exchange(new Request('http://a/', { method: 'POST' }))
    expect(await untyped.json()).toMatchObject({
      error_description: expect.stringMatching(/^the body must/),
    })
  })

  it.each([
    ['as a stream', (request: Request) => request],
    // As in Firefox, whose requests have no `body`.
    ['as bytes', (request: Request) => Object.defineProperty(request, 'body', {})],
  ])('reads the longest body %s, and not one byte more', async (_, prepare) => {
    const form = new URLSearchParams(GOOD.map(([name, value]) => [name, value])).toString()
    const padded = `${form}&x=`.padEnd(MAX_FORM_BYTES, 'x')
    expect((await setUp({}, prepare).send(padded)).status).toBe(200)
    const { status, json } = await setUp({}, prepare).send(`${padded}x`)
    expect([status, json]).toEqual([
      413,
      { error: 'invalid_request', error_description: 'the body may have 65536 bytes' },
    ])
  })

  it('answers to POST alone', async () => {
    const response = await setUp().exchange(new Request('http://a/token'))
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect(await response.json()).toEqual({
      error: 'invalid_request',
      error_description: 'the method must be POST',
    })
  })

  it('has an error of its own name', () => {
    expect(String(new ExchangeError('invalid_scope', 'not for you'))).toBe(
      'ExchangeError: not for you',
    )
  })

  it.each(['invalid_scope', 'invalid_target'] as const)('lets mint refuse: %s', async code => {
    const { send, onFailure } = setUp({
      mint: () => {
        throw new ExchangeError(code, 'not for you')
      },
    })
    const { status, json } = await send()
    expect([status, json]).toEqual([400, { error: code, error_description: 'not for you' }])
    expect(onFailure).not.toHaveBeenCalled()
  })

  it.each<readonly [string, () => MintedToken | Promise<MintedToken>, string]>([
    ['throws', () => Promise.reject(new Error('the key is gone')), 'the key is gone'],
    ...[undefined, null, '', 7, 'a\nb', 'ü'].map(
      (accessToken): readonly [string, () => MintedToken, string] => [
        `makes the token ${JSON.stringify(accessToken)}`,
        () => loosely({ accessToken, expiresInSeconds: 1 }),
        'mint made no access token: it is no text of visible ASCII characters',
      ],
    ),
    ...['read', {}, [''], ['a b'], ['a"b'], [7], null].map(
      (scopes): readonly [string, () => MintedToken, string] => [
        `makes a token with the scopes ${JSON.stringify(scopes)}`,
        () => loosely({ accessToken: 'a', expiresInSeconds: 1, scopes }),
        'mint made a token whose scopes are no list of names',
      ],
    ),
    [
      'makes a token that is over',
      () => ({ accessToken: 'a', expiresInSeconds: 0 }),
      'mint made a token for 0 s, not 1 to 3600',
    ],
    [
      'makes a token that lives too long',
      () => ({ accessToken: 'a', expiresInSeconds: 3601 }),
      'mint made a token for 3601 s, not 1 to 3600',
    ],
    [
      'makes a token for half a second',
      () => ({ accessToken: 'a', expiresInSeconds: 1.5 }),
      'mint made a token for 1.5 s, not 1 to 3600',
    ],
  ])('fails when mint %s', async (_, mint, message) => {
    const { send, onFailure } = setUp({ mint })
    const { status, json } = await send()
    expect([status, json]).toEqual([500, { error: 'server_error' }])
    expect(onFailure).toHaveBeenCalledExactlyOnceWith(new Error(message))
  })

  it('fails when mint makes nothing', async () => {
    const { send, mint, onFailure } = setUp()
    mint.mockImplementationOnce(() => Object.create(null))
    expect(await send()).toMatchObject({ status: 500, json: { error: 'server_error' } })
    mint.mockImplementationOnce(() => JSON.parse('null'))
    expect(await send()).toMatchObject({ status: 500, json: { error: 'server_error' } })
    expect(onFailure).toHaveBeenCalledTimes(2)
  })

  it('says nothing of scopes that a token lacks when none was asked for', async () => {
    const { send, mint } = setUp()
    mint.mockResolvedValueOnce({ accessToken: 'a', expiresInSeconds: 60, scopes: [] })
    const { status, json } = await send()
    expect(status).toBe(200)
    expect(json).not.toHaveProperty('scope')
  })

  it('refuses when none of the scopes that were asked for is given', async () => {
    const { send, mint, onFailure } = setUp()
    mint.mockResolvedValueOnce({ accessToken: 'a', expiresInSeconds: 60, scopes: [] })
    const { status, json } = await send([...GOOD, ['scope', 'read write']])
    expect([status, json]).toEqual([
      400,
      { error: 'invalid_scope', error_description: 'none of the scopes is granted' },
    ])
    expect(onFailure).not.toHaveBeenCalled()
  })

  it('names the scopes that mint names', async () => {
    const { send, mint } = setUp()
    mint.mockResolvedValueOnce({ accessToken: 'a', expiresInSeconds: 60, scopes: ['read'] })
    expect((await send()).json).toMatchObject({ scope: 'read' })
    mint.mockResolvedValueOnce({ accessToken: 'a', expiresInSeconds: 60 })
    expect((await send([...GOOD, ['scope', 'read']])).json).not.toHaveProperty('scope')
    mint.mockImplementationOnce(({ scopes }) => ({
      accessToken: 'a',
      expiresInSeconds: 60,
      scopes,
    }))
    expect((await send([...GOOD, ['scope', 'read']])).json).toMatchObject({ scope: 'read' })
  })

  it('bounds the life of tokens as it is told', async () => {
    const mint = () => ({ accessToken: 'a', expiresInSeconds: 60 })
    expect((await setUp({ mint, maxLifetimeSeconds: 60 }).send()).status).toBe(200)
    expect((await setUp({ mint, maxLifetimeSeconds: 59 }).send()).status).toBe(500)
    const longest = () => ({ accessToken: 'a', expiresInSeconds: 3600 })
    expect((await setUp({ mint: longest }).send()).status).toBe(200)
    const shortest = () => ({ accessToken: 'a', expiresInSeconds: 1 })
    expect((await setUp({ mint: shortest, maxLifetimeSeconds: 1 }).send()).status).toBe(200)
  })

  it.each([0, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'cannot be made with a bound of %d',
    maxLifetimeSeconds => {
      const run = () => setUp({ maxLifetimeSeconds })
      expect(codeThrown(run)).toBe('options_invalid')
      expect(run).toThrow('maxLifetimeSeconds is not a whole number of at least 1')
    },
  )

  it('cannot be made with an option that there isn’t', () => {
    const misspelt: object = { maxLifetime: 60 }
    expect(() => setUp(misspelt)).toThrow('there is no option "maxLifetime"; ')
  })

  it.each<readonly [string, (setup: ReturnType<typeof setUpOnce>) => Promise<unknown>, boolean]>([
    [
      'the body is no form',
      ({ send }) => send('{}', { 'content-type': 'application/json' }),
      false,
    ],
    ['the grant type is missing', ({ send }) => send(without('grant_type')), false],
    ['a scope is malformed', ({ send }) => send([...GOOD, ['scope', 'a"b']]), false],
    [
      'mint refuses a scope',
      ({ send, mint }) => {
        mint.mockRejectedValueOnce(new ExchangeError('invalid_scope', 'x'))
        return send()
      },
      true,
    ],
    [
      'mint fails',
      ({ send, mint }) => {
        mint.mockRejectedValueOnce(new Error('x'))
        return send()
      },
      true,
    ],
    ['it was exchanged', ({ send }) => send(), true],
  ])('uses a token up, or not, when %s', async (_, act, isUsedUp) => {
    const setup = setUpOnce()
    await act(setup)
    expect((await setup.send()).status).toBe(isUsedUp ? 400 : 200)
    expect(setup.codes).toEqual(isUsedUp ? ['token_replayed'] : [])
  })

  it.each([
    ['no rule lets it in', 'trust_refused', true],
    ['it is not yet valid', 'token_not_yet_valid', false],
    ['its keys are out of reach', 'keys_unavailable', false],
  ])('uses a token up, or not, when %s', async (_, code, isUsedUp) => {
    const state = { nowMs: NOW_MS, isDown: false, trusts: true }
    if (code === 'trust_refused') state.trusts = false
    if (code === 'token_not_yet_valid') state.nowMs = NOW_MS - 3_600_000
    if (code === 'keys_unavailable') state.isDown = true
    const setup = setUpOnce(state)
    await setup.send()
    Object.assign(state, { nowMs: NOW_MS + 10_000, isDown: false, trusts: true })
    expect((await setup.send()).status).toBe(isUsedUp ? 400 : 200)
    expect(setup.codes).toEqual(isUsedUp ? [code, 'token_replayed'] : [code])
  })

  it('says that it is unavailable when keys are', async () => {
    const { guard } = createTestGuard()
    const refusal = {
      status: 503,
      headers: {},
      rules: [],
      error: new VerifyError('keys_unavailable', 'x'),
    } as const
    const down = {
      ...guard,
      authenticate: async () => ({ isAuthenticated: false, refusal }) as const,
    }
    const { status, json } = await setUp({ guard: down }).send()
    expect([status, json]).toEqual([503, { error: 'temporarily_unavailable' }])
  })
})

describe('serveFetch', () => {
  const form = new URLSearchParams(GOOD.map(([name, value]) => [name, value]))

  it('serves a token exchange from node:http', async () => {
    const { exchange } = setUp()
    const onFailure = vi.fn()
    await using server = await startHttpServer(serveFetch(exchange, onFailure))
    const response = await fetch(`${server.origin}/token`, { method: 'POST', body: form })
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.objectContaining({ access_token: 'own-token' }),
    ])
    expect(response.headers.get('cache-control')).toBe('no-store')
    const tooLarge = await fetch(server.origin, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'x'.repeat(1_000_000),
    })
    expect(tooLarge.status).toBe(413)
    expect((await fetch(server.origin)).status).toBe(405)
    expect((await fetch(server.origin, { method: 'HEAD' })).status).toBe(405)
    expect(onFailure).not.toHaveBeenCalled()
  })

  it('hands over method, path, query and every header', async () => {
    const seen = vi.fn()
    await using server = await startHttpServer(
      serveFetch(async request => {
        seen(request.method, request.url, request.headers.get('x-twice'), await request.text())
        return new Response('ok', {
          status: 201,
          headers: [
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
          ],
        })
      }, vi.fn()),
    )
    const response = await fetch(`${server.origin}/a/b?c=d`, {
      method: 'PUT',
      headers: [
        ['x-twice', '1'],
        ['x-twice', '2'],
      ],
      body: 'text',
    })
    expect([response.status, await response.text(), response.headers.getSetCookie()]).toEqual([
      201,
      'ok',
      ['a=1', 'b=2'],
    ])
    expect(seen).toHaveBeenCalledExactlyOnceWith('PUT', 'http://localhost/a/b?c=d', '1, 2', 'text')
  })

  it.each([
    ['OPTIONS *', 'http://localhost/'],
    ['GET http://evil.example/x?y=z#f', 'http://localhost/x?y=z'],
    ['GET HTTPS://evil.example', 'http://localhost/'],
    ['GET ftp://evil.example/x', 'http://localhost/'],
    ['GET xhttp://evil.example/x', 'http://localhost/'],
    ['GET http://evil.example:99999/x', 'http://localhost/'],
    ['GET //evil.example/x', 'http://localhost//evil.example/x'],
  ])('takes the path from %s', async (line, url) => {
    const seen = Promise.withResolvers<string>()
    await using server = await startHttpServer(
      serveFetch(async request => {
        seen.resolve(request.url)
        return new Response(null, { status: 204 })
      }, seen.reject),
    )
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1')
    socket.write(`${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    socket.resume()
    expect(await seen.promise).toBe(url)
    await once(socket, 'close')
  })

  it('shows the handler a TRACE, which a token exchange refuses by its method', async () => {
    const { exchange } = setUp()
    const onFailure = vi.fn()
    const forwarded = vi.fn()
    const handler = (request: Request) => {
      forwarded(request.method, new Request(request).method)
      return exchange(request)
    }
    await using server = await startHttpServer(serveFetch(handler, onFailure))
    const outgoing = httpRequest(`${server.origin}/token`, { method: 'TRACE' })
    outgoing.end()
    const [response]: IncomingMessage[] = await once(outgoing, 'response')
    response?.resume()
    expect([response?.statusCode, response?.headers.allow]).toEqual([405, 'POST'])
    expect(forwarded).toHaveBeenCalledExactlyOnceWith('TRACE', 'X-TRACE')
    expect(onFailure).not.toHaveBeenCalled()
  })

  it('answers 500 when the handler rejects, and tells', async () => {
    const onFailure = vi.fn()
    await using server = await startHttpServer(
      serveFetch(() => Promise.reject(new Error('of the handler')), onFailure),
    )
    const response = await fetch(server.origin)
    expect([response.status, await response.text()]).toEqual([500, ''])
    expect(onFailure).toHaveBeenCalledExactlyOnceWith(new Error('of the handler'))
  })
})
