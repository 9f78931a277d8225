import { createErasableKey, type LaneKey } from './lanes.ts'
import type { NativeAllocator } from './native-memory.ts'
import { P384_BYTES } from './p384-nonce.ts'

/** A key on P-384 in native memory. */
export interface P384LaneKey extends LaneKey {
  readonly address: bigint
  /** The private number, little-endian. */
  readonly number: Uint8Array
}

/** Copies a private number, big-endian, to memory that is made for it; null for another length. */
export function placeP384Key(library: NativeAllocator, number: Uint8Array): P384LaneKey | null {
  if (number.length !== P384_BYTES) return null
  const memory = library.allocate(P384_BYTES)
  for (const [index, byte] of number.entries()) memory.bytes[P384_BYTES - 1 - index] = byte
  return { address: memory.address, number: memory.bytes, ...createErasableKey(memory) }
}
