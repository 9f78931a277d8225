import type { KeyObject } from 'node:crypto'

/** The numbers of an RSA private key, each big-endian and without leading zeros. */
export interface RsaNumbers {
  readonly modulus: Uint8Array
  readonly publicExponent: Uint8Array
  readonly p: Uint8Array
  readonly q: Uint8Array
  readonly dp: Uint8Array
  readonly dq: Uint8Array
  readonly qInverse: Uint8Array
}

/**
 * Shows the numbers of an RSA private key (RFC 8017 appendix A.1.2) to `use`, and erases them after
 * it. DER instead of JWK: a JWK is text, which JavaScript cannot erase.
 */
export function useRsaNumbers<Result>(
  privateKey: KeyObject,
  use: (numbers: RsaNumbers) => Result,
): Result {
  return useExported(privateKey.export({ type: 'pkcs1', format: 'der' }), fields => {
    const [, modulus, publicExponent, , p, q, dp, dq, qInverse] = fields.map(dropLeadingZeros)
    if (!modulus || !publicExponent || !p || !q || !dp || !dq || !qInverse) {
      throw new Error('an RSA private key lacks a number')
    }
    return use({ modulus, publicExponent, p, q, dp, dq, qInverse })
  })
}

/** Shows the private number of a key on an elliptic curve, big-endian in full length (RFC 5915). */
export function useEcNumber<Result>(
  privateKey: KeyObject,
  use: (number: Uint8Array) => Result,
): Result {
  return useExported(privateKey.export({ type: 'sec1', format: 'der' }), ([, number]) => {
    if (number === undefined) throw new Error('a private key lacks its number')
    return use(number)
  })
}

function useExported<Result>(
  der: Uint8Array,
  use: (fields: readonly Uint8Array[]) => Result,
): Result {
  try {
    const [sequence] = readValues(der)
    if (sequence === undefined) throw new Error('a private key has no fields')
    return use(readValues(sequence))
  } finally {
    der.fill(0)
  }
}

/** The contents of DER values one after the other, as views. What node:crypto exports is well-formed. */
function readValues(der: Uint8Array): readonly Uint8Array[] {
  const values: Uint8Array[] = []
  let offset = 0
  while (offset < der.length) {
    let length = der[offset + 1] ?? 0
    offset += 2
    if (length >= 0x80) {
      const end = offset + (length & 0x7f)
      length = der.subarray(offset, end).reduce((sum, byte) => sum * 256 + byte, 0)
      offset = end
    }
    values.push(der.subarray(offset, offset + length))
    offset += length
  }
  return values
}

function dropLeadingZeros(number: Uint8Array): Uint8Array {
  const first = number.findIndex(byte => byte !== 0)
  return first === -1 ? number.subarray(number.length) : number.subarray(first)
}
