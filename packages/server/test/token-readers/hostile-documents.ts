import { createKeyPair } from '../../src/web-identity/test/tokens.ts'
import {
  BOTH,
  type Case,
  change,
  EC,
  good,
  PUBLISHED,
  RSA,
  setOf,
  show,
  WRONG_VALUES,
  withSet,
} from './case.ts'
import { formatDiscovery, ISSUER } from './readers.ts'

const KEY_MEMBERS = [
  ...['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use', 'key_ops', 'revoked', 'exp', 'x5c'],
  ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'constructor'],
]

const WRONG_KEY_VALUES = [
  ...WRONG_VALUES,
  ...[['verify'], ['sign'], ['verify', 'sign'], ['verify', 1], 'verify', 'sig', 'enc'],
  ...['RSA', 'EC', 'oct', 'OKP', 'P-256', 'P-384', 'P-521', 'secp256k1', 'EC\u0000'],
  ...['AQAB', 'AQ', 'Aw', 'AAEAAQ', 'AQAAAAE', 'gAAAAQ', 'AQAA'],
]

function* keys(): Generator<Case> {
  for (const pair of BOTH) {
    const { kid } = pair.jwk
    for (const member of KEY_MEMBERS) {
      for (const value of WRONG_KEY_VALUES) {
        const set = setOf(change(pair.jwk, member, value))
        yield withSet(`key ${kid}: ${member} is ${show(value)}`, set, good(pair))
      }
    }
    for (const member of ['x', 'y', 'n', 'e'].filter(name => name in pair.jwk)) {
      const text = String(pair.jwk[member])
      const spellings = {
        padded: `${text}=`,
        'led by zeros': Buffer.from(
          `0000${Buffer.from(text, 'base64url').toString('hex')}`,
          'hex',
        ).toString('base64url'),
        'cut by a byte': Buffer.from(text, 'base64url').subarray(1).toString('base64url'),
        'with a line feed': `${text}\n`,
        'in base64': Buffer.from(text, 'base64url').toString('base64'),
        'of other bytes': Buffer.from(text, 'base64url').reverse().toString('base64url'),
      }
      for (const [name, spelling] of Object.entries(spellings)) {
        yield withSet(
          `key ${kid}: ${member} ${name}`,
          setOf({ ...pair.jwk, [member]: spelling }),
          good(pair),
        )
      }
    }
    const half = pair.privateKey.export({ format: 'jwk' })
    yield withSet(`key ${kid}: with its private half`, setOf({ ...pair.jwk, ...half }), good(pair))
  }
  for (const bits of [512, 1024, 2047, 2048, 3072, 4096, 4097, 8192, 8193, 16_384]) {
    yield withSet(`key rsa: of ${bits} bits`, setOf({ ...RSA.jwk, n: modulus(bits) }), good(RSA))
  }
}

function modulus(bits: number): string {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff)
  bytes[0] = 0xff >> (bytes.length * 8 - bits)
  return bytes.toString('base64url')
}

