import {
  constants,
  createHash,
  sign as cryptoSign,
  type KeyObject,
  privateEncrypt,
} from 'node:crypto'
import {
  type Sign,
  type SignatureCase,
  signatureCase,
  toBytes,
  toNumber,
} from './signature-case.ts'
import { signBytes } from './token-key.ts'

/** As many bytes as the modulus, and no other encoding of the hash than the one. */
const LENGTH = 'RFC 8017 §8.2.2 (1)'
const RANGE = 'RFC 8017 §5.2.2 (1)'
const ENCODING = 'RFC 8017 §9.2'
const SCHEME = 'RFC 7518 §3.3'
const INPUT = 'RFC 7515 §5.2'

/** DigestInfo of SHA-256 (RFC 8017 §9.2 note 1). */
const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex')
/** The same without the NULL that belongs to the algorithm. */
const SHA256_PREFIX_WITHOUT_NULL = Buffer.from('302f300b06096086480165030402010420', 'hex')

const modulusOf = (key: KeyObject): Buffer =>
  Buffer.from(String(key.export({ format: 'jwk' }).n), 'base64url')
const hash = (input: string): Buffer => createHash('sha256').update(input).digest()
const digestInfo = (input: string): Buffer => Buffer.concat([SHA256_PREFIX, hash(input)])
const signRight: Sign = (input, { RS256 }) => signBytes(input, RS256)

const rs256 = (title: string, source: string, sign: Sign): SignatureCase =>
  signatureCase('RS256', title, source, sign)

/** Changes the bytes of a right signature. */
const fromBytes =
  (change: (signature: Uint8Array) => Uint8Array): Sign =>
  (input, keys) =>
    change(signRight(input, keys))

/** Makes a number out of a right signature and the modulus, in a number of bytes. */
const fromNumbers =
  (change: (signature: bigint, modulus: bigint, size: number) => Uint8Array): Sign =>
  (input, keys) => {
    const modulus = modulusOf(keys.RS256.publicKey)
    return change(toNumber(signRight(input, keys)), toNumber(modulus), modulus.length)
  }

/** The private operation over a block that is laid out by hand: type, filling, zero, content, tail. */
const fromBlock =
  (
    toBlock: (input: string) => {
      readonly type?: number
      readonly fill?: number
      readonly content: Buffer
      readonly tail?: Buffer
      /** As much as there is room for when left out; then zeros follow the content. */
      readonly fillBytes?: number
    },
  ): Sign =>
  (input, { RS256 }) => {
    const size = modulusOf(RS256.publicKey).length
    const { type = 1, fill = 0xff, content, tail = Buffer.alloc(0), fillBytes } = toBlock(input)
    const room = size - 3 - content.length - tail.length
    const used = fillBytes ?? room
    const block = Buffer.concat([
      Uint8Array.of(0, type),
      Buffer.alloc(used, fill),
      Uint8Array.of(0),
      content,
      tail,
      Buffer.alloc(room - used),
    ])
    return privateEncrypt({ key: RS256.privateKey, padding: constants.RSA_NO_PADDING }, block)
  }

const withHash =
  (algorithm: string): Sign =>
  (input, { RS256 }) =>
    cryptoSign(algorithm, Buffer.from(input), RS256.privateKey)

/** A right signature whose padding was written by hand: what the cases with other padding differ from. */
export const signPaddedByHand: Sign = fromBlock(input => ({ content: digestInfo(input) }))

/** Signatures of RS256 that are almost right. */
export const RSA_SIGNATURES = {
  'rs256-empty': rs256('nothing', LENGTH, () => new Uint8Array()),
  'rs256-zero': rs256(
    'zero',
    RANGE,
    fromNumbers((_, __, size) => Buffer.alloc(size)),
  ),
  'rs256-one': rs256(
    'one',
    RANGE,
    fromNumbers((_, __, size) => toBytes(1n, size)),
  ),
  'rs256-modulus': rs256(
    'the modulus',
    RANGE,
    fromNumbers((_, n, size) => toBytes(n, size)),
  ),
  'rs256-below-modulus': rs256(
    'the modulus less one',
    ENCODING,
    fromNumbers((_, n, size) => toBytes(n - 1n, size)),
  ),
  'rs256-all-bits': rs256(
    'all bits set',
    RANGE,
    fromNumbers((_, __, size) => Buffer.alloc(size, 0xff)),
  ),
  'rs256-plus-modulus': rs256(
    'the signature plus the modulus',
    LENGTH,
    fromNumbers((s, n, size) => toBytes(s + n, size + 1)),
  ),
  'rs256-plus-modulus-cut': rs256(
    'the signature plus the modulus, cut to length',
    RANGE,
    fromNumbers((s, n, size) => toBytes((s + n) % 2n ** BigInt(size * 8), size)),
  ),
  'rs256-negated': rs256(
    'the modulus less the signature',
    ENCODING,
    fromNumbers((s, n, size) => toBytes(n - s, size)),
  ),
  'rs256-short': rs256(
    'one byte short',
    LENGTH,
    fromBytes(each => each.subarray(0, -1)),
  ),
  'rs256-long': rs256(
    'one byte long',
    LENGTH,
    fromBytes(each => Buffer.concat([each, Uint8Array.of(0)])),
  ),
  'rs256-leading-zero': rs256(
    'a leading zero byte too many',
    LENGTH,
    fromBytes(each => Buffer.concat([Uint8Array.of(0), each])),
  ),
  'rs256-little-endian': rs256(
    'little endian',
    SCHEME,
    fromBytes(each => each.toReversed()),
  ),
  'rs256-sha1': rs256('SHA-1', SCHEME, withHash('sha1')),
  'rs256-sha384': rs256('SHA-384', SCHEME, withHash('sha384')),
  'rs256-sha512': rs256('SHA-512', SCHEME, withHash('sha512')),
  'rs256-pss': rs256('PSS', SCHEME, (input, { RS256 }) =>
    cryptoSign('sha256', Buffer.from(input), {
      key: RS256.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }),
  ),
  'rs256-bare-hash': rs256(
    'the bare hash without DigestInfo',
    ENCODING,
    fromBlock(input => ({ content: hash(input) })),
  ),
  'rs256-no-null': rs256(
    'DigestInfo without NULL',
    ENCODING,
    fromBlock(input => ({ content: Buffer.concat([SHA256_PREFIX_WITHOUT_NULL, hash(input)]) })),
  ),
  'rs256-block-type-0': rs256(
    'block type 0',
    ENCODING,
    fromBlock(input => ({ type: 0, fill: 0, content: digestInfo(input) })),
  ),
  'rs256-block-type-2': rs256(
    'block type 2',
    ENCODING,
    fromBlock(input => ({ type: 2, content: digestInfo(input) })),
  ),
  'rs256-other-padding': rs256(
    'padding of another byte',
    ENCODING,
    fromBlock(input => ({ fill: 0xfe, content: digestInfo(input) })),
  ),
  'rs256-short-padding': rs256(
    'eight bytes of padding, then rubbish',
    ENCODING,
    fromBlock(input => ({ content: digestInfo(input), fillBytes: 8 })),
  ),
  'rs256-tail': rs256(
    'rubbish after the hash',
    ENCODING,
    fromBlock(input => ({ content: digestInfo(input), tail: Buffer.alloc(8, 7) })),
  ),
  'rs256-other-content': rs256('over other content', INPUT, (input, keys) =>
    signRight(`${input}.`, keys),
  ),
  'rs256-by-ec': rs256('by the EC key', INPUT, (input, { ES384 }) => signBytes(input, ES384)),
} as const satisfies Readonly<Record<string, SignatureCase>>
