import { hash } from 'node:crypto'

/** Length of a number below the order of P-384. */
export const P384_BYTES = 48

const P384_ORDER = Buffer.from(
  'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  'hex',
)
const P384_ORDER_LITTLE_ENDIAN = P384_ORDER.toReversed()

/** How many random bytes a nonce is made of, beside key and digest. */
export const FRESH_BYTES = 64

/**
 * Writes the nonce of one ECDSA signature, 1 to n-1, little-endian, to `target`. `fresh` are
 * {@link FRESH_BYTES} random bytes that serve this nonce alone; the caller erases them.
 */
export type WriteNonce = (
  target: Uint8Array,
  fresh: Uint8Array,
  privateKey: Uint8Array,
  digest: Uint8Array,
) => void

/**
 * Makes a writer of nonces. Whoever learns one nonce, or a few bits of some hundred nonces, or sees
 * one nonce under two digests, can compute the private key.
 *
 * A nonce is SHA-512 of the random bytes, the private key and the digest, cut to 384 bits. One that
 * isn't in range (with a chance of 2^-194) is refused by throwing, so that no value is favoured.
 * This is how OpenSSL makes its own. With a good generator the random bytes alone make each nonce
 * new; with one that repeats itself (a virtual machine that was resumed twice from one snapshot)
 * the key keeps it secret and the digest keeps it from serving two messages, as in RFC 6979. The
 * randomness in turn keeps signatures of one message apart, so that a fault in one of them cannot
 * be compared with another, as it can with RFC 6979 alone.
 */
export function createNonceWriter(): WriteNonce {
  const seed = Buffer.alloc(FRESH_BYTES + 2 * P384_BYTES)
  return (target, fresh, privateKey, digest) => {
    try {
      seed.set(fresh)
      seed.set(privateKey, FRESH_BYTES)
      seed.set(digest, FRESH_BYTES + P384_BYTES)
      const output = hash('sha512', seed, 'buffer')
      target.set(output.subarray(0, P384_BYTES))
      output.fill(0)
    } finally {
      seed.fill(0)
    }
    if (!isBelowOrder(target) || !isNotZero(target)) throw new Error('a nonce is out of range')
  }
}

/** Whether a half of a signature, big-endian, is at least 1 and below the order of P-384. */
export function isSignatureHalf(number: Uint8Array): boolean {
  return Buffer.compare(number, P384_ORDER) < 0 && isNotZero(number)
}

/** Subtracts in constant time, so that the time does not tell how far two numbers agree. */
function isBelowOrder(littleEndian: Uint8Array): boolean {
  let borrow = 0
  for (let index = 0; index < P384_BYTES; index += 1) {
    const difference = (littleEndian[index] ?? 0) - (P384_ORDER_LITTLE_ENDIAN[index] ?? 0) - borrow
    borrow = (difference >> 31) & 1
  }
  return borrow === 1
}

function isNotZero(number: Uint8Array): boolean {
  let bits = 0
  for (const byte of number) bits |= byte
  return bits !== 0
}
