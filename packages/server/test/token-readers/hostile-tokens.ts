import { sign } from 'node:crypto'
import {
  assembleToken,
  createClaims,
  createKeyPair,
  type IssuerKeyPair,
  signToken,
} from '../../src/web-identity/test/tokens.ts'
import { formatDiscovery, ISSUER, type IssuerAnswers } from './readers.ts'

/** A token with what its issuer publishes. */
export interface Case {
  readonly name: string
  readonly token: string
  readonly answers: Pick<IssuerAnswers, 'discovery' | 'jwks'>
}

type Json = Readonly<Record<string, unknown>>

const RSA = createKeyPair('RS256', 'rsa')
const EC = createKeyPair('ES384', 'ec')
const OTHERS = ['RS384', 'RS512', 'ES256', 'ES512'].map(alg => createKeyPair(alg, alg))
const BOTH = [RSA, EC]

/** Claims that both readers accept: those of a token of AWS. */
export const CLAIMS = createClaims(ISSUER, {
  sub: 'arn:aws:iam::123456789012:role/deployer',
  jti: '41702edc-542b-430b-acf4-312fafd56b0f',
  'https://sts.amazonaws.com/': { aws_account: '123456789012', source_region: 'us-east-1' },
})
const GOOD = new Map(BOTH.map(pair => [pair, signToken(pair, CLAIMS)]))
const good = (pair: IssuerKeyPair): string => GOOD.get(pair) ?? signToken(pair, CLAIMS)

const setOf = (...keys: readonly unknown[]): string => JSON.stringify({ keys })
const PUBLISHED = setOf(...[...BOTH, ...OTHERS].map(({ jwk }) => jwk))
const hash = (pair: IssuerKeyPair): string => `sha${String(pair.jwk['alg']).slice(2)}`
const optionsOf = ({ privateKey }: IssuerKeyPair) => ({
  key: privateKey,
  dsaEncoding: 'ieee-p1363' as const,
})
const signBy =
  (pair: IssuerKeyPair) =>
  (input: Buffer): Buffer =>
    sign(hash(pair), input, optionsOf(pair))

const withToken = (name: string, token: string): Case => ({
  name,
  token,
  answers: { discovery: formatDiscovery(), jwks: PUBLISHED },
})
const withSet = (name: string, jwks: string, token: string): Case => ({
  name,
  token,
  answers: { discovery: formatDiscovery(), jwks },
})

/** What a member may be that should be something else; `undefined` is no member at all. */
const WRONG_VALUES: readonly unknown[] = [
  ...[undefined, null, '', 'x', '=', 0, 1.5, true, [], {}, [null]],
  ...['RS256', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'HS256', 'none', 'es384'],
]
const WRONG_HEADER_VALUES = [...WRONG_VALUES, 'jwt', 'at+jwt', 'credence-bundle+jwt', 'rsa', 'ec']
const WRONG_KEY_VALUES = [
  ...WRONG_VALUES,
  ...[['verify'], ['sign'], ['verify', 'sign'], ['verify', 1], 'verify', 'sig', 'enc'],
  ...['RSA', 'EC', 'oct', 'OKP', 'P-256', 'P-384', 'P-521', 'secp256k1', 'EC\u0000'],
  ...['AQAB', 'AQ', 'Aw', 'AAEAAQ', 'AQAAAAE', 'gAAAAQ', 'AQAA'],
]
const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))

const HEADER_MEMBERS = ['alg', 'kid', 'typ', 'crit', 'b64', 'jku', 'cty', '__proto__']
const KEY_MEMBERS = [
  ...['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use', 'key_ops', 'revoked', 'exp', 'x5c'],
  ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'constructor'],
]

function change(object: Json, name: string, value: unknown): Json {
  return Object.fromEntries([
    ...Object.entries(object).filter(([key]) => key !== name),
    [name, value],
  ])
}

