import type { InlinePolicyStore } from '../iam-ports.ts'
import { StoreError } from '../ports.ts'
import { formatPrincipalTopic } from '../topics.ts'
import { formatNameKey } from './names.ts'
import type { StoreAccess } from './write.ts'

/**
 * Inline policies of users, groups and roles in an SQL database. Names are compared without regard to
 * case. A policy that replaces another one brings its own spelling of the name.
 */
export function createInlinePolicyStore({ db, write }: StoreAccess): InlinePolicyStore {
  return {
    async saveInlinePolicy(accountId, principalId, { name, document }) {
      const texts = { reference: `Account ${accountId} has no principal ${principalId}.` }
      await write(texts, async transaction => {
        await transaction
          .insertInto('inline_policies')
          .values({
            account_id: accountId,
            principal_id: principalId,
            name,
            name_key: formatNameKey(name),
            document,
          })
          .onConflict(conflict =>
            conflict
              .columns(['account_id', 'principal_id', 'name_key'])
              .doUpdateSet({ name, document }),
          )
          .execute()
        return [formatPrincipalTopic(accountId, principalId)]
      })
    },

    async listInlinePolicies(accountId, principalId) {
      return db
        .selectFrom('inline_policies')
        .select(['name', 'document'])
        .where('account_id', '=', accountId)
        .where('principal_id', '=', principalId)
        .orderBy('name_key')
        .execute()
    },

    async deleteInlinePolicy(accountId, principalId, name) {
      await write({}, async transaction => {
        const { numDeletedRows } = await transaction
          .deleteFrom('inline_policies')
          .where('account_id', '=', accountId)
          .where('principal_id', '=', principalId)
          .where('name_key', '=', formatNameKey(name))
          .executeTakeFirst()
        if (numDeletedRows === 0n) {
          throw new StoreError('missing', `Principal ${principalId} has no inline policy ${name}.`)
        }
        return [formatPrincipalTopic(accountId, principalId)]
      })
    },
  }
}
