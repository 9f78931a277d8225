import { loadNettle, NettleError } from '../nettle/load-nettle.ts'
import type { Nettle } from '../nettle/nettle.ts'

/** The system's Nettle, or why it cannot be used here. */
export type TestNettle =
  | { readonly library: Nettle; readonly missing: null }
  | { readonly library: null; readonly missing: string }

/** Opens Nettle for tests and benchmarks, which say so and go on where there is none. */
export async function openTestNettle(): Promise<TestNettle> {
  try {
    return { library: await loadNettle(), missing: null }
  } catch (error) {
    if (!(error instanceof NettleError)) throw error
    return { library: null, missing: error.message }
  }
}
