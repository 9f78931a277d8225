import { describe, expect, it } from 'vitest'
import { createIssuerUrls, IssuerUrlError } from './issuer-url.ts'

const ID = '3c0e2a4b-65a5-4b57-9a0c-7f6a7f4e8d11'
const DISCOVERY = '/.well-known/openid-configuration'
const JWKS = '/.well-known/jwks.json'

const base = (baseUrl: string) => ({ baseUrl, allowInsecure: false })
const pattern = (hostPattern: string) => ({ hostPattern, allowInsecure: false })

describe('createIssuerUrls', () => {
  it.each([
    [base('https://sts.example.org'), `https://sts.example.org/${ID}`],
    [base('https://sts.example.org/a/b'), `https://sts.example.org/a/b/${ID}`],
    [base('https://sts.example.org:8443'), `https://sts.example.org:8443/${ID}`],
    [base('http://127.0.0.1:4747'), `http://127.0.0.1:4747/${ID}`],
    [base('http://127.9.8.7'), `http://127.9.8.7/${ID}`],
    [base('http://[::1]:4747'), `http://[::1]:4747/${ID}`],
    [base('http://localhost:4747/issuers'), `http://localhost:4747/issuers/${ID}`],
    [{ baseUrl: 'http://sts.internal', allowInsecure: true }, `http://sts.internal/${ID}`],
    [pattern('https://{id}.tokens.example.org'), `https://${ID}.tokens.example.org`],
    [pattern('https://tokens.{id}.example.org'), `https://tokens.${ID}.example.org`],
    [pattern('https://{id}.example.org:8443'), `https://${ID}.example.org:8443`],
    [pattern('http://{id}.localhost:4747'), `http://${ID}.localhost:4747`],
    [{ hostPattern: 'http://{id}.internal', allowInsecure: true }, `http://${ID}.internal`],
  ])('%j makes %s', (setting, issuerUrl) => {
    expect(createIssuerUrls(setting).formatIssuerUrl(ID)).toBe(issuerUrl)
  })

  it.each([
    [base('http://sts.example.org'), 'must use https'],
    [base('http://128.0.0.1'), 'must use https'],
    [base('http://127.0.0.1.example.org'), 'must use https'],
    [base('http://notlocalhost'), 'must use https'],
    [base('http://localhost.example.org'), 'must use https'],
    [base('ftp://sts.example.org'), 'is not an https URL'],
    [base('sts.example.org'), 'is not an https URL'],
    [base(''), 'is not an https URL'],
    [base('https://'), 'is not an https URL'],
    [base('https://sts.example.org/'), 'must not end with a slash'],
    [base('https://sts.example.org/a/'), 'must not end with a slash'],
    [base('https://sts.example.org?a=b'), 'must not have a query or a fragment'],
    [base('https://sts.example.org/a?'), 'must not have a query or a fragment'],
    [base('https://sts.example.org#a'), 'must not have a query or a fragment'],
    [base('https://sts.example.org#'), 'must not have a query or a fragment'],
    [base('https://user:word@sts.example.org'), 'must not have a user name or a password'],
    [base('https://user@sts.example.org'), 'must not have a user name or a password'],
    [base('https://STS.example.org'), 'write https://sts.example.org'],
    [base('HTTPS://sts.example.org'), 'write https://sts.example.org'],
    [base('https://sts.example.org:443'), 'write https://sts.example.org'],
    [base('https://sts.example.org/a/../b'), 'write https://sts.example.org/b'],
    [base(' https://sts.example.org'), 'write https://sts.example.org'],
    [base('https://sts.example.org/é'), 'write https://sts.example.org/%C3%A9'],
    [pattern('https://tokens.example.org'), 'must contain {id} exactly once'],
    [pattern('https://{id}.{id}.example.org'), 'must contain {id} exactly once'],
    [pattern('https://a{id}.example.org'), 'as one whole label of its host'],
    [pattern('https://{id}-a.example.org'), 'as one whole label of its host'],
    [pattern('https://example.org/{id}'), 'as one whole label of its host'],
    [pattern('https://{id}.example.org/a'), 'must not have a path'],
    [pattern('https://{id}.example.org/'), 'must not end with a slash'],
    [pattern('https://{id}.example.org?a'), 'must not have a query or a fragment'],
    [pattern('https://{id}.Example.org'), 'write https://{id}.example.org'],
    [pattern('http://{id}.example.org'), 'must use https'],
    [pattern('{id}.example.org'), 'is not an https URL'],
  ])('refuses %j: %s', (setting, message) => {
    expect(() => createIssuerUrls(setting)).toThrow(IssuerUrlError)
    expect(() => createIssuerUrls(setting)).toThrow(message)
  })

  it('does not print a password', () => {
    expect(() => createIssuerUrls(base('https://user:word@sts.example.org'))).not.toThrow('word@')
  })
})

