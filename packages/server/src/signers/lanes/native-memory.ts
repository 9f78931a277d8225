/** Memory that native code may read and write: its address stays the same for its life. */
export interface NativeMemory {
  readonly bytes: Uint8Array
  readonly address: bigint
}

/** What makes it. */
export interface NativeAllocator {
  /** Makes zeroed memory of its own, never a part of a pool. */
  allocate(byteLength: number): NativeMemory
}
