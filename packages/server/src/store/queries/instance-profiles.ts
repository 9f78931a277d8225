import type { Kysely, Selectable, Transaction } from 'kysely'
import type { InstanceProfile } from '../../principals/entities.ts'
import type { AccountId, UniqueId } from '../../principals/identifiers.ts'
import type { InstanceProfileStore } from '../iam-ports.ts'
import { StoreError } from '../ports.ts'
import type { InstanceProfilesTable, StoreSchema } from '../schema.ts'
import { parseTagsColumn } from './json-columns.ts'
import { formatNameKey } from './names.ts'
import { createPage, parsePageRequest } from './paging.ts'
import { isUnderPath } from './paths.ts'
import type { StoreAccess } from './write.ts'

/**
 * Instance profiles in an SQL database. Found by name without regard to case, listed by name. Nobody
 * caches them, so no change is recorded.
 */
export function createInstanceProfileStore({ db, write }: StoreAccess): InstanceProfileStore {
  return {
    async createInstanceProfile(profile) {
      const { accountId, id, name } = profile
      const texts = {
        unique: `Account ${accountId} already has an instance profile ${name}.`,
        reference: `There is no account ${accountId}, or no role ${profile.roleId}.`,
      }
      await write(texts, async transaction => {
        await transaction
          .insertInto('instance_profiles')
          .values({
            account_id: accountId,
            id,
            name,
            name_key: formatNameKey(name),
            path: profile.path,
            created_at_ms: profile.createdAtMs,
            tags: JSON.stringify(profile.tags),
          })
          .execute()
        await putRole(transaction, profile)
        return []
      })
    },

    async findInstanceProfile(accountId, name) {
      const row = await selectProfiles(db, accountId)
        .where('name_key', '=', formatNameKey(name))
        .executeTakeFirst()
      return row === undefined ? null : createProfileFromRow(row)
    },

    async listInstanceProfiles(accountId, page) {
      const listing = `instance-profiles ${accountId}`
      const { afterKey, rowCount } = parsePageRequest(listing, page)
      const rows = await selectProfiles(db, accountId)
        .where('name_key', '>', afterKey)
        .where(isUnderPath(page.pathPrefix))
        .orderBy('name_key')
        .limit(rowCount)
        .execute()
      return createPage(listing, page, rows, row => row.name_key, createProfileFromRow)
    },

    async listInstanceProfilesOfRole(accountId, roleId) {
      const rows = await selectProfiles(db, accountId)
        .where('role_id', '=', roleId)
        .orderBy('name_key')
        .execute()
      return rows.map(createProfileFromRow)
    },

    async saveInstanceProfile(profile) {
      const { accountId, id } = profile
      const texts = { reference: `Account ${accountId} has no role ${profile.roleId}.` }
      await write(texts, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('instance_profiles')
          .set({ tags: JSON.stringify(profile.tags) })
          .where('account_id', '=', accountId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw createMissingProfileError(accountId, id)
        await transaction
          .deleteFrom('instance_profile_roles')
          .where('account_id', '=', accountId)
          .where('profile_id', '=', id)
          .execute()
        await putRole(transaction, profile)
        return []
      })
    },

    async deleteInstanceProfile(accountId, id) {
      await write({}, async transaction => {
        const { numDeletedRows } = await transaction
          .deleteFrom('instance_profiles')
          .where('account_id', '=', accountId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (numDeletedRows === 0n) throw createMissingProfileError(accountId, id)
        return []
      })
    },
  }
}

/** A profile, and the role in it. */
type ProfileRow = Selectable<InstanceProfilesTable> & { readonly role_id: UniqueId | null }

function selectProfiles(db: Kysely<StoreSchema>, accountId: AccountId) {
  return db
    .selectFrom('instance_profiles')
    .leftJoin('instance_profile_roles', join =>
      join
        .onRef('instance_profile_roles.account_id', '=', 'instance_profiles.account_id')
        .onRef('instance_profile_roles.profile_id', '=', 'instance_profiles.id'),
    )
    .selectAll('instance_profiles')
    .select('instance_profile_roles.role_id')
    .where('instance_profiles.account_id', '=', accountId)
}

async function putRole(
  transaction: Transaction<StoreSchema>,
  { accountId, id, roleId }: InstanceProfile,
): Promise<void> {
  if (roleId === null) return
  await transaction
    .insertInto('instance_profile_roles')
    .values({ account_id: accountId, profile_id: id, role_id: roleId })
    .execute()
}

function createProfileFromRow(row: ProfileRow): InstanceProfile {
  return {
    accountId: row.account_id,
    id: row.id,
    name: row.name,
    path: row.path,
    createdAtMs: row.created_at_ms,
    tags: parseTagsColumn(row.tags),
    roleId: row.role_id,
  }
}

function createMissingProfileError(accountId: AccountId, id: UniqueId): StoreError {
  return new StoreError('missing', `Account ${accountId} has no instance profile ${id}.`)
}
