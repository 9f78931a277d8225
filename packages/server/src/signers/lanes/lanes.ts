import type { KeyObject } from 'node:crypto'
import type { NativeAllocator, NativeMemory } from './native-memory.ts'

/** How many signatures are made in one pass. */
export const LANE_COUNT = 8

/** A private key as the library reads it. */
export interface LaneKey {
  /** Overwrites the private numbers. The key may not be used any more. */
  erase(): void
  isErased(): boolean
}

/** The life of a key whose private numbers stand in this memory. */
export function createErasableKey({ bytes }: NativeMemory): LaneKey {
  let isErased = false
  return {
    erase() {
      isErased = true
      bytes.fill(0)
    },
    isErased: () => isErased,
  }
}

/** One signature to be made. */
export interface LaneJob<Key extends LaneKey> {
  readonly key: Key
  readonly signingInput: Uint8Array
}

/** Eight places in which signatures of one algorithm are made in one pass. */
export interface Lanes<Key extends LaneKey> {
  /** Brings a key into the library's form; null for a key that it cannot sign with. */
  openKey(privateKey: KeyObject): Key | null
  /**
   * Signs up to eight jobs, each with its own key, at once and on this thread. For a job whose result
   * is not right there is null: the result is erased, and nothing of it may leave.
   */
  sign(jobs: readonly LaneJob<Key>[]): readonly (Uint8Array | null)[]
}

/** A table of pointers, one for each lane. */
export interface LaneTable {
  readonly address: bigint
  /** Points the lanes at these addresses, and those beyond them at nothing. */
  point(addresses: readonly bigint[]): void
}

const POINTER_BYTES = 8

/** Makes a table that points at nothing. */
export function createLaneTable(library: NativeAllocator, laneCount: number): LaneTable {
  const { address, bytes } = library.allocate(laneCount * POINTER_BYTES)
  const pointers = new BigUint64Array(bytes.buffer)
  return {
    address,
    point(addresses) {
      pointers.fill(0n)
      pointers.set(addresses)
    },
  }
}

/** Equal pieces of memory, one for each lane, with the table that points at them. */
export interface LaneBuffers {
  readonly table: LaneTable
  /** The piece of a lane. */
  at(lane: number): Uint8Array
  /** Points the first lanes at their pieces, and the others at nothing. */
  use(count: number): void
  erase(): void
}

/** Makes pieces of one size. */
export function createLaneBuffers(
  library: NativeAllocator,
  laneCount: number,
  pieceBytes: number,
): LaneBuffers {
  const { bytes, address }: NativeMemory = library.allocate(laneCount * pieceBytes)
  const table = createLaneTable(library, laneCount)
  const pieces = Array.from({ length: laneCount }, (_, lane) => ({
    bytes: bytes.subarray(lane * pieceBytes, (lane + 1) * pieceBytes),
    address: address + BigInt(lane * pieceBytes),
  }))
  const addresses = pieces.map(piece => piece.address)
  return {
    table,
    at(lane) {
      const piece = pieces[lane]
      if (piece === undefined) throw new RangeError(`there is no lane ${lane}`)
      return piece.bytes
    },
    use: count => table.point(addresses.slice(0, count)),
    erase: () => bytes.fill(0),
  }
}
