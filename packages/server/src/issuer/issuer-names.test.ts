import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../../test/support/clock.ts'
import type { IssuerNameSetting } from '../principals/issuer-url-setting.ts'
import { createIssuerNames } from './issuer-names.ts'
import { IssuerUrlError } from './issuer-url.ts'

const ID = '3c0e2a4b-65a5-4b57-9a0c-7f6a7f4e8d11'
const DISCOVERY = '/.well-known/openid-configuration'
const HOUR_MS = 3600_000
const END_MS = Date.UTC(2027, 0, 31)

function toSetting(text: string, untilMs: number | null = null): IssuerNameSetting {
  const url = text.includes('{id}')
    ? { hostPattern: text, allowInsecure: true }
    : { baseUrl: text, allowInsecure: true }
  return { url, untilMs }
}

function createNames(texts: readonly string[], signAs: string | null = null) {
  const [main = '', ...aliases] = texts
  const settings = [toSetting(main), ...aliases.map(text => toSetting(text))] as const
  return createIssuerNames(settings, signAs, createTestClock())
}

describe('the name that a request is for', () => {
  const names = createNames([
    'https://new.example',
    'https://old.example',
    'https://old.example/legacy',
    'https://{id}.tokens.example',
    'https://old.example:8443',
  ])
  it.each([
    ['new.example', '', 'https://new.example'],
    ['old.example', '', 'https://old.example'],
    ['OLD.Example', '', 'https://old.example'],
    ['old.example:443', '', 'https://old.example'],
    ['old.example:8443', '', 'https://old.example:8443'],
    ['old.example:1', '', 'https://old.example'],
    ['old.example', '/legacy', 'https://old.example/legacy'],
    ['old.example:8443', '/legacy', 'https://old.example/legacy'],
    // A host that nobody has makes no name: the path decides, and then the order.
    ['10.0.0.1:8080', '', 'https://new.example'],
    ['10.0.0.1:8080', '/legacy', 'https://old.example/legacy'],
    ['old.example.', '', 'https://new.example'],
    ['old.example.evil.example', '', 'https://new.example'],
    ['evil.example/old.example', '', 'https://new.example'],
    ['user@old.example', '', 'https://new.example'],
    ['old.example, new.example', '', 'https://new.example'],
    ['old.example:x', '', 'https://new.example'],
    ['', '', 'https://new.example'],
  ])('for %j and %j is %s', (host, prefix, name) => {
    expect(names.findDocumentAddress(host, `${prefix}/${ID}${DISCOVERY}`)).toEqual({
      name,
      issuerId: ID,
      document: 'discovery',
    })
  })

  it('has the issuer in its host where its pattern says so', () => {
    const name = 'https://{id}.tokens.example'
    const address = { name, issuerId: ID, document: 'discovery' }
    expect(names.findDocumentAddress(`${ID}.tokens.example`, DISCOVERY)).toEqual(address)
    expect(names.findDocumentAddress('x.tokens.example', DISCOVERY)).toBeNull()
    expect(names.findDocumentAddress('new.example', DISCOVERY)).toBeNull()
  })
})

describe('the name that stands in tokens', () => {
  it('is the main one, or what the installation or the account says', () => {
    const texts = ['https://a.example', 'https://b.example', 'https://{id}.c.example']
    expect(createNames(texts).findSigningName(null).text).toBe('https://a.example')
    const names = createNames(texts, 'https://b.example')
    expect(names.findSigningName(null).text).toBe('https://b.example')
    expect(names.findSigningName('https://{id}.c.example').text).toBe('https://{id}.c.example')
    expect(names.findSigningName('https://gone.example').text).toBe('https://b.example')
  })

  it('leaves a name an hour before it ends, so that no token outlives its name', () => {
    let nowMs = 0
    const settings = [
      toSetting('https://a.example'),
      toSetting('https://b.example', END_MS),
    ] as const
    const names = createIssuerNames(settings, null, { nowMs: () => nowMs })
    const [, ending] = names.all
    if (ending === undefined) throw new Error('there is no alias')
    const at = (ms: number) => {
      nowMs = ms
      return [names.findSigningName('https://b.example').text, names.isServed(ending)]
    }
    expect(at(END_MS - HOUR_MS)).toEqual(['https://b.example', true])
    expect(at(END_MS - HOUR_MS + 1)).toEqual(['https://a.example', true])
    expect(at(END_MS - 1)).toEqual(['https://a.example', true])
    expect(at(END_MS)).toEqual(['https://a.example', false])
  })

  it('must be configured', () => {
    expect(() => createNames(['https://a.example'], 'https://b.example')).toThrow(IssuerUrlError)
  })
})

