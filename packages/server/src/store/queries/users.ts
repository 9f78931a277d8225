import type { Selectable } from 'kysely'
import type { User } from '../../principals/entities.ts'
import type { AccountId, UniqueId } from '../../principals/identifiers.ts'
import { StoreError, type UserStore } from '../ports.ts'
import type { UsersTable } from '../schema.ts'
import { formatAccessKeyTopic, formatUserTopic } from '../topics.ts'
import { parseTagsColumn } from './json-columns.ts'
import { formatNameKey } from './names.ts'
import { createPage, parsePageRequest } from './paging.ts'
import { isUnderPath } from './paths.ts'
import { deletePrincipal, insertPrincipal } from './principals.ts'
import type { StoreAccess } from './write.ts'

/** Users in an SQL database. Found by name without regard to case, listed by name. */
export function createUserStore({ db, write }: StoreAccess): UserStore {
  return {
    async createUser(user) {
      const texts = {
        unique: `Account ${user.accountId} already has a user ${user.name}.`,
        reference: `There is no account ${user.accountId}.`,
      }
      await write(texts, async transaction => {
        await insertPrincipal(transaction, user.accountId, user.id)
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
        .where(isUnderPath(page.pathPrefix))
        .orderBy('name_key')
        .limit(rowCount)
        .execute()
      return createPage(listing, page, rows, row => row.name_key, createUserFromRow)
    },

    async saveUser(user) {
      const texts = { unique: `Account ${user.accountId} already has a user ${user.name}.` }
      await write(texts, async transaction => {
        const { name, name_key, path, permissions_boundary_arn } = createRow(user)
        const { numUpdatedRows } = await transaction
          .updateTable('users')
          .set({ name, name_key, path, permissions_boundary_arn })
          .where('account_id', '=', user.accountId)
          .where('id', '=', user.id)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw createMissingUserError(user.accountId, user.id)
        return [formatUserTopic(user.accountId, user.id)]
      })
    },

    async deleteUser(accountId, id) {
      await write({}, async transaction => {
        // Keys and memberships are deleted with the user's row. Readers are told of each key.
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
        await deletePrincipal(transaction, accountId, id)
        return [formatUserTopic(accountId, id), ...keys.map(key => formatAccessKeyTopic(key.id))]
      })
    },

    async saveUserTags(accountId, id, tags) {
      await write({}, async transaction => {
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

/** The user of a row. @throws StoreFailure when the row is damaged */
export function createUserFromRow(row: Selectable<UsersTable>): User {
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
