/** The foreign function interface that native libraries are called through. */
export type Koffi = typeof import('koffi')['default']

/**
 * Loads koffi, an optional dependency. It is loaded only when a native library is wanted, so that other
 * servers start as fast and take no more memory. @throws what `createError` makes of the reason
 */
export async function importKoffi(
  createError: (reason: string, options: ErrorOptions) => Error,
): Promise<Koffi> {
  try {
    return (await import('koffi')).default
  } catch (cause) {
    throw createError('the npm package koffi is not installed (an optional dependency)', { cause })
  }
}

/** Makes zeroed memory of its own for native code. */
export function allocateNative(
  koffi: Koffi,
  byteLength: number,
): { readonly bytes: Uint8Array; readonly address: bigint } {
  // An ArrayBuffer of its own lies outside the JavaScript heap, where nothing is ever moved.
  const bytes = new Uint8Array(new ArrayBuffer(byteLength))
  return { bytes, address: koffi.address(bytes) }
}