describe('URLs of our own issuers', () => {
  it('are those of all names, also of one that has ended', () => {
    const settings = [
      toSetting('https://a.example'),
      toSetting('https://b.example/x', 0),
      toSetting('https://{id}.c.example'),
    ] as const
    const names = createIssuerNames(settings, null, createTestClock())
    expect(names.findOwnIssuerId(`https://a.example/${ID}`)).toBe(ID)
    expect(names.findOwnIssuerId(`https://b.example/x/${ID}`)).toBe(ID)
    expect(names.findOwnIssuerId(`https://${ID}.c.example`)).toBe(ID)
    for (const url of [`https://b.example/${ID}`, `http://a.example/${ID}`, 'https://a.example']) {
      expect(names.findOwnIssuerId(url)).toBeNull()
    }
  })
})

it('property: under each name the documents are those of the name, whatever the others are', () => {
  const host = fc.constantFrom('a.example', 'b.a.example', 'a.example:8443', 'localhost:4747')
  const path = fc.constantFrom('', '/x', '/x/y', `/${ID}`)
  const text = fc.oneof(
    fc.tuple(host, path).map(([host, path]) => `https://${host}${path}`),
    host.map(host => `https://{id}.${host}`),
    host.map(host => `https://t.{id}.${host}`),
  )
  const texts = fc.uniqueArray(text, { minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(texts, fc.uuid({ version: 4 }), (texts, issuerId) => {
      const names = createNames(texts)
      for (const name of names.all) {
        const url = new URL(`${name.formatIssuerUrl(issuerId)}${DISCOVERY}`)
        expect(names.findDocumentAddress(url.host, url.pathname)).toEqual({
          name: name.text,
          issuerId,
          document: 'discovery',
        })
        expect(names.findOwnIssuerId(name.formatIssuerUrl(issuerId))).toBe(issuerId)
      }
    }),
    { numRuns: 300 },
  )
})

it('property: what stands in a token is served for as long as the token is good', () => {
  const text = fc.constantFrom('https://a.example', 'https://b.example', 'https://{id}.c.example')
  const end = fc.option(fc.integer({ min: 0, max: 10 * HOUR_MS }))
  const aliases = fc.uniqueArray(fc.record({ text, end }), { selector: alias => alias.text })
  const instant = fc.integer({ min: 0, max: 12 * HOUR_MS })
  const lifeMs = fc.integer({ min: 0, max: HOUR_MS - 1 })
  fc.assert(
    fc.property(aliases, fc.option(text), instant, lifeMs, (aliases, own, issuedMs, lifeMs) => {
      let nowMs = issuedMs
      const names = createIssuerNames(
        [
          toSetting('https://main.example'),
          ...aliases.map(({ text, end }) => toSetting(text, end)),
        ],
        null,
        { nowMs: () => nowMs },
      )
      const name = names.findSigningName(own)
      nowMs += lifeMs
      expect(names.all).toContain(name)
      expect(names.isServed(name)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

it('property: no request makes a name', () => {
  const texts = ['https://a.example', 'https://b.example/x', 'https://{id}.c.example']
  const names = createNames(texts)
  const piece = fc.constantFrom(
    'a.example',
    'b.example',
    ID,
    '.c.example',
    ':443',
    '.',
    '@',
    '[',
    '/',
  )
  const host = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 4 }).map(pieces => pieces.join('')),
  )
  const prefix = fc.constantFrom('', `/${ID}`, `/x/${ID}`)
  fc.assert(
    fc.property(host, prefix, (host, prefix) => {
      const address = names.findDocumentAddress(host, `${prefix}${DISCOVERY}`)
      if (address !== null) expect(texts).toContain(address.name)
    }),
  )
})