function* keySets(): Generator<Case> {
  const { jwk } = EC
  const text = JSON.stringify(jwk)
  const fill = (count: number): string =>
    setOf(
      jwk,
      ...Array.from({ length: count - 1 }, (_, index) => ({ kty: 'oct', kid: `${index}` })),
    )
  const sets: Readonly<Record<string, string>> = {
    'no text': '',
    'a page': '<html></html>',
    'a list': `[${text}]`,
    null: 'null',
    'one key alone': text,
    'no keys': '{}',
    'keys null': '{"keys":null}',
    'keys an object': `{"keys":{"ec":${text}}}`,
    'no key': setOf(),
    'more members': `{"issuer":"x","keys":[${text}]}`,
    'keys twice': `{"keys":[${text}],"keys":[${text}]}`,
    'keys twice, once escaped': `{"keys":[],"k\\u0065ys":[${text}]}`,
    'keys escaped': `{"k\\u0065ys":[${text}]}`,
    'kid twice in a key': `{"keys":[${text.replace('{', '{"kid":"ec",')}]}`,
    'a comma at the end': `{"keys":[${text},]}`,
    'white space': ` \r\n\t{ "keys" : [ ${text} ] } `,
    'a byte order mark': `\ufeff${setOf(jwk)}`,
    'something behind': `${setOf(jwk)} {}`,
    'entries of other kinds': setOf(null, 1, 'x', [], [jwk], jwk, true),
    '64 keys': fill(64),
    '65 keys': fill(65),
    'a name that needs an escape': `{"a\\"":1,"keys":[${text}]}`,
    'half a character': `{"a":"\\udead","keys":[${text}]}`,
    'a number beyond doubles': `{"a":1e400,"keys":[${text}]}`,
    '16 levels': `{"a":${'['.repeat(15)}${']'.repeat(15)},"keys":[${text}]}`,
    '17 levels': `{"a":${'['.repeat(16)}${']'.repeat(16)},"keys":[${text}]}`,
    'the key twice': setOf(jwk, jwk),
    'the kid of a key of the same kind': setOf(jwk, createKeyPair('ES384', 'ec').jwk),
    'the kid of a key of another type': setOf(jwk, { ...RSA.jwk, kid: 'ec' }),
    'the kid of a key for encryption': setOf({ ...jwk, use: 'enc' }, jwk),
    'the kid of a revoked key': setOf({ ...jwk, revoked: {} }, jwk),
    'the kid in other letters': setOf({ ...jwk, kid: 'EC' }),
    'another key of that kid': setOf(createKeyPair('ES384', 'ec').jwk),
  }
  for (const [name, jwks] of Object.entries(sets)) yield withSet(`key set: ${name}`, jwks, good(EC))
}

function* discoveries(): Generator<Case> {
  const documents: Readonly<Record<string, string>> = {
    'no text': '',
    'a list': '[]',
    'no issuer': formatDiscovery({ issuer: undefined }),
    'another issuer': formatDiscovery({ issuer: 'https://other.example.com' }),
    'the issuer with a slash': formatDiscovery({ issuer: `${ISSUER}/` }),
    'the issuer in capitals': formatDiscovery({ issuer: ISSUER.toUpperCase() }),
    'issuer a list': formatDiscovery({ issuer: [ISSUER] }),
    'issuer twice': `{"issuer":"${ISSUER}",${formatDiscovery().slice(1)}`,
    'no jwks_uri': formatDiscovery({ jwks_uri: undefined }),
    'jwks_uri null': formatDiscovery({ jwks_uri: null }),
    'jwks_uri a list': formatDiscovery({ jwks_uri: [`${ISSUER}/keys`] }),
    'jwks_uri relative': formatDiscovery({ jwks_uri: '/keys' }),
    'jwks_uri by http': formatDiscovery({ jwks_uri: 'http://idp.example.com/keys' }),
    'jwks_uri of a file': formatDiscovery({ jwks_uri: 'file:///keys' }),
    'jwks_uri with a user': formatDiscovery({ jwks_uri: 'https://user@idp.example.com/keys' }),
    'jwks_uri with a password': formatDiscovery({ jwks_uri: 'https://:a@idp.example.com/keys' }),
    'jwks_uri with a fragment': formatDiscovery({ jwks_uri: `${ISSUER}/keys#a` }),
    'jwks_uri on the usual port': formatDiscovery({ jwks_uri: `${ISSUER}:443/keys` }),
    'jwks_uri on another port': formatDiscovery({ jwks_uri: `${ISSUER}:8443/keys` }),
    'jwks_uri with a query': formatDiscovery({ jwks_uri: `${ISSUER}/keys?v=1` }),
    'jwks_uri elsewhere': formatDiscovery({ jwks_uri: 'https://keys.example.com/keys' }),
  }
  for (const [name, discovery] of Object.entries(documents)) {
    yield { name: `discovery: ${name}`, token: good(EC), answers: { discovery, jwks: PUBLISHED } }
  }
}

/** Keys, key sets and discovery documents that differ from good ones in one thing. */
export function listHostileDocuments(): readonly Case[] {
  return [...keys(), ...keySets(), ...discoveries()]
}
