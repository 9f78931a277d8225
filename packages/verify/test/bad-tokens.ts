/** Tokens that nobody should accept, each bad in one way. The times are those of the machine. */
import { createHmac } from 'node:crypto'
import { ES384_CASES, RS256_CASES, type SignatureCase } from './signature-cases.ts'
import {
  ACCOUNT,
  AUDIENCE,
  AWS,
  createEcKey,
  createPayload,
  EC_KEY,
  encode,
  ISSUER,
  type Json,
  omit,
  RSA_KEY,
  type SignOptions,
  signToken,
} from './tokens.ts'

export interface BadToken {
  readonly name: string
  readonly token: string
}

const NOW = Math.floor(Date.now() / 1000)

/** The payload of a good token, issued just now. */
export function createCurrentPayload(overrides: Json = {}, aws: Json = {}): Json {
  return createPayload({ iat: NOW - 10, exp: NOW + 600, ...overrides }, aws)
}

const header = (change: Json = {}): Json => ({
  kid: 'EC384_0',
  typ: 'JWT',
  alg: 'ES384',
  ...change,
})
const bad = (name: string, payload: unknown, options?: SignOptions): BadToken => ({
  name,
  token: signToken(payload, options),
})
const withClaims = (name: string, claims: Json): BadToken => bad(name, createCurrentPayload(claims))
const withAws = (name: string, aws: Json): BadToken => bad(name, createCurrentPayload({}, aws))
const withHeader = (name: string, change: Json): BadToken =>
  bad(name, createCurrentPayload(), { header: header(change) })
const GOOD = signToken(createCurrentPayload())
const TEXT = JSON.stringify(createCurrentPayload())
const INPUT = GOOD.slice(0, GOOD.lastIndexOf('.'))

/** The signing input with a signature that is almost right. */
const withSignature = (alg: string, cases: readonly SignatureCase[], name: string): BadToken => {
  const found = cases.find(candidate => candidate.name === name)
  if (!found) throw new Error(name)
  const key = alg === 'ES384' ? EC_KEY : RSA_KEY
  const token = signToken(createCurrentPayload(), { key })
  const input = token.slice(0, token.lastIndexOf('.'))
  return { name: `${alg} signature: ${name}`, token: `${input}.${encode(found.make(input))}` }
}

const hmac = (): string => {
  const input = [{ kid: 'RSA_0', typ: 'JWT', alg: 'HS256' }, createCurrentPayload()]
    .map(part => encode(JSON.stringify(part)))
    .join('.')
  const secret = RSA_KEY.publicKey.export({ type: 'spki', format: 'pem' })
  return `${input}.${encode(createHmac('sha256', secret).update(input).digest())}`
}

/** A signature whose last character has bits to spare, with one of them set. */
const withSpareBits = (): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const token = signToken(createCurrentPayload(), { key: RSA_KEY })
  const last = alphabet.indexOf(token.at(-1) ?? '')
  return `${token.slice(0, -1)}${alphabet[last ^ 1]}`
}

/** A signature that has `-` or `_`, in the alphabet of base64. */
const withOtherAlphabet = (): string => {
  for (;;) {
    const token = signToken(createCurrentPayload())
    const at = token.lastIndexOf('.')
    const signature = token.slice(at)
    if (/[-_]/.test(signature)) {
      return token.slice(0, at) + signature.replaceAll('-', '+').replaceAll('_', '/')
    }
  }
}