describe('findDocumentAddress', () => {
  it.each([
    [base('https://sts.example.org'), 'sts.example.org', ''],
    [base('https://sts.example.org/a/b'), 'sts.example.org', '/a/b'],
    [base('https://sts.example.org'), 'a-proxy:8080', ''],
  ])('%j finds the documents below its path, asked as %s', (setting, host, prefix) => {
    const { findDocumentAddress } = createIssuerUrls(setting)
    const find = (path: string) => findDocumentAddress(host, path)
    expect(find(`${prefix}/${ID}${DISCOVERY}`)).toMatchObject({
      issuerId: ID,
      document: 'discovery',
    })
    expect(find(`${prefix}/${ID}${JWKS}`)).toMatchObject({ issuerId: ID, document: 'jwks' })
  })

  it.each([
    ['another prefix', `/b/${ID}${JWKS}`],
    ['no prefix', `/${ID}${JWKS}`],
    ['no id', `/a${JWKS}`],
    ['an upper-case id', `/a/${ID.toUpperCase()}${JWKS}`],
    ['a short id', `/a/${ID.slice(1)}${JWKS}`],
    ['an id that is none', `/a/constructor${JWKS}`],
    ['another document', `/a/${ID}/.well-known/other`],
    ['no document', `/a/${ID}`],
    ['a slash at the end', `/a/${ID}${JWKS}/`],
    ['two slashes', `/a//${ID}${JWKS}`],
    ['an escape', `/a/${ID}/%2Ewell-known/jwks.json`],
    ['nothing', ''],
  ])('below a base URL finds nothing for %s', (_, path) => {
    const { findDocumentAddress } = createIssuerUrls(base('https://sts.example.org/a'))
    expect(findDocumentAddress('sts.example.org', path)).toBeNull()
  })

  it.each([
    ['https://{id}.tokens.example.org', `${ID}.tokens.example.org`],
    ['https://{id}.tokens.example.org', `${ID.toUpperCase()}.Tokens.Example.Org`],
    ['https://{id}.tokens.example.org', `${ID}.tokens.example.org:8443`],
    ['https://{id}.tokens.example.org:8443', `${ID}.tokens.example.org`],
    ['https://tokens.{id}.example.org', `tokens.${ID}.example.org`],
    ['http://{id}.localhost:4747', `${ID}.localhost:4747`],
  ])('%s finds the documents of the host %s', (hostPattern, host) => {
    const { findDocumentAddress } = createIssuerUrls(pattern(hostPattern))
    expect(findDocumentAddress(host, DISCOVERY)).toMatchObject({
      issuerId: ID,
      document: 'discovery',
    })
    expect(findDocumentAddress(host, JWKS)).toMatchObject({ issuerId: ID, document: 'jwks' })
  })

  it.each([
    ['another host', `${ID}.example.com`, JWKS],
    ['the host alone', 'tokens.example.org', JWKS],
    ['an empty label', '.tokens.example.org', JWKS],
    ['a label too many', `a.${ID}.tokens.example.org`, JWKS],
    ['an id that is none', 'constructor.tokens.example.org', JWKS],
    ['a longer host', `${ID}.tokens.example.org.evil.example`, JWKS],
    ['no host', '', JWKS],
    ['a longer path', `${ID}.tokens.example.org`, `/a${JWKS}`],
    ['another path', `${ID}.tokens.example.org`, '/'],
  ])('by host finds nothing for %s', (_, host, path) => {
    const { findDocumentAddress } = createIssuerUrls(pattern('https://{id}.tokens.example.org'))
    expect(findDocumentAddress(host, path)).toBeNull()
  })
})
