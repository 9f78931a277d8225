import type { Kysely } from 'kysely'
import { formatNameKey } from './names.ts'
import { StoreError, type UserPolicyStore } from './ports.ts'
import type { StoreSchema } from './schema.ts'
import { formatUserTopic } from './topics.ts'
import { write } from './write.ts'

/**
 * Inline policies of users in an SQL database. Names differ without regard to case; a policy that
 * replaces another takes its own spelling of the name along.
 */
export function createUserPolicyStore(db: Kysely<StoreSchema>): UserPolicyStore {
  return {
    async saveUserPolicy(accountId, userId, { name, document }) {
      const texts = { reference: `Account ${accountId} has no user ${userId}.` }
      await write(db, texts, async transaction => {
        await transaction
          .insertInto('user_policies')
          .values({
            account_id: accountId,
            user_id: userId,
            name,
            name_key: formatNameKey(name),
            document,
          })
          .onConflict(conflict =>
            conflict.columns(['account_id', 'user_id', 'name_key']).doUpdateSet({ name, document }),
          )
          .execute()
        return [formatUserTopic(accountId, userId)]
      })
    },

    async listUserPolicies(accountId, userId) {
      return db
        .selectFrom('user_policies')
        .select(['name', 'document'])
        .where('account_id', '=', accountId)
        .where('user_id', '=', userId)
        .orderBy('name_key')
        .execute()
    },

    async deleteUserPolicy(accountId, userId, name) {
      await write(db, {}, async transaction => {
        const { numDeletedRows } = await transaction
          .deleteFrom('user_policies')
          .where('account_id', '=', accountId)
          .where('user_id', '=', userId)
          .where('name_key', '=', formatNameKey(name))
          .executeTakeFirst()
        if (numDeletedRows === 0n) {
          throw new StoreError('missing', `User ${userId} has no inline policy ${name}.`)
        }
        return [formatUserTopic(accountId, userId)]
      })
    },
  }
}