function* headers(): Generator<Case> {
  for (const pair of BOTH) {
    const header = { alg: pair.jwk['alg'], typ: 'JWT', kid: pair.jwk['kid'] }
    for (const member of HEADER_MEMBERS) {
      for (const value of WRONG_HEADER_VALUES) {
        const token = assembleToken(change(header, member, value), CLAIMS, signBy(pair))
        yield withToken(`header of ${pair.jwk['kid']}: ${member} is ${show(value)}`, token)
      }
    }
  }
}

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

function* payloads(): Generator<Case> {
  const text = JSON.stringify(CLAIMS)
  const withMember = (member: string): string => text.replace(/\}$/, `,${member}}`)
  const nested = (levels: number): string =>
    withMember(`"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}`)
  const payloadTexts: Readonly<Record<string, string>> = {
    empty: '',
    'an object and a list': `${text}[]`,
    'a list': `[${text}]`,
    'a text': JSON.stringify(text),
    null: 'null',
    'white space': ` \n${text}\t `,
    'a no-break space': `\u00a0${text}`,
    'a byte order mark': `\ufeff${text}`,
    'a comma at the end': text.replace(/\}$/, ',}'),
    'a comment': `${text}//`,
    'single quotes': text.replaceAll('"', "'"),
    NaN: withMember('"x":NaN'),
    'a leading zero': withMember('"x":01'),
    'a plus': withMember('"x":+1'),
    'a point at the end': withMember('"x":1.'),
    'a number in another form': withMember('"x":1.50E+1'),
    'a negative zero': withMember('"x":-0'),
    'a number beyond doubles': withMember('"x":1e400'),
    'a number beyond doubles, inside': withMember('"x":[{"y":-1e400}]'),
    'many digits': withMember(`"x":${'9'.repeat(300)}`),
    'too many digits': withMember(`"x":${'9'.repeat(400)}`),
    'a control character': withMember('"x":"\u0001"'),
    'a control character, escaped': withMember('"x":"\\u0001"'),
    'a wrong escape': withMember('"x":"\\x41"'),
    'half an escape': withMember('"x":"\\u00"'),
    'half a character': withMember('"x":"\\ud800"'),
    'half a character, inside': withMember('"x":[["\\udc00"]]'),
    'a whole character, escaped': withMember('"x":"\\ud83d\\ude00"'),
    'a name with half a character': withMember('"\\ud800":1'),
    'a name with a quote': withMember('"a\\"b":1'),
    'a name with a backslash': withMember('"a\\\\b":1'),
    'a name with a line feed': withMember('"a\\nb":1'),
    'an escaped name': withMember('"\\u0061":1'),
    'an empty name': withMember('"":1'),
    'an empty name twice': withMember('"":1,"":1'),
    __proto__: withMember('"__proto__":{"sub":"x"}'),
    '__proto__ twice': withMember('"__proto__":1,"__proto__":2'),
    'sub twice': withMember(`"sub":${JSON.stringify(CLAIMS['sub'])}`),
    'sub twice, once escaped': withMember(`"s\\u0075b":${JSON.stringify(CLAIMS['sub'])}`),
    'a name twice, inside': withMember('"x":[{"y":{"z":1,"z":1}}]'),
    '16 levels': nested(16),
    '17 levels': nested(17),
    '32 levels': nested(32),
    '33 levels': nested(33),
    '5000 levels': nested(5000),
  }
  const header = { alg: 'ES384', typ: 'JWT', kid: 'ec' }
  for (const [name, payload] of Object.entries(payloadTexts)) {
    yield withToken(`payload: ${name}`, assembleToken(header, payload, signBy(EC)))
  }
  const bytes = Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xc0, 0x80]), Buffer.from('"}')])
  const signed = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${bytes.toString('base64url')}`
  const signature = signBy(EC)(Buffer.from(signed)).toString('base64url')
  yield withToken('payload: not UTF-8', `${signed}.${signature}`)
}

function* texts(): Generator<Case> {
  for (const pair of BOTH) {
    const text = good(pair)
    const [head = '', payload = '', signature = ''] = text.split('.')
    const variants: Readonly<Record<string, string>> = {
      'as it is': text,
      'without its signature': `${head}.${payload}`,
      'with an empty signature': `${head}.${payload}.`,
      'with a part more': `${text}.${signature}`,
      'with a dot more': `${text}.`,
      'after a dot': `.${text}`,
      'without a header': `.${payload}.${signature}`,
      'without a payload': `${head}..${signature}`,
      'after a space': ` ${text}`,
      'before a line feed': `${text}\n`,
      padded: `${text}=`,
      'with a padded payload': `${head}.${payload}==.${signature}`,
      'with bits left over': `${head}.${payload}.${signature}A`,
      'with a line feed inside': `${head}.\n${payload}.${signature}`,
      'in base64': text.replaceAll('-', '+').replaceAll('_', '/').replace(/.$/, '+'),
      'after Bearer': `Bearer ${text}`,
      'as JSON': JSON.stringify({ protected: head, payload, signature }),
      'with another character': text.replace('.', '.é'),
      'with the signature of another key': `${head}.${payload}.${good(pair === RSA ? EC : RSA).split('.')[2]}`,
      'with a signature of zeros': `${head}.${payload}.${Buffer.alloc(Buffer.from(signature, 'base64url').length).toString('base64url')}`,
      'with a byte more': `${head}.${payload}.${Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.alloc(1)]).toString('base64url')}`,
      'with a byte less': `${head}.${payload}.${Buffer.from(signature, 'base64url').subarray(1).toString('base64url')}`,
      'with the signature led by zeros': `${head}.${payload}.${Buffer.concat([Buffer.alloc(1), Buffer.from(signature, 'base64url')]).toString('base64url')}`,
      'with a signature in DER': assembleToken(
        { alg: pair.jwk['alg'], typ: 'JWT', kid: pair.jwk['kid'] },
        CLAIMS,
        input => sign(hash(pair), input, pair.privateKey),
      ).concat(pair === RSA ? 'A' : ''),
      'signed by another key': signToken(
        { ...createKeyPair(String(pair.jwk['alg']), 'x'), jwk: pair.jwk },
        CLAIMS,
      ),
      'signed over another hash': assembleToken(
        { alg: pair.jwk['alg'], typ: 'JWT', kid: pair.jwk['kid'] },
        CLAIMS,
        input => sign('sha512', input, optionsOf(pair)),
      ),
    }
    for (const [name, token] of Object.entries(variants))
      yield withToken(`token of ${pair.jwk['kid']}: ${name}`, token)
    for (let position = 0; position < text.length; position += 7) {
      const character = text[position] === 'A' ? 'B' : 'A'
      const changed = text.slice(0, position) + character + text.slice(position + 1)
      if (position > head.length + payload.length)
        yield withToken(`token of ${pair.jwk['kid']}: character ${position}`, changed)
    }
  }
  for (const pair of OTHERS) yield withToken(`token of ${pair.jwk['alg']}`, good(pair))
  for (const characters of [20_000, 20_001, 24_576, 24_577]) {
    yield withToken(`token of ${characters} characters`, tokenOf(characters))
  }
}

/** A token of so many characters: what base64url of no length comes to, a longer signature makes up. */
function tokenOf(characters: number): string {
  const build = (fill: number): string => signToken(EC, { ...CLAIMS, x: 'x'.repeat(fill) }, {})
  const start = build(0).length
  let fill = Math.floor(((characters - start) * 3) / 4) - 3
  while (build(fill).length < characters) fill += 1
  return build(fill)
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

/** Tokens and key sets that differ from good ones in one thing. */
export function listCases(): readonly Case[] {
  return [...texts(), ...headers(), ...payloads(), ...keys(), ...keySets(), ...discoveries()]
}
