import type { Selectable } from 'kysely'
import type { Group } from '../../principals/entities.ts'
import type { AccountId, UniqueId } from '../../principals/identifiers.ts'
import type { GroupStore } from '../iam-ports.ts'
import { StoreError } from '../ports.ts'
import type { GroupsTable } from '../schema.ts'
import { formatGroupTopic, formatUserTopic } from '../topics.ts'
import { formatNameKey } from './names.ts'
import { createPage, parsePageRequest } from './paging.ts'
import { isUnderPath } from './paths.ts'
import { deletePrincipal, insertPrincipal } from './principals.ts'
import { createUserFromRow } from './users.ts'
import type { StoreAccess } from './write.ts'

/** Groups and memberships in an SQL database. Found by name without regard to case, listed by name. */
export function createGroupStore({ db, write }: StoreAccess): GroupStore {
  return {
    async createGroup(group) {
      const { accountId, id, name, path, createdAtMs } = group
      const texts = {
        unique: `Account ${accountId} already has a group ${name}.`,
        reference: `There is no account ${accountId}.`,
      }
      await write(texts, async transaction => {
        await insertPrincipal(transaction, accountId, id)
        await transaction
          .insertInto('groups')
          .values({
            account_id: accountId,
            id,
            name,
            name_key: formatNameKey(name),
            path,
            created_at_ms: createdAtMs,
          })
          .execute()
        return [formatGroupTopic(accountId, id)]
      })
    },

    async findGroup(accountId, name) {
      const row = await db
        .selectFrom('groups')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('name_key', '=', formatNameKey(name))
        .executeTakeFirst()
      return row === undefined ? null : createGroupFromRow(row)
    },

    async listGroups(accountId, page) {
      const listing = `groups ${accountId}`
      const { afterKey, rowCount } = parsePageRequest(listing, page)
      const rows = await db
        .selectFrom('groups')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('name_key', '>', afterKey)
        .where(isUnderPath(page.pathPrefix))
        .orderBy('name_key')
        .limit(rowCount)
        .execute()
      return createPage(listing, page, rows, row => row.name_key, createGroupFromRow)
    },

    async saveGroup({ accountId, id, name, path }) {
      const texts = { unique: `Account ${accountId} already has a group ${name}.` }
      await write(texts, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('groups')
          .set({ name, name_key: formatNameKey(name), path })
          .where('account_id', '=', accountId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw createMissingGroupError(accountId, id)
        return [formatGroupTopic(accountId, id)]
      })
    },

    async deleteGroup(accountId, id) {
      await write({}, async transaction => {
        // Memberships are deleted with the group's row. They belong to the topics of the users, so
        // readers are told of each user.
        const members = await transaction
          .selectFrom('group_members')
          .select('user_id')
          .where('account_id', '=', accountId)
          .where('group_id', '=', id)
          .execute()
        const { numDeletedRows } = await transaction
          .deleteFrom('groups')
          .where('account_id', '=', accountId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (numDeletedRows === 0n) throw createMissingGroupError(accountId, id)
        await deletePrincipal(transaction, accountId, id)
        return [
          formatGroupTopic(accountId, id),
          ...members.map(member => formatUserTopic(accountId, member.user_id)),
        ]
      })
    },

    async addGroupMember(accountId, groupId, userId) {
      const texts = {
        reference: `Account ${accountId} has no group ${groupId}, or no user ${userId}.`,
      }
      await write(texts, async transaction => {
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto('group_members')
          .values({ account_id: accountId, group_id: groupId, user_id: userId })
          .onConflict(conflict => conflict.doNothing())
          .executeTakeFirst()
        return numInsertedOrUpdatedRows === 0n ? [] : [formatUserTopic(accountId, userId)]
      })
    },

    async removeGroupMember(accountId, groupId, userId) {
      await write({}, async transaction => {
        const { numDeletedRows } = await transaction
          .deleteFrom('group_members')
          .where('account_id', '=', accountId)
          .where('group_id', '=', groupId)
          .where('user_id', '=', userId)
          .executeTakeFirst()
        if (numDeletedRows === 0n) {
          throw new StoreError('missing', `User ${userId} is not in group ${groupId}.`)
        }
        return [formatUserTopic(accountId, userId)]
      })
    },

    async listGroupMembers(accountId, groupId, page) {
      const listing = `members ${accountId} ${groupId}`
      const { afterKey, rowCount } = parsePageRequest(listing, page)
      const rows = await db
        .selectFrom('group_members')
        .innerJoin('users', join =>
          join
            .onRef('users.account_id', '=', 'group_members.account_id')
            .onRef('users.id', '=', 'group_members.user_id'),
        )
        .selectAll('users')
        .where('group_members.account_id', '=', accountId)
        .where('group_members.group_id', '=', groupId)
        .where('users.name_key', '>', afterKey)
        .orderBy('users.name_key')
        .limit(rowCount)
        .execute()
      return createPage(listing, page, rows, row => row.name_key, createUserFromRow)
    },

    async listGroupsOfUser(accountId, userId) {
      const rows = await db
        .selectFrom('group_members')
        .innerJoin('groups', join =>
          join
            .onRef('groups.account_id', '=', 'group_members.account_id')
            .onRef('groups.id', '=', 'group_members.group_id'),
        )
        .selectAll('groups')
        .where('group_members.account_id', '=', accountId)
        .where('group_members.user_id', '=', userId)
        .orderBy('groups.name_key')
        .execute()
      return rows.map(createGroupFromRow)
    },
  }
}

function createGroupFromRow(row: Selectable<GroupsTable>): Group {
  return {
    accountId: row.account_id,
    id: row.id,
    name: row.name,
    path: row.path,
    createdAtMs: row.created_at_ms,
  }
}

function createMissingGroupError(accountId: AccountId, id: UniqueId): StoreError {
  return new StoreError('missing', `Account ${accountId} has no group ${id}.`)
}
