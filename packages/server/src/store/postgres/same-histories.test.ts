import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { MISSING_POSTGRES, startCluster } from '../../../test/support/postgres/cluster.ts'
import { MEMORY_PATH } from '../sqlite/database-file.ts'
import { createSqliteStore } from '../sqlite/sqlite-store.ts'
import { HISTORIES, play } from '../test/random-history.ts'
import { createConnection, openStore } from './test/open-store.ts'

/** `npm run test:histories` tries ten thousand. */
const COUNT = Number(process.env['STORE_HISTORIES'] ?? 25)
vi.setConfig({ testTimeout: 90_000 + COUNT * 1_000 })

describe.skipIf(MISSING_POSTGRES !== null)('SQLite and PostgreSQL', () => {
  it(`give the same answers, errors and topics in ${COUNT} random histories`, async () => {
    await using cluster = await startCluster()
    const database = await cluster.createDatabase()
    const stores = [
      await createSqliteStore({ path: MEMORY_PATH }),
      await openStore(createConnection(cluster, database)),
    ] as const
    let number = 0
    const same = fc.asyncProperty(HISTORIES, async history => {
      number += 1
      const [ours, theirs] = await Promise.all(stores.map(store => play(store, history, number)))
      expect(theirs).toEqual(ours)
    })
    try {
      await fc.assert(same, { numRuns: COUNT })
    } finally {
      for (const store of stores) await store.close()
    }
  })
})
