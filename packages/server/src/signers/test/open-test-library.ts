import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CryptoMb } from '../crypto-mb/crypto-mb.ts'
import { CryptoMbError, loadCryptoMb } from '../crypto-mb/load-crypto-mb.ts'

/** Where `tools/fetch-crypto-mb.ts` puts the library. */
const FETCHED = join(
  import.meta.dirname,
  '../../../../../.cache/crypto-mb/usr/lib/x86_64-linux-gnu/libcrypto_mb.so.11',
)

/** The library that tests use: a named one, the fetched one, or the system's. */
export const TEST_LIBRARY: string | null =
  process.env['CREDENCE_TEST_CRYPTO_MB'] ?? (existsSync(FETCHED) ? FETCHED : null)

/** The real library, or why this machine does not run it. */
export async function openTestLibrary(): Promise<
  | { readonly library: CryptoMb; readonly missing: null }
  | { readonly library: null; readonly missing: string }
> {
  try {
    return { library: await loadCryptoMb(TEST_LIBRARY), missing: null }
  } catch (error) {
    if (!(error instanceof CryptoMbError)) throw error
    return { library: null, missing: error.message }
  }
}
