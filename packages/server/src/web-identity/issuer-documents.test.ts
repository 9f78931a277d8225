import { describe, expect, it } from 'vitest'
import {
  KeySourceError,
  parseDocumentUrl,
  parseListedOrigin,
  readFreshSeconds,
} from './issuer-documents.ts'

const listed = new Set(['http://127.0.0.1:8080', 'https://idp.internal:8443'])

describe('parseDocumentUrl', () => {
  it.each([
    ['https://idp.example.com/keys?p=1', 'https://idp.example.com', false],
    ['https://idp.example.com:443/keys', 'https://idp.example.com/path', false],
    ['https://keys.example.com/keys', 'https://idp.example.com', false],
    ['https://keys.example.com/keys', 'https://idp.internal:8443', false],
    ['http://127.0.0.1:8080/keys', 'http://127.0.0.1:8080', true],
    ['https://idp.internal:8443/keys', 'https://idp.internal:8443/path/', true],
  ])('accepts %s for %s', (text, issuer, isListed) => {
    expect(parseDocumentUrl(text, issuer, listed)).toEqual({ url: new URL(text), isListed })
  })

  it.each([
    ['https://idp.internal:8443/keys', 'https://idp.example.com'],
    ['https://idp.internal:8443/keys', 'https://idp.internal'],
    ['https://idp.internal:8443/keys', 'https://idp.internal:8443.example.com'],
    ['https://idp.internal:8443/keys', 'https://other.internal:8443'],
    ['https://idp.internal:8443/keys', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/keys', 'https://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/keys', 'idp'],
  ])('refuses the listed %s for %s', (text, issuer) => {
    const origin = new URL(text).origin
    expect(() => parseDocumentUrl(text, issuer, listed)).toThrow(
      `${origin} is listed, but not for ${issuer}, which is another origin`,
    )
  })

  const NOT_A_URL = 'an address of the issuer is not a URL'
  const NO_PLACE = 'is neither https on port 443 nor a listed origin'
  const EXTRAS = 'the address on idp.example.com has credentials or a fragment'
  it.each([
    ['http://idp.example.com/keys', `http://idp.example.com ${NO_PLACE}`],
    ['https://idp.example.com:8443/keys', `https://idp.example.com:8443 ${NO_PLACE}`],
    ['http://127.0.0.1:8081/keys', `http://127.0.0.1:8081 ${NO_PLACE}`],
    ['https://127.0.0.1:8080/keys', `https://127.0.0.1:8080 ${NO_PLACE}`],
    ['http://127.0.0.1/keys', `http://127.0.0.1 ${NO_PLACE}`],
    ['http://idp.internal:8443/keys', `http://idp.internal:8443 ${NO_PLACE}`],
    ['ftp://idp.example.com/keys', `ftp://idp.example.com ${NO_PLACE}`],
    ['file:///etc/passwd', `null ${NO_PLACE}`],
    ['data:application/json,{}', `null ${NO_PLACE}`],
    ['https://user@idp.example.com/keys', EXTRAS],
    ['https://:secret@idp.example.com/keys', EXTRAS],
    ['https://idp.example.com/keys#x', EXTRAS],
    ['/keys', NOT_A_URL],
    ['', NOT_A_URL],
  ])('refuses %s', (text, message) => {
    const issuer = URL.parse(text)?.origin ?? ''
    expect(() => parseDocumentUrl(text, issuer, listed)).toThrow(
      new KeySourceError('unusable', message),
    )
  })
})

describe('parseListedOrigin', () => {
  it.each([
    ['https://idp.internal', 'https://idp.internal'],
    ['https://idp.internal:8443/', 'https://idp.internal:8443'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('accepts %s', (text, origin) => {
    expect(parseListedOrigin(text)).toBe(origin)
  })

  it.each([
    'idp.internal',
    'idp.internal:8443',
    'https://idp.internal/path',
    'https://idp.internal?x',
    'https://idp.internal:443',
    'https://IDP.internal',
    'https://user@idp.internal',
    'ftp://idp.internal',
    '*',
    '',
  ])('refuses %s', text => {
    expect(() => parseListedOrigin(text)).toThrow(
      new RangeError(`${text} is not an origin such as https://idp.internal:8443`),
    )
  })
})

describe('readFreshSeconds', () => {
  it.each<[string | null, string | null, number | null]>([
    [null, null, null],
    ['', null, null],
    ['public', '5', null],
    ['max-age=300', null, 300],
    ['public, MAX-AGE=300, must-revalidate', null, 300],
    ['max-age="300"', null, 300],
    ['max-age = 300 ', null, 300],
    ['max-age=300', '100', 200],
    ['max-age=300', '400', 0],
    ['max-age=300', 'soon', 300],
    ['max-age=300, max-age=100', null, 100],
    ['no-store, max-age=300', null, 0],
    ['no-cache', null, 0],
    ['s-maxage=300', null, null],
    ['max-age=-1', null, null],
    ['max-age=1e9', null, null],
    ['max-age=99999999999', null, null],
  ])('reads Cache-Control %j with Age %j as %j', (cacheControl, age, seconds) => {
    expect(readFreshSeconds({ text: '', cacheControl, age })).toBe(seconds)
  })
})
