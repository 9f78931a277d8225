import type { NativeMemory } from '../lanes/native-memory.ts'

/**
 * The part of Intel's `libcrypto_mb` that signs tokens. Every function works on eight
 * lanes: an argument that is called a table is the address of that many pointers, null for a lane
 * that is not used. What comes back has four bits of status a lane ({@link isLaneGood}).
 */
export interface CryptoMb {
  /** As the library names itself, e.g. `1.0.14`. */
  readonly version: string
  /** Scratch memory of {@link signRsa2048} and {@link applyRsa2048PublicKey}. */
  readonly rsaSignScratchBytes: number
  readonly rsaPublicScratchBytes: number
  /** Makes zeroed memory of its own, never a part of a pool. */
  allocate(byteLength: number): NativeMemory
  /** Private RSA operation by CRT. In and out: 256 bytes, big-endian; the numbers little-endian. */
  signRsa2048(tables: RsaSignTables, scratch: bigint): number
  /** Public RSA operation with the exponent 65537. In and out as above. */
  applyRsa2048PublicKey(tables: RsaPublicTables, scratch: bigint): number
  /** ECDSA over P-384: `r`, `s` and digest of 48 bytes big-endian; nonce and key little-endian. */
  signP384(tables: EcdsaSignTables): number
  /** As {@link signP384}, with the affine public keys little-endian. A wrong signature has a bad status. */
  verifyP384(tables: EcdsaVerifyTables): number
}

/** Tables of {@link CryptoMb.signRsa2048}. */
export interface RsaSignTables {
  readonly input: bigint
  readonly output: bigint
  readonly p: bigint
  readonly q: bigint
  readonly dp: bigint
  readonly dq: bigint
  readonly qInverse: bigint
}

/** Tables of {@link CryptoMb.applyRsa2048PublicKey}. */
export interface RsaPublicTables {
  readonly input: bigint
  readonly output: bigint
  readonly modulus: bigint
}

/** Tables of {@link CryptoMb.signP384}. */
export interface EcdsaSignTables {
  readonly r: bigint
  readonly s: bigint
  readonly digest: bigint
  readonly nonce: bigint
  readonly privateKey: bigint
}

/** Tables of {@link CryptoMb.verifyP384}. */
export interface EcdsaVerifyTables {
  readonly r: bigint
  readonly s: bigint
  readonly digest: bigint
  readonly x: bigint
  readonly y: bigint
}

/** Whether the library says of this lane that its result is right. Zero alone is success. */
export function isLaneGood(status: number, lane: number): boolean {
  return ((status >>> (lane * 4)) & 0xf) === 0
}
