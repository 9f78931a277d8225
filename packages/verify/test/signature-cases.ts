/**
 * Signatures that are almost right, as data: what each is, and whether it must be accepted. In the
 * manner of Wycheproof, but computed here from our own keys.
 */
import { constants, createHash, privateEncrypt, sign } from 'node:crypto'
import { EC_KEY, RSA_KEY, signBytes } from './tokens.ts'

export interface SignatureCase {
  readonly name: string
  readonly make: (input: string) => Uint8Array
  readonly isValid: boolean
}

/** Order of the group of P-384 (FIPS 186-5, SP 800-186 §3.2.1.4). */
const N = BigInt(
  '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
)
/** Prime of the field of P-384. */
const P = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n

const toBytes = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex')
const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const join = (r: bigint, s: bigint): Buffer => Buffer.concat([toBytes(r, 48), toBytes(s, 48)])

const ecSign = (input: string): Buffer => signBytes(input, EC_KEY)
const split = (input: string): [bigint, bigint] => {
  const signature = ecSign(input)
  return [toNumber(signature.subarray(0, 48)), toNumber(signature.subarray(48))]
}
const derSign = (input: string): Buffer => sign('sha384', Buffer.from(input), EC_KEY.privateKey)

/** A valid signature whose r begins with a zero byte: about one of 256. */
const signWithLeadingZero = (input: string): Buffer => {
  for (;;) {
    const signature = ecSign(input)
    if (signature[0] === 0) return signature
  }
}

const ec = (name: string, make: SignatureCase['make'], isValid = false): SignatureCase => ({
  name,
  make,
  isValid,
})

export const ES384_CASES: readonly SignatureCase[] = [
  ec('as it should be', ecSign, true),
  ec('r with a leading zero, in full length', signWithLeadingZero, true),
  // ECDSA has two signatures for each; JOSE forbids neither. So a token's text is no identity: `jti` is.
  ec(
    'the other s of the same signature',
    input => {
      const [r, s] = split(input)
      return join(r, N - s)
    },
    true,
  ),
  ec('n - r instead of r', input => {
    const [r, s] = split(input)
    return join(N - r, s)
  }),
  ec('s before r', input => {
    const [r, s] = split(input)
    return join(s, r)
  }),
  ec('r and s of little endian', input => {
    const signature = ecSign(input)
    return Buffer.concat([signature.subarray(0, 48).reverse(), signature.subarray(48).reverse()])
  }),
  ec('r = 0 and s = 0', () => join(0n, 0n)),
  ec('r = 0', input => join(0n, split(input)[1])),
  ec('s = 0', input => join(split(input)[0], 0n)),
  ec('r = 1 and s = 1', () => join(1n, 1n)),
  ec('r = n', input => join(N, split(input)[1])),
  ec('s = n', input => join(split(input)[0], N)),
  ec('r = n and s = n', () => join(N, N)),
  ec('r = n - 1 and s = n - 1', () => join(N - 1n, N - 1n)),
  ec('r = n + 1 and s = 1', () => join(N + 1n, 1n)),
  ec('r = p', input => join(P, split(input)[1])),
  ec('s = p', input => join(split(input)[0], P)),
  ec('all bits set', () => Buffer.alloc(96, 0xff)),
  ec('r + n where that fits', input => {
    const [r, s] = split(input)
    return join((r + N) % 2n ** 384n, s)
  }),
  ec('DER', derSign),
  ec('DER cut to the right length', input => derSign(input).subarray(0, 96)),
  ec('DER with its header cut off', input => derSign(input).subarray(-96)),
  ec('nothing', () => new Uint8Array()),
  ec('one byte', () => Uint8Array.of(0)),
  ec('one byte short', input => ecSign(input).subarray(0, 95)),
  ec('one byte long', input => Buffer.concat([ecSign(input), Uint8Array.of(0)])),
  ec('a leading zero byte too many', input => Buffer.concat([Uint8Array.of(0), ecSign(input)])),
  ec('a leading zero byte cut off', input => signWithLeadingZero(input).subarray(1)),
  ec('both numbers with a leading zero byte', input => {
    const [r, s] = split(input)
    return Buffer.concat([toBytes(r, 49), toBytes(s, 49)])
  }),
  ec('the length of P-256', input => ecSign(input).subarray(0, 64)),
  ec('the length of P-521', input => Buffer.concat([ecSign(input), Buffer.alloc(36)])),
  ec('the signature twice', input => Buffer.concat([ecSign(input), ecSign(input)])),
  ec('over other content', input => ecSign(`${input}.`)),
  ec('over a hash of another length', input =>
    sign('sha256', Buffer.from(input), {
      key: EC_KEY.privateKey,
      dsaEncoding: 'ieee-p1363',
    }),
  ),
  ec('by an RSA key', input => signBytes(input, RSA_KEY)),
]

