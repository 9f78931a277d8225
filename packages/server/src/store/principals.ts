import type { Kysely } from 'kysely'
import type { AccountId, UniqueId } from '../principals/identifiers.ts'
import type { StoreSchema } from './schema.ts'

/** Enters a new user, group or role among the principals; comes before its own row. */
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
