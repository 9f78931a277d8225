import type { NativeMemory } from '../lanes/native-memory.ts'

/**
 * The part of Nettle that signs tokens: ECDSA over P-384 (`ecc_ecdsa_sign` of nettle/ecdsa.h). Every
 * argument is the address of memory that the caller owns; the library allocates none.
 */
export interface Nettle {
  /** As the library tells it, e.g. `3.8`. */
  readonly version: string
  /** Working memory of one signature. Secrets remain in it, for the caller to erase. */
  readonly scratchBytes: number
  /** Makes zeroed memory of its own, never a part of a pool. */
  allocate(byteLength: number): NativeMemory
  signP384(arguments_: NettleSignature): void
}

/** Arguments of {@link Nettle.signP384}: numbers of 48 bytes, little-endian but for the digest. */
export interface NettleSignature {
  readonly privateKey: bigint
  /** 1 to n-1. */
  readonly nonce: bigint
  readonly digest: bigint
  readonly r: bigint
  readonly s: bigint
  readonly scratch: bigint
}
