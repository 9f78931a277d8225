import { readFileSync } from 'node:fs'
import { vi } from 'vitest'
import type { Installation } from './installation.ts'

/**
 * Resolves when the server has made the keys that stand by and seen them published, which is on record.
 * From there on, nothing is written to the audit but calls.
 */
export async function untilKeysStandBy({ auditFile }: Installation): Promise<void> {
  await vi.waitFor(
    () => {
      const seen = readFileSync(auditFile, 'utf8').match(/"SigningKeyVisible"/g)
      // One of each algorithm.
      if (seen?.length !== 2) throw new Error('a key that stands by is not published yet')
    },
    { timeout: 60_000, interval: 20 },
  )
}
