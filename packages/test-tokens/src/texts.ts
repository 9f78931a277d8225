import { type BadTokens, bad } from './bad-token.ts'
import {
  attachSignature,
  composeInput,
  composeToken,
  encode,
  withClaims,
  withHeader,
  withToken,
} from './compose-token.ts'

const BASE64URL = 'RFC 7515 §2'
const CANONICAL = 'RFC 4648 §3.5'
const COMPACT = 'RFC 7515 §7.1'
const INTEGRITY = 'RFC 7515 §5.2'
const SIZE = 'longer than any token of AWS: 20,378 characters'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Sets the lowest of the bits that the last character has to spare. */
function setSpareBit(segment: string): string {
  return segment.slice(0, -1) + ALPHABET[ALPHABET.indexOf(segment.at(-1) ?? '') ^ 1]
}

/** Base64url of JSON text, with white space at its end so that the last character has bits to spare. */
function encodeWithSpareBits(text: string): string {
  const padding = ' '.repeat((4 - (Buffer.byteLength(text) % 3)) % 3)
  return encode(text + padding)
}

/** Makes tokens until a signature has `-` or `_`, and writes these as `+` and `/`. */
function withOtherAlphabet(make: () => string): string {
  for (;;) {
    const token = make()
    const at = token.lastIndexOf('.')
    const signature = token.slice(at)
    if (/[-_]/.test(signature)) {
      return token.slice(0, at) + signature.replaceAll('-', '+').replaceAll('_', '/')
    }
  }
}

/** Changed after they were signed, or written in another way than the signed bytes allow. */
export const TEXTS = {
  'tampered-claim': bad('a changed claim', INTEGRITY, 'signature_invalid', origin => {
    const [header, , signature] = composeToken(origin).split('.')
    const claims = { ...origin.claims, sub: 'arn:aws:iam::999999999999:role/admin' }
    return `${header}.${encode(JSON.stringify(claims))}.${signature}`
  }),
  'tampered-header': bad('a changed header', INTEGRITY, 'signature_invalid', origin => {
    const [, payload, signature] = composeToken(origin).split('.')
    const { kid, alg } = origin.keys.ES384
    return `${encode(JSON.stringify({ alg, typ: 'JWT', kid }))}.${payload}.${signature}`
  }),
  'signature-of-another': bad(
    'the signature of another token',
    INTEGRITY,
    'signature_invalid',
    origin => {
      const other = composeToken(origin, { payload: { ...origin.claims, jti: 'another' } })
      return composeInput(origin) + other.slice(other.lastIndexOf('.'))
    },
  ),
  'no-signature': bad('no signature', INTEGRITY, 'signature_invalid', origin => {
    return `${composeInput(origin)}.`
  }),
  'signature-padded': bad('a padded signature', BASE64URL, 'token_malformed', origin => {
    return `${composeToken(origin, { key: origin.keys.RS256 })}==`
  }),
  'signature-spare-bits': bad(
    'a signature with spare bits set',
    CANONICAL,
    'token_malformed',
    origin => setSpareBit(composeToken(origin, { key: origin.keys.RS256 })),
  ),
  'signature-base64': bad(
    'a signature in the alphabet of base64',
    BASE64URL,
    'token_malformed',
    origin => withOtherAlphabet(() => composeToken(origin)),
  ),
  'signature-high-bit': bad(
    'a character of the signature with its high bit set',
    BASE64URL,
    'token_malformed',
    withToken(
      token => token.slice(0, -1) + String.fromCharCode((token.at(-1) ?? '').charCodeAt(0) | 0x80),
    ),
  ),
  'signature-broken-line': bad(
    'a line break inside the signature',
    BASE64URL,
    'token_malformed',
    withToken(token => `${token.slice(0, -64)}\n${token.slice(-64)}`),
  ),
  'payload-padded': bad('a padded payload', BASE64URL, 'token_malformed', origin => {
    const [header] = composeInput(origin).split('.')
    const payload = `${encodeWithSpareBits(JSON.stringify(origin.claims))}==`
    return attachSignature(`${header}.${payload}`, origin.keys.ES384)
  }),
  'payload-spare-bits': bad(
    'a payload with spare bits set, and signed so',
    CANONICAL,
    'token_malformed',
    origin => {
      const [header] = composeInput(origin).split('.')
      const payload = setSpareBit(encodeWithSpareBits(JSON.stringify(origin.claims)))
      return attachSignature(`${header}.${payload}`, origin.keys.ES384)
    },
  ),
  'header-padded': bad('a padded header', BASE64URL, 'token_malformed', origin => {
    const { kid, alg } = origin.keys.ES384
    const [, payload] = composeInput(origin).split('.')
    const header = `${encodeWithSpareBits(JSON.stringify({ kid, typ: 'JWT', alg }))}==`
    return attachSignature(`${header}.${payload}`, origin.keys.ES384)
  }),
  'line-break-at-end': bad(
    'a line break at the end',
    COMPACT,
    'token_malformed',
    withToken(token => `${token}\n`),
  ),
  'space-at-end': bad(
    'a space at the end',
    COMPACT,
    'token_malformed',
    withToken(token => `${token} `),
  ),
  'space-at-start': bad(
    'a space at the start',
    COMPACT,
    'token_malformed',
    withToken(token => ` ${token}`),
  ),
  'null-at-end': bad(
    'a null character at the end',
    COMPACT,
    'token_malformed',
    withToken(token => `${token}\0`),
  ),
  'scheme-included': bad(
    'the word `Bearer` as part of the token',
    COMPACT,
    'token_malformed',
    withToken(token => `Bearer ${token}`),
  ),
  'two-parts': bad('two parts', COMPACT, 'token_malformed', origin => composeInput(origin)),
  'four-parts': bad(
    'a fourth part',
    COMPACT,
    'token_malformed',
    withToken(token => `${token}.e30`),
  ),
  'json-serialization': bad(
    'the JSON serialization instead of the compact one',
    COMPACT,
    'token_malformed',
    withToken(token => {
      const [protectedPart, payload, signature] = token.split('.')
      return JSON.stringify({ payload, protected: protectedPart, signature })
    }),
  ),
  oversized: bad(
    '100 KB of claims',
    SIZE,
    'token_too_large',
    withClaims({ filler: 'x'.repeat(100_000) }),
  ),
  'oversized-header': bad(
    '100 KB of header',
    SIZE,
    'token_too_large',
    withHeader({ filler: 'x'.repeat(100_000) }),
  ),
} as const satisfies BadTokens
