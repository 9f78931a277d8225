import { describe, expect, it, vi } from 'vitest'
import { startIssuer } from '../../test/http-server.ts'
import type { Fetch } from './fetch-document.ts'
import { createDiscoveryLoader, createJwksLoader } from './load-from-issuer.ts'

const ISSUER = 'https://sts.example.com'
/** A `fetch` that knows these documents. */
const serve = (documents: Record<string, unknown>) =>
  vi.fn<Fetch>(async url => ({
    status: url in documents ? 200 : 404,
    headers: new Headers({ 'cache-control': 'max-age=77' }),
    body: new Blob([JSON.stringify(documents[url])]).stream(),
  }))
const discover = (
  document: unknown,
  options: { issuer?: string; allowInsecureHttp?: boolean; url?: string } = {},
) => {
  const { issuer = ISSUER, allowInsecureHttp = false } = options
  const url = options.url ?? `${issuer}/.well-known/openid-configuration`
  const fetch = serve({
    [url]: document,
    [`${ISSUER}/jwks`]: { keys: [] },
    'http://sts.example.com/jwks': { keys: [] },
    'https://sts.example.com/issuer/7/jwks': { keys: [] },
  })
  const load = createDiscoveryLoader(issuer, allowInsecureHttp, { fetch, timeoutMs: 1000 })
  return { fetch, load }
}

describe('loading keys by discovery', () => {
  it('asks for the discovery document, then for the keys that it names', async () => {
    const { fetch, load } = discover({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` })
    expect(await load()).toEqual({ jwks: { keys: [] }, freshSeconds: 77, expiresAtMs: null })
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([
      'https://sts.example.com/.well-known/openid-configuration',
      'https://sts.example.com/jwks',
    ])
  })

  it('works over HTTP where that is allowed', async () => {
    await using issuer = await startIssuer({ keys: [{ kid: 'x' }] })
    const load = createDiscoveryLoader(issuer.origin, true, { fetch, timeoutMs: 5000 })
    expect(await load()).toEqual({
      jwks: { keys: [{ kid: 'x' }] },
      freshSeconds: null,
      expiresAtMs: null,
    })
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/.well-known/jwks.json'])
  })

  it.each([
    [
      'a path',
      'https://sts.example.com/issuer/7',
      'https://sts.example.com/issuer/7/.well-known/openid-configuration',
    ],
    [
      'a slash at the end',
      'https://sts.example.com/issuer/7/',
      'https://sts.example.com/issuer/7/.well-known/openid-configuration',
    ],
    [
      'a port',
      'https://sts.example.com:8443',
      'https://sts.example.com:8443/.well-known/openid-configuration',
    ],
  ])('knows where the document of an issuer with %s is', async (_, issuer, url) => {
    const jwksUri = new URL('/jwks', issuer).href
    const { fetch, load } = discover({ issuer, jwks_uri: jwksUri }, { issuer, url })
    await load().catch(() => undefined)
    expect(fetch.mock.calls.map(([asked]) => asked)).toEqual([url, jwksUri])
  })

  it.each([
    [
      'names another issuer',
      { issuer: 'https://evil.example', jwks_uri: `${ISSUER}/jwks` },
      'names the issuer "https://evil.example"',
    ],
    [
      'names the issuer with a slash',
      { issuer: `${ISSUER}/`, jwks_uri: `${ISSUER}/jwks` },
      'names the issuer "https://sts.example.com/"',
    ],
    ['names no issuer', { jwks_uri: `${ISSUER}/jwks` }, 'names the issuer undefined'],
    ['has no jwks_uri', { issuer: ISSUER }, 'undefined is not a URL'],
    [
      'has a jwks_uri that is no URL',
      { issuer: ISSUER, jwks_uri: '/jwks' },
      '"/jwks" is not a URL',
    ],
    [
      'has a jwks_uri that is a list',
      { issuer: ISSUER, jwks_uri: [`${ISSUER}/jwks`] },
      'object is not a URL',
    ],
    [
      'sends for keys over http',
      { issuer: ISSUER, jwks_uri: 'http://sts.example.com/jwks' },
      'is not https',
    ],
    [
      'sends for keys to another host',
      { issuer: ISSUER, jwks_uri: 'https://evil.example/jwks' },
      'has another origin, https://evil.example',
    ],
    [
      'sends for keys to another port',
      { issuer: ISSUER, jwks_uri: 'https://sts.example.com:444/jwks' },
      'has another origin',
    ],
    [
      'sends for keys to a subdomain',
      { issuer: ISSUER, jwks_uri: 'https://a.sts.example.com/jwks' },
      'has another origin',
    ],
    [
      'sends for keys to a file',
      { issuer: ISSUER, jwks_uri: 'file:///etc/passwd' },
      'is not https',
    ],
    [
      'puts a password into the URL',
      { issuer: ISSUER, jwks_uri: 'https://u:p@sts.example.com/jwks' },
      'has credentials or a fragment',
    ],
    [
      'puts a user into the URL',
      { issuer: ISSUER, jwks_uri: 'https://u@sts.example.com/jwks' },
      'has credentials or a fragment',
    ],
    [
      'puts a fragment into the URL',
      { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks#x` },
      'has credentials or a fragment',
    ],
  ])('refuses a document that %s', async (_, document, reason) => {
    const { fetch, load } = discover(document)
    const loading = load()
    await expect(loading).rejects.toThrow(reason)
    await expect(loading).rejects.toMatchObject({ code: 'discovery_invalid' })
    expect(fetch).toHaveBeenCalledOnce()
  })

  it('refuses a document that sends from http to https: that is another origin', async () => {
    const issuer = 'http://sts.example.com'
    const { load } = discover(
      { issuer, jwks_uri: `${ISSUER}/jwks` },
      { issuer, allowInsecureHttp: true },
    )
    await expect(load()).rejects.toThrow('has another origin')
  })

  it('allows http for keys where it is allowed for the issuer', async () => {
    const issuer = 'http://sts.example.com'
    const { load } = discover(
      { issuer, jwks_uri: 'http://sts.example.com/jwks' },
      { issuer, allowInsecureHttp: true },
    )
    await expect(load()).resolves.toMatchObject({ jwks: { keys: [] } })
  })

  it('follows a jwks_uri that has moved', async () => {
    await using issuer = await startIssuer({ keys: [] })
    const load = createDiscoveryLoader(issuer.origin, true, { fetch, timeoutMs: 5000 })
    await load()
    issuer.discovery = { jwks_uri: `${issuer.origin}/moved` }
    await expect(load()).rejects.toMatchObject({ code: 'fetch_failed' })
    expect(issuer.requests.at(-1)).toBe('/moved')
  })

  it('fails when the issuer is down', async () => {
    await using issuer = await startIssuer({ keys: [] })
    issuer.isDown = true
    const load = createDiscoveryLoader(issuer.origin, true, { fetch, timeoutMs: 5000 })
    await expect(load()).rejects.toMatchObject({ code: 'fetch_failed' })
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration'])
  })
})

describe('loading keys from a configured URL', () => {
  it('asks for nothing else', async () => {
    const fetch = serve({ 'https://cdn.example.net/keys': { keys: [] } })
    const load = createJwksLoader('https://cdn.example.net/keys', { fetch, timeoutMs: 1000 })
    expect(await load()).toEqual({ jwks: { keys: [] }, freshSeconds: 77, expiresAtMs: null })
    expect(fetch).toHaveBeenCalledOnce()
  })
})
