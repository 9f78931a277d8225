import type { BadToken, TokenOrigin } from './bad-token.ts'
import { composeInput, encode } from './compose-token.ts'
import type { TokenAlgorithm } from './token-key.ts'

/** The keys that signatures are made with. */
export type SignatureKeys = TokenOrigin['keys']

/** Makes the bytes of a signature over an input. */
export type Sign = (input: string, keys: SignatureKeys) => Uint8Array

/** A bad token whose signature is almost right. */
export interface SignatureCase extends BadToken {
  readonly sign: Sign
}

/** A token of an algorithm with the bytes of `sign` for a signature. */
export function signedBy(alg: TokenAlgorithm, sign: Sign): BadToken['make'] {
  return origin => {
    const input = composeInput(origin, { key: origin.keys[alg] })
    return `${input}.${encode(sign(input, origin.keys))}`
  }
}

/** A case of one algorithm, in the manner of Wycheproof, but computed from the issuer's own keys. */
export function signatureCase(
  alg: TokenAlgorithm,
  title: string,
  source: string,
  sign: Sign,
): SignatureCase {
  return {
    title: `${alg} signature: ${title}`,
    source,
    refusal: 'signature_invalid',
    make: signedBy(alg, sign),
    sign,
  }
}

/** The big-endian number that the bytes are. */
export function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** The number in big-endian bytes of this count. */
export function toBytes(value: bigint, count: number): Buffer {
  return Buffer.from(value.toString(16).padStart(count * 2, '0'), 'hex')
}
