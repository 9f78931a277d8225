import type { Selectable } from 'kysely'
import type { Role } from '../../principals/entities.ts'
import type { AccountId, UniqueId } from '../../principals/identifiers.ts'
import type { RoleStore } from '../iam-ports.ts'
import { StoreError } from '../ports.ts'
import type { RolesTable } from '../schema.ts'
import { formatRoleTopic } from '../topics.ts'
import { parseTagsColumn, parseTrustPinsColumn } from './json-columns.ts'
import { formatNameKey } from './names.ts'
import { createPage, parsePageRequest } from './paging.ts'
import { isUnderPath } from './paths.ts'
import { deletePrincipal, insertPrincipal } from './principals.ts'
import type { StoreAccess } from './write.ts'

/** Roles in an SQL database. Found by name without regard to case, listed by name. */
export function createRoleStore({ db, write }: StoreAccess): RoleStore {
  return {
    async createRole(role) {
      const { accountId, id, name } = role
      const texts = {
        unique: `Account ${accountId} already has a role ${name}.`,
        reference: `There is no account ${accountId}.`,
      }
      await write(texts, async transaction => {
        await insertPrincipal(transaction, accountId, id)
        await transaction
          .insertInto('roles')
          .values({
            account_id: accountId,
            id,
            name,
            name_key: formatNameKey(name),
            ...createColumns(role),
          })
          .execute()
        return [formatRoleTopic(accountId, id)]
      })
    },

    async findRole(accountId, name) {
      const row = await db
        .selectFrom('roles')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('name_key', '=', formatNameKey(name))
        .executeTakeFirst()
      return row === undefined ? null : createRoleFromRow(row)
    },

    async findRoleById(accountId, id) {
      const row = await db
        .selectFrom('roles')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : createRoleFromRow(row)
    },

    async listRoles(accountId, page) {
      const listing = `roles ${accountId}`
      const { afterKey, rowCount } = parsePageRequest(listing, page)
      const rows = await db
        .selectFrom('roles')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('name_key', '>', afterKey)
        .where(isUnderPath(page.pathPrefix))
        .orderBy('name_key')
        .limit(rowCount)
        .execute()
      return createPage(listing, page, rows, row => row.name_key, createRoleFromRow)
    },

    async listUnpinnedRoles(maxItems) {
      const rows = await db
        .selectFrom('roles')
        .selectAll()
        .where('trust_pins', 'is', null)
        .orderBy('account_id')
        .orderBy('id')
        .limit(maxItems)
        .execute()
      return rows.map(createRoleFromRow)
    },

    async saveRole(role) {
      const { accountId, id } = role
      await write({}, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('roles')
          .set(createColumns(role))
          .where('account_id', '=', accountId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw createMissingRoleError(accountId, id)
        return [formatRoleTopic(accountId, id)]
      })
    },

    async deleteRole(accountId, id) {
      await write({}, async transaction => {
        const { numDeletedRows } = await transaction
          .deleteFrom('roles')
          .where('account_id', '=', accountId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (numDeletedRows === 0n) throw createMissingRoleError(accountId, id)
        await deletePrincipal(transaction, accountId, id)
        return [formatRoleTopic(accountId, id)]
      })
    },
  }
}

/** What of a role may change: everything but account, id and name. */
function createColumns(role: Role): Omit<RolesTable, 'account_id' | 'id' | 'name' | 'name_key'> {
  return {
    path: role.path,
    created_at_ms: role.createdAtMs,
    description: role.description,
    trust_policy: role.trustPolicy,
    trust_pins: role.trustPins === null ? null : JSON.stringify(role.trustPins),
    max_session_seconds: role.maxSessionSeconds,
    tags: JSON.stringify(role.tags),
    permissions_boundary_arn: role.permissionsBoundaryArn,
    sessions_revoked_before_ms: role.sessionsRevokedBeforeMs,
  }
}

function createRoleFromRow(row: Selectable<RolesTable>): Role {
  return {
    accountId: row.account_id,
    id: row.id,
    name: row.name,
    path: row.path,
    createdAtMs: row.created_at_ms,
    description: row.description,
    trustPolicy: row.trust_policy,
    trustPins: row.trust_pins === null ? null : parseTrustPinsColumn(row.trust_pins),
    maxSessionSeconds: row.max_session_seconds,
    tags: parseTagsColumn(row.tags),
    permissionsBoundaryArn: row.permissions_boundary_arn,
    sessionsRevokedBeforeMs: row.sessions_revoked_before_ms,
  }
}

function createMissingRoleError(accountId: AccountId, id: UniqueId): StoreError {
  return new StoreError('missing', `Account ${accountId} has no role ${id}.`)
}
