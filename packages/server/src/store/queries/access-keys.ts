import type { AccessKey } from '../../principals/entities.ts'
import type { AccessKeyId } from '../../principals/identifiers.ts'
import { type AccessKeyStore, StoreError } from '../ports.ts'
import type { AccessKeysTable } from '../schema.ts'
import { formatAccessKeyTopic } from '../topics.ts'
import { requireNotFormer } from './sealed.ts'
import type { StoreAccess } from './write.ts'

/** Long-term access keys in an SQL database. Listed oldest first. */
export function createAccessKeyStore({ db, write }: StoreAccess): AccessKeyStore {
  return {
    async createAccessKey(key) {
      const texts = {
        unique: `Access key ${key.id} already exists.`,
        reference:
          key.userId === null
            ? `There is no account ${key.accountId}.`
            : `Account ${key.accountId} has no user ${key.userId}.`,
      }
      await write(texts, async transaction => {
        await requireNotFormer(transaction, [key.sealedSecret])
        await transaction
          .insertInto('access_keys')
          .values({
            id: key.id,
            account_id: key.accountId,
            user_id: key.userId,
            status: key.status,
            created_at_ms: key.createdAtMs,
            sealed_secret: key.sealedSecret,
          })
          .execute()
        return [formatAccessKeyTopic(key.id)]
      })
    },

    async findAccessKey(id) {
      const row = await db
        .selectFrom('access_keys')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      if (row === undefined) return null
      return { ...createAccessKeyFromRow(row), sealedSecret: row.sealed_secret }
    },

    async listAccessKeys(accountId, userId) {
      const rows = await db
        .selectFrom('access_keys')
        .select(['id', 'account_id', 'user_id', 'status', 'created_at_ms'])
        .where('account_id', '=', accountId)
        .where(eb => (userId === null ? eb('user_id', 'is', null) : eb('user_id', '=', userId)))
        .orderBy('created_at_ms')
        .orderBy('id')
        .execute()
      return rows.map(createAccessKeyFromRow)
    },

    async saveAccessKeyStatus(id, status) {
      await write({}, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('access_keys')
          .set({ status })
          .where('id', '=', id)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw createMissingKeyError(id)
        return [formatAccessKeyTopic(id)]
      })
    },

    async deleteAccessKey(id) {
      await write({}, async transaction => {
        const { numDeletedRows } = await transaction
          .deleteFrom('access_keys')
          .where('id', '=', id)
          .executeTakeFirst()
        if (numDeletedRows === 0n) throw createMissingKeyError(id)
        return [formatAccessKeyTopic(id)]
      })
    },
  }
}

function createAccessKeyFromRow(row: Omit<AccessKeysTable, 'sealed_secret'>): AccessKey {
  return {
    id: row.id,
    accountId: row.account_id,
    userId: row.user_id,
    status: row.status,
    createdAtMs: row.created_at_ms,
  }
}

function createMissingKeyError(id: AccessKeyId): StoreError {
  return new StoreError('missing', `There is no access key ${id}.`)
}