/** Wrong for every JWT. */
export const BAD_JWTS: readonly BadToken[] = [
  withClaims('expired', { iat: NOW - 700, exp: NOW - 100 }),
  withClaims('`nbf` in the future', { nbf: NOW + 300 }),
  withClaims('`iat` in the future', { iat: NOW + 300 }),
  withClaims('issued 2 hours ago, still not expired', { iat: NOW - 7200 }),
  bad('no `exp`', omit(createCurrentPayload(), 'exp')),
  bad('no `iat`', omit(createCurrentPayload(), 'iat')),
  withClaims('`exp` as text', { exp: String(NOW + 600) }),
  withClaims('`exp` with a fraction', { exp: NOW + 600.5 }),
  withClaims('`nbf` as text', { nbf: String(NOW - 10) }),
  withClaims('another audience', { aud: 'https://other.example.com' }),
  bad('no audience', omit(createCurrentPayload(), 'aud')),
  withClaims('an audience that contains the expected one', { aud: `${AUDIENCE}.evil.example` }),
  withClaims('the expected audience and another', { aud: [AUDIENCE, 'https://evil.example'] }),
  withClaims('another issuer', { iss: 'https://evil.example' }),
  withClaims('the issuer with a slash at the end', { iss: `${ISSUER}/` }),
  bad('no issuer', omit(createCurrentPayload(), 'iss')),
  withHeader('an unknown `kid`', { kid: 'EC384_9' }),
  bad('no `kid`', createCurrentPayload(), { header: omit(header(), 'kid') }),
  bad('another key under the same `kid`', createCurrentPayload(), { key: createEcKey('EC384_0') }),
  {
    name: '`alg: none`, no signature',
    token: `${encode(JSON.stringify(header({ alg: 'none' })))}.${encode(TEXT)}.`,
  },
  { name: 'HS256 with the public key as secret', token: hmac() },
  withHeader('the algorithm of the other key', { alg: 'RS256' }),
  withHeader('`crit` with an unknown extension', { crit: ['x-policy'], 'x-policy': 'deny' }),
  withHeader('an empty `crit`', { crit: [] }),
  withHeader('`typ: at+jwt`', { typ: 'at+jwt' }),
  {
    name: 'a changed claim',
    token: GOOD.replace(encode(TEXT), encode(TEXT.replace(ACCOUNT, '999999999999'))),
  },
  { name: 'no signature', token: `${INPUT}.` },
  { name: 'a padded signature', token: `${signToken(createCurrentPayload(), { key: RSA_KEY })}==` },
  { name: 'a signature with spare bits set', token: withSpareBits() },
  { name: 'a signature in the alphabet of base64', token: withOtherAlphabet() },
  { name: 'a line break at the end', token: `${GOOD}\n` },
  { name: 'a space at the end', token: `${GOOD} ` },
  { name: 'a fourth part', token: `${GOOD}.e30` },
  withSignature('ES384', ES384_CASES, 'DER'),
  withSignature('ES384', ES384_CASES, 'a leading zero byte cut off'),
  withSignature('ES384', ES384_CASES, 'a leading zero byte too many'),
  withSignature('ES384', ES384_CASES, 'r = 0 and s = 0'),
  withSignature('ES384', ES384_CASES, 'r = n'),
  withSignature('RS256', RS256_CASES, 'a leading zero byte too many'),
  withSignature('RS256', RS256_CASES, 'PSS'),
  withSignature('RS256', RS256_CASES, 'DigestInfo without NULL'),
  bad('a claim twice', TEXT.replace('{', '{"sub":"arn:aws:iam::999999999999:role/admin",')),
  bad('a header member twice', createCurrentPayload(), {
    header: '{"alg":"none","kid":"EC384_0","typ":"JWT","alg":"ES384"}',
  }),
  bad(
    'a payload that is not UTF-8',
    Buffer.from(TEXT.replace('platform', 'pl\u00e4tform'), 'latin1'),
  ),
  bad('a payload that begins with a byte order mark', `\ufeff${TEXT}`),
  bad('a payload that is a list', [createCurrentPayload()]),
  withClaims('100 KB of claims', { filler: 'x'.repeat(100_000) }),
]

/** Wrong for tokens of AWS and Credence; a library for JWTs in general cannot know. */
export const BAD_PROFILES: readonly BadToken[] = [
  bad('no `sub`', omit(createCurrentPayload(), 'sub')),
  withClaims('a `sub` that is a session', {
    sub: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/s`,
  }),
  withClaims('a `sub` in another partition', { sub: `arn:aws-cn:iam::${ACCOUNT}:role/deployer` }),
  withClaims('a `sub` that is the root user', { sub: `arn:aws:iam::${ACCOUNT}:root` }),
  bad('no `jti`', omit(createCurrentPayload(), 'jti')),
  bad('no AWS claims', omit(createCurrentPayload(), AWS)),
  withAws('`aws_account` is not the account of `sub`', { aws_account: '999999999999' }),
  bad(
    'an account that the issuer may not speak for',
    createCurrentPayload(
      { sub: 'arn:aws:iam::999999999999:role/deployer' },
      { aws_account: '999999999999' },
    ),
  ),
  withAws('`aws_account` as a number', { aws_account: Number(ACCOUNT) }),
  withAws('a tag whose value is a list', { principal_tags: { Team: ['platform'] } }),
  withAws('`ou_path` as an object', { ou_path: { 0: 'o-fixture/' } }),
]
