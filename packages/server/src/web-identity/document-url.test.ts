import { describe, expect, it } from 'vitest'
import { parseDocumentUrl, parseListedOrigin } from './document-url.ts'
import { KeySourceError } from './key-source-error.ts'

const listed = new Set(['http://127.0.0.1:8080', 'https://idp.internal:8443'])

describe('parseDocumentUrl', () => {
  it.each([
    ['https://idp.example.com/keys?p=1', false],
    ['https://idp.example.com:443/keys', false],
    ['http://127.0.0.1:8080/keys', true],
    ['https://idp.internal:8443/keys', true],
  ])('accepts %s', (text, isListed) => {
    expect(parseDocumentUrl(text, listed)).toEqual({ url: new URL(text), isListed })
  })

  it.each([
    'http://idp.example.com/keys',
    'https://idp.example.com:8443/keys',
    'http://127.0.0.1:8081/keys',
    'https://127.0.0.1:8080/keys',
    'http://127.0.0.1/keys',
    'http://idp.internal:8443/keys',
    'ftp://idp.example.com/keys',
    'file:///etc/passwd',
    'data:application/json,{}',
    'https://user@idp.example.com/keys',
    'https://:secret@idp.example.com/keys',
    'https://idp.example.com/keys#x',
    '/keys',
    '',
  ])('refuses %s', text => {
    expect(() => parseDocumentUrl(text, listed)).toThrow(KeySourceError)
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
