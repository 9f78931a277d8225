import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { AccessKeyId, UniqueId } from '../../principals/identifiers.ts'
import type { LastUse, LastUseStore, RoleUse } from '../iam-ports.ts'
import type { StoreSchema } from '../schema.ts'
import type { StoreAccess } from './write.ts'

/**
 * How many uses one statement writes. This bounds its parameters and the time for which it holds the
 * lock.
 */
const USES_PER_STATEMENT = 500

/** Last uses of keys and roles in an SQL database. Nobody caches them, so no change is recorded. */
export function createLastUseStore({ db, write }: StoreAccess): LastUseStore {
  return {
    async saveAccessKeyUses(uses) {
      for await (const part of splitUses(uses)) {
        await write({}, async transaction => {
          await saveKeyUses(transaction, part)
          return []
        })
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

    async saveRoleUses(uses) {
      for await (const part of splitUses(uses)) {
        await write({}, async transaction => {
          await saveRoleUses(transaction, part)
          return []
        })
      }
    },

    async findRoleUse(accountId, id) {
      const row = await db
        .selectFrom('role_uses')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('role_id', '=', id)
        .executeTakeFirst()
      if (row === undefined) return null
      return { accountId, usedAtMs: row.used_at_ms, region: row.region }
    },
  }
}

/**
 * An embedded database works on the caller's thread. So the uses are written in parts, and requests go
 * first between them.
 */
async function* splitUses<Id, Use>(
  uses: ReadonlyMap<Id, Use>,
): AsyncGenerator<ReadonlyMap<Id, Use>> {
  const entries = [...uses]
  for (let start = 0; start < entries.length; start += USES_PER_STATEMENT) {
    yield new Map(entries.slice(start, start + USES_PER_STATEMENT))
    await setImmediate()
  }
}

async function saveKeyUses(
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

async function saveRoleUses(
  transaction: Kysely<StoreSchema>,
  uses: ReadonlyMap<UniqueId, RoleUse>,
): Promise<void> {
  const roles = await transaction
    .selectFrom('roles')
    .select(['account_id', 'id'])
    .where('id', 'in', [...uses.keys()])
    .execute()
  const rows = roles.flatMap(({ account_id, id }) => {
    const use = uses.get(id)
    if (use?.accountId !== account_id) return []
    return [{ account_id, role_id: id, used_at_ms: use.usedAtMs, region: use.region }]
  })
  if (rows.length === 0) return
  await transaction
    .insertInto('role_uses')
    .values(rows)
    .onConflict(conflict =>
      conflict
        .columns(['account_id', 'role_id'])
        .doUpdateSet(eb => ({
          used_at_ms: eb.ref('excluded.used_at_ms'),
          region: eb.ref('excluded.region'),
        }))
        .whereRef('excluded.used_at_ms', '>', 'role_uses.used_at_ms'),
    )
    .execute()
}