/** DigestInfo of SHA-256 (RFC 8017 §9.2 note 1). */
const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex')
/** The same without the NULL that belongs to the algorithm. */
const SHA256_PREFIX_WITHOUT_NULL = Buffer.from('302f300b06096086480165030402010420', 'hex')
const MODULUS = toNumber(
  Buffer.from(String(RSA_KEY.publicKey.export({ format: 'jwk' }).n), 'base64url'),
)

const rsaSign = (input: string): Buffer => signBytes(input, RSA_KEY)
const hash = (input: string): Buffer => createHash('sha256').update(input).digest()
/** The private operation over a block that is encoded as the test wants it. */
const rawSign = (block: Buffer): Buffer =>
  privateEncrypt({ key: RSA_KEY.privateKey, padding: constants.RSA_NO_PADDING }, block)
const encodeBlock = (type: number, fill: number, content: Buffer, tail = Buffer.alloc(0)): Buffer =>
  Buffer.concat([
    Uint8Array.of(0, type),
    Buffer.alloc(256 - 3 - content.length - tail.length, fill),
    Uint8Array.of(0),
    content,
    tail,
  ])
const shortPadding = (content: Buffer, padding: number): Buffer => {
  const start = Buffer.concat([
    Uint8Array.of(0, 1),
    Buffer.alloc(padding, 0xff),
    Uint8Array.of(0),
    content,
  ])
  return Buffer.concat([start, Buffer.alloc(256 - start.length, 0)])
}

export const RS256_CASES: readonly SignatureCase[] = [
  ec('as it should be', rsaSign, true),
  ec(
    'the same, padded by hand',
    input => rawSign(encodeBlock(1, 0xff, Buffer.concat([SHA256_PREFIX, hash(input)]))),
    true,
  ),
  ec('nothing', () => new Uint8Array()),
  ec('zero', () => Buffer.alloc(256)),
  ec('one', () => toBytes(1n, 256)),
  ec('the modulus', () => toBytes(MODULUS, 256)),
  ec('the modulus less one', () => toBytes(MODULUS - 1n, 256)),
  ec('all bits set', () => Buffer.alloc(256, 0xff)),
  ec('the signature plus the modulus', input => toBytes(toNumber(rsaSign(input)) + MODULUS, 257)),
  ec('the signature plus the modulus, cut to length', input =>
    toBytes((toNumber(rsaSign(input)) + MODULUS) % 2n ** 2048n, 256),
  ),
  ec('the modulus less the signature', input => toBytes(MODULUS - toNumber(rsaSign(input)), 256)),
  ec('one byte short', input => rsaSign(input).subarray(0, 255)),
  ec('one byte long', input => Buffer.concat([rsaSign(input), Uint8Array.of(0)])),
  ec('a leading zero byte too many', input => Buffer.concat([Uint8Array.of(0), rsaSign(input)])),
  ec('little endian', input => rsaSign(input).reverse()),
  ec('SHA-1', input => sign('sha1', Buffer.from(input), RSA_KEY.privateKey)),
  ec('SHA-384', input => sign('sha384', Buffer.from(input), RSA_KEY.privateKey)),
  ec('SHA-512', input => sign('sha512', Buffer.from(input), RSA_KEY.privateKey)),
  ec('PSS', input =>
    sign('sha256', Buffer.from(input), {
      key: RSA_KEY.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }),
  ),
  ec('the bare hash without DigestInfo', input => rawSign(encodeBlock(1, 0xff, hash(input)))),
  ec('DigestInfo without NULL', input =>
    rawSign(encodeBlock(1, 0xff, Buffer.concat([SHA256_PREFIX_WITHOUT_NULL, hash(input)]))),
  ),
  ec('block type 0', input =>
    rawSign(encodeBlock(0, 0x00, Buffer.concat([SHA256_PREFIX, hash(input)]))),
  ),
  ec('block type 2', input =>
    rawSign(encodeBlock(2, 0xff, Buffer.concat([SHA256_PREFIX, hash(input)]))),
  ),
  ec('padding of another byte', input =>
    rawSign(encodeBlock(1, 0xfe, Buffer.concat([SHA256_PREFIX, hash(input)]))),
  ),
  ec('eight bytes of padding, then rubbish', input =>
    rawSign(shortPadding(Buffer.concat([SHA256_PREFIX, hash(input)]), 8)),
  ),
  ec('rubbish after the hash', input =>
    rawSign(encodeBlock(1, 0xff, Buffer.concat([SHA256_PREFIX, hash(input)]), Buffer.alloc(8, 7))),
  ),
  ec('the hash of other content', input => rsaSign(`${input}.`)),
  ec('by an EC key', input => signBytes(input, EC_KEY)),
]
