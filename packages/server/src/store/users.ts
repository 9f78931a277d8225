import type { Kysely, Selectable } from 'kysely'
import type { User } from '../principals/entities.ts'
import type { AccountId, UniqueId } from '../principals/identifiers.ts'
import { parseTagsColumn } from './json-columns.ts'
import { formatNameKey } from './names.ts'
import { createPage, parsePageRequest } from './paging.ts'
import { StoreError, type UserStore } from './ports.ts'
import type { StoreSchema, UsersTable } from './schema.ts'
import { formatAccessKeyTopic, formatUserTopic } from './topics.ts'
import { write } from './write.ts'

/** Users in an SQL database. Found by name without regard to case, listed by name. */
export function createUserStore(db: Kysely<StoreSchema>): UserStore {
  return {
    async createUser(user) {
      const texts = {
        unique: `Account ${user.accountId} already has a user ${user.name}.`,
        reference: `There is no account ${user.accountId}.`,
      }
      await write(db, texts, async transaction => {
        await transaction.insertInto('users').values(createRow(user)).execute()
        return [formatUserTopic(user.accountId, user.id)]
      })
    },

    async findUser(accountId, name) {
      const row = await db
        .selectFrom('users')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('name_key', '=', formatNameKey(name))
        .executeTakeFirst()
      return row === undefined ? null : createUserFromRow(row)
    },

    async findUserById(accountId, id) {
      const row = await db
        .selectFrom('users')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : createUserFromRow(row)
    },

    async listUsers(accountId, page) {
      const listing = `users ${accountId}`
      const { afterKey, rowCount } = parsePageRequest(listing, page)
      const rows = await db
        .selectFrom('users')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('name_key', '>', afterKey)
        .orderBy('name_key')
        .limit(rowCount)
        .execute()
      return createPage(listing, page, rows, row => row.name_key, createUserFromRow)
    },

    async deleteUser(accountId, id) {
      await write(db, {}, async transaction => {
        // The keys go with the user (on delete cascade); readers are told of each.
        const keys = await transaction
          .selectFrom('access_keys')
          .select('id')
          .where('account_id', '=', accountId)
          .where('user_id', '=', id)
          .execute()
        const { numDeletedRows } = await transaction
          .deleteFrom('users')
          .where('account_id', '=', accountId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (numDeletedRows === 0n) throw createMissingUserError(accountId, id)
        return [formatUserTopic(accountId, id), ...keys.map(key => formatAccessKeyTopic(key.id))]
      })
    },

    async saveUserTags(accountId, id, tags) {
      await write(db, {}, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('users')
          .set({ tags: JSON.stringify(tags) })
          .where('account_id', '=', accountId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw createMissingUserError(accountId, id)
        return [formatUserTopic(accountId, id)]
      })
    },
  }
}

function createRow(user: User): UsersTable {
  return {
    account_id: user.accountId,
    id: user.id,
    name: user.name,
    name_key: formatNameKey(user.name),
    path: user.path,
    created_at_ms: user.createdAtMs,
    tags: JSON.stringify(user.tags),
    permissions_boundary_arn: user.permissionsBoundaryArn,
  }
}

function createUserFromRow(row: Selectable<UsersTable>): User {
  return {
    accountId: row.account_id,
    id: row.id,
    name: row.name,
    path: row.path,
    createdAtMs: row.created_at_ms,
    tags: parseTagsColumn(row.tags),
    permissionsBoundaryArn: row.permissions_boundary_arn,
  }
}

function createMissingUserError(accountId: AccountId, id: UniqueId): StoreError {
  return new StoreError('missing', `Account ${accountId} has no user ${id}.`)
}
