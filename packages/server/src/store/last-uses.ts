import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { AccessKeyId } from '../principals/identifiers.ts'
import type { LastUse, LastUseStore } from './iam-ports.ts'
import type { StoreSchema } from './schema.ts'

/** Keys written by one statement; bounds its parameters and the time that it holds the lock. */
const KEYS_PER_STATEMENT = 500

/** Last uses of access keys in an SQL database. Nobody caches them, so no change is recorded. */
export function createLastUseStore(db: Kysely<StoreSchema>): LastUseStore {
  return {
    async saveAccessKeyUses(uses) {
      const entries = [...uses]
      for (let start = 0; start < entries.length; start += KEYS_PER_STATEMENT) {
        const part = new Map(entries.slice(start, start + KEYS_PER_STATEMENT))
        await db.transaction().execute(transaction => saveUses(transaction, part))
        // An embedded database works on the caller's thread: requests go first, part by part.
        await setImmediate()
      }
    },

    async findAccessKeyUse(id) {
      const row = await db
        .selectFrom('access_key_uses')
        .selectAll()
        .where('access_key_id', '=', id)
        .executeTakeFirst()
      if (row === undefined) return null
      return { usedAtMs: row.used_at_ms, region: row.region, service: row.service }
    },
  }
}

async function saveUses(
  transaction: Kysely<StoreSchema>,
  uses: ReadonlyMap<AccessKeyId, LastUse>,
): Promise<void> {
  const keys = await transaction
    .selectFrom('access_keys')
    .select('id')
    .where('id', 'in', [...uses.keys()])
    .execute()
  const rows = keys.flatMap(({ id }) => {
    const use = uses.get(id)
    if (use === undefined) return []
    const { usedAtMs, region, service } = use
    return [{ access_key_id: id, used_at_ms: usedAtMs, region, service }]
  })
  if (rows.length === 0) return
  await transaction
    .insertInto('access_key_uses')
    .values(rows)
    .onConflict(conflict =>
      conflict
        .column('access_key_id')
        .doUpdateSet(eb => ({
          used_at_ms: eb.ref('excluded.used_at_ms'),
          region: eb.ref('excluded.region'),
          service: eb.ref('excluded.service'),
        }))
        .whereRef('excluded.used_at_ms', '>', 'access_key_uses.used_at_ms'),
    )
    .execute()
}
