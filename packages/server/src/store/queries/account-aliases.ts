import type { AccountAliasStore } from '../iam-ports.ts'
import { StoreError } from '../ports.ts'
import type { StoreAccess } from './write.ts'

/** Aliases of accounts in an SQL database. Nobody caches them, so no change is recorded. */
export function createAccountAliasStore({ db, write }: StoreAccess): AccountAliasStore {
  return {
    async saveAccountAlias(accountId, alias) {
      const texts = {
        unique: `Another account already has the alias ${alias}.`,
        reference: `There is no account ${accountId}.`,
      }
      await write(texts, async transaction => {
        await transaction
          .insertInto('account_aliases')
          .values({ account_id: accountId, alias })
          .onConflict(conflict => conflict.column('account_id').doUpdateSet({ alias }))
          .execute()
        return []
      })
    },

    async findAccountAlias(accountId) {
      const row = await db
        .selectFrom('account_aliases')
        .select('alias')
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      return row?.alias ?? null
    },

    async deleteAccountAlias(accountId) {
      await write({}, async transaction => {
        const { numDeletedRows } = await transaction
          .deleteFrom('account_aliases')
          .where('account_id', '=', accountId)
          .executeTakeFirst()
        if (numDeletedRows === 0n) {
          throw new StoreError('missing', `Account ${accountId} has no alias.`)
        }
        return []
      })
    },
  }
}
