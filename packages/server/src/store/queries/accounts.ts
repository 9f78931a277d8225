import { type Selectable, sql } from 'kysely'
import type { Account, OrganizationPlacement } from '../../principals/entities.ts'
import { type AccountStore, StoreError } from '../ports.ts'
import type { AccountsTable } from '../schema.ts'
import { formatAccountTopic } from '../topics.ts'
import { parseOrganizationColumn } from './json-columns.ts'
import { createPage, parsePageRequest } from './paging.ts'
import type { StoreAccess } from './write.ts'

const LISTING = 'accounts'

/** Accounts in an SQL database. Listed by id. */
export function createAccountStore({ db, write }: StoreAccess): AccountStore {
  return {
    async createAccount(account) {
      const texts = { unique: `Account ${account.id} already exists.` }
      await write(texts, async transaction => {
        await transaction
          .insertInto('accounts')
          .values({
            id: account.id,
            partition: account.partition,
            name: account.name,
            created_at_ms: account.createdAtMs,
            organization: formatOrganizationColumn(account.organization),
          })
          .execute()
        return [formatAccountTopic(account.id)]
      })
    },

    async findAccount(id) {
      const row = await db
        .selectFrom('accounts')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : createAccountFromRow(row)
    },

    async listAccounts(page) {
      const { afterKey, rowCount } = parsePageRequest(LISTING, page)
      const rows = await db
        .selectFrom('accounts')
        .selectAll()
        .where(sql<boolean>`id > ${afterKey}`)
        .orderBy('id')
        .limit(rowCount)
        .execute()
      return createPage(LISTING, page, rows, row => row.id, createAccountFromRow)
    },

    async placeAccount(id, organization) {
      await write({}, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('accounts')
          .set({ organization: formatOrganizationColumn(organization) })
          .where('id', '=', id)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw new StoreError('missing', `There is no account ${id}.`)
        return [formatAccountTopic(id)]
      })
    },
  }
}

function createAccountFromRow(row: Selectable<AccountsTable>): Account {
  return {
    id: row.id,
    partition: row.partition,
    name: row.name,
    createdAtMs: row.created_at_ms,
    organization: row.organization === null ? null : parseOrganizationColumn(row.organization),
  }
}

function formatOrganizationColumn(organization: OrganizationPlacement | null): string | null {
  return organization === null ? null : JSON.stringify(organization)
}
