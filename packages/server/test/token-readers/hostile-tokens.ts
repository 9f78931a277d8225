import { sign } from 'node:crypto'
import { assembleToken, createKeyPair, signToken } from '../../src/web-identity/test/tokens.ts'
import {
  BOTH,
  type Case,
  CLAIMS,
  change,
  EC,
  good,
  hash,
  OTHERS,
  optionsOf,
  RSA,
  show,
  signBy,
  WRONG_VALUES,
  withToken,
} from './case.ts'

const HEADER_MEMBERS = ['alg', 'kid', 'typ', 'crit', 'b64', 'jku', 'cty', '__proto__']
const WRONG_HEADER_VALUES = [...WRONG_VALUES, 'jwt', 'at+jwt', 'credence-bundle+jwt', 'rsa', 'ec']

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

/** Tokens that differ from good ones in one thing. */
export function listHostileTokens(): readonly Case[] {
  return [...texts(), ...headers(), ...payloads()]
}
