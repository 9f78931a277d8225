import type { Kysely } from 'kysely'
import type { AccountId, UniqueId } from '../../principals/identifiers.ts'
import type { PrincipalStore } from '../iam-ports.ts'
import type { StoreSchema } from '../schema.ts'
import type { StoreAccess } from './write.ts'

/** Finds principals by their ids alone. */
export function createPrincipalStore({ db }: StoreAccess): PrincipalStore {
  return {
    async findPrincipalAccount(id) {
      const row = await db
        .selectFrom('principals')
        .select('account_id')
        .where('id', '=', id)
        .executeTakeFirst()
      return row?.account_id ?? null
    },
  }
}

/**
 * Enters a new user, group or role among the principals. This must be done before its own row is
 * written.
 */
export async function insertPrincipal(
  transaction: Kysely<StoreSchema>,
  accountId: AccountId,
  id: UniqueId,
): Promise<void> {
  await transaction.insertInto('principals').values({ account_id: accountId, id }).execute()
}

/** Removes a principal with its inline policies and attachments (on delete cascade). */
export async function deletePrincipal(
  transaction: Kysely<StoreSchema>,
  accountId: AccountId,
  id: UniqueId,
): Promise<void> {
  await transaction
    .deleteFrom('principals')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .execute()
}
