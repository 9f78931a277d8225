import { sign as cryptoSign } from 'node:crypto'
import {
  type Sign,
  type SignatureCase,
  signatureCase,
  toBytes,
  toNumber,
} from './signature-case.ts'
import { signBytes } from './token-key.ts'

const FORM = 'RFC 7518 §3.4'
/** Both numbers lie between 1 and n - 1. */
const RANGE = 'FIPS 186-5 §6.4.2'
const INPUT = 'RFC 7515 §5.2'

/** Order of the group of P-384 (SP 800-186 §3.2.1.4). */
const N = BigInt(
  '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
)
/** Prime of the field of P-384. */
const P = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n

const join = (r: bigint, s: bigint): Buffer => Buffer.concat([toBytes(r, 48), toBytes(s, 48)])
const signRight: Sign = (input, { ES384 }) => signBytes(input, ES384)
const toDer: Sign = (input, { ES384 }) => cryptoSign('sha384', Buffer.from(input), ES384.privateKey)

/** Changes the two numbers of a right signature. */
const fromNumbers =
  (change: (r: bigint, s: bigint) => readonly [r: bigint, s: bigint]): Sign =>
  (input, keys) => {
    const signature = signRight(input, keys)
    const [r, s] = change(toNumber(signature.subarray(0, 48)), toNumber(signature.subarray(48)))
    return join(r, s)
  }

/** Changes the bytes of a right signature. */
const fromBytes =
  (change: (signature: Uint8Array) => readonly Uint8Array[]): Sign =>
  (input, keys) =>
    Buffer.concat(change(signRight(input, keys)))

const es384 = (title: string, source: string, sign: Sign): SignatureCase =>
  signatureCase('ES384', title, source, sign)

/** DER of an integer without the zero byte that keeps a set high bit from meaning "negative". */
const encodeNegative = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Uint8Array.of(0x02, bytes.length), bytes])

/** A right signature whose first number begins with a zero byte: about one of 256. */
export const signWithLeadingZero: Sign = (input, keys) => {
  for (;;) {
    const signature = signRight(input, keys)
    if (signature[0] === 0) return signature
  }
}

/**
 * The other of the two signatures that ECDSA has for each. JOSE forbids neither: so the text of a token
 * is no identity, its `jti` is.
 */
export const signWithOtherS: Sign = fromNumbers((r, s) => [r, N - s])

/** Signatures of ES384 that are almost right. */
export const ECDSA_SIGNATURES = {
  'es384-der': es384('DER', FORM, toDer),
  'es384-der-cut': es384('DER cut to the right length', FORM, (input, keys) =>
    toDer(input, keys).subarray(0, 96),
  ),
  'es384-der-headless': es384('DER with its header cut off', FORM, (input, keys) =>
    toDer(input, keys).subarray(-96),
  ),
  'es384-der-unpadded': es384('DER without zeros before set high bits', FORM, (input, keys) => {
    const signature = signRight(input, keys)
    const numbers = [signature.subarray(0, 48), signature.subarray(48)].map(encodeNegative)
    return Buffer.concat([Uint8Array.of(0x30, 100), ...numbers])
  }),
  'es384-n-minus-r': es384(
    'n - r instead of r',
    RANGE,
    fromNumbers((r, s) => [N - r, s]),
  ),
  'es384-swapped': es384(
    's before r',
    FORM,
    fromNumbers((r, s) => [s, r]),
  ),
  'es384-little-endian': es384(
    'r and s of little endian',
    FORM,
    fromBytes(signature => [signature.slice(0, 48).reverse(), signature.slice(48).reverse()]),
  ),
  'es384-zeros': es384('r = 0 and s = 0', RANGE, () => join(0n, 0n)),
  'es384-r-zero': es384(
    'r = 0',
    RANGE,
    fromNumbers((_, s) => [0n, s]),
  ),
  'es384-s-zero': es384(
    's = 0',
    RANGE,
    fromNumbers(r => [r, 0n]),
  ),
  'es384-ones': es384('r = 1 and s = 1', RANGE, () => join(1n, 1n)),
  'es384-r-order': es384(
    'r = n',
    RANGE,
    fromNumbers((_, s) => [N, s]),
  ),
  'es384-s-order': es384(
    's = n',
    RANGE,
    fromNumbers(r => [r, N]),
  ),
  'es384-orders': es384('r = n and s = n', RANGE, () => join(N, N)),
  'es384-below-order': es384('r = n - 1 and s = n - 1', RANGE, () => join(N - 1n, N - 1n)),
  'es384-above-order': es384('r = n + 1 and s = 1', RANGE, () => join(N + 1n, 1n)),
  'es384-r-prime': es384(
    'r = p',
    RANGE,
    fromNumbers((_, s) => [P, s]),
  ),
  'es384-s-prime': es384(
    's = p',
    RANGE,
    fromNumbers(r => [r, P]),
  ),
  'es384-all-bits': es384('all bits set', RANGE, () => Buffer.alloc(96, 0xff)),
  'es384-r-plus-order': es384(
    'r + n, cut to length',
    RANGE,
    fromNumbers((r, s) => [(r + N) % 2n ** 384n, s]),
  ),
  'es384-empty': es384('nothing', FORM, () => new Uint8Array()),
  'es384-one-byte': es384('one byte', FORM, () => Uint8Array.of(0)),
  'es384-short': es384(
    'one byte short',
    FORM,
    fromBytes(each => [each.subarray(0, 95)]),
  ),
  'es384-long': es384(
    'one byte long',
    FORM,
    fromBytes(each => [each, Uint8Array.of(0)]),
  ),
  'es384-leading-zero': es384(
    'a leading zero byte too many',
    FORM,
    fromBytes(each => [Uint8Array.of(0), each]),
  ),
  'es384-leading-zero-cut': es384('a leading zero byte cut off', FORM, (input, keys) =>
    signWithLeadingZero(input, keys).subarray(1),
  ),
  'es384-leading-zeros': es384(
    'both numbers with a leading zero byte',
    FORM,
    fromBytes(each => [
      Uint8Array.of(0),
      each.subarray(0, 48),
      Uint8Array.of(0),
      each.subarray(48),
    ]),
  ),
  'es384-p256-length': es384(
    'the length of P-256',
    FORM,
    fromBytes(each => [each.subarray(0, 64)]),
  ),
  'es384-p521-length': es384(
    'the length of P-521',
    FORM,
    fromBytes(each => [each, Buffer.alloc(36)]),
  ),
  'es384-twice': es384(
    'the signature twice',
    FORM,
    fromBytes(each => [each, each]),
  ),
  'es384-other-content': es384('over other content', INPUT, (input, keys) =>
    signRight(`${input}.`, keys),
  ),
  'es384-sha256': es384('over a hash of another length', FORM, (input, { ES384 }) =>
    cryptoSign('sha256', Buffer.from(input), {
      key: ES384.privateKey,
      dsaEncoding: 'ieee-p1363',
    }),
  ),
  'es384-by-rsa': es384('by the RSA key', INPUT, (input, { RS256 }) => signBytes(input, RS256)),
} as const satisfies Readonly<Record<string, SignatureCase>>
