import type { Selectable } from 'kysely'
import type { OidcProvider } from '../../principals/entities.ts'
import type { AccountId } from '../../principals/identifiers.ts'
import type { OidcProviderStore } from '../iam-ports.ts'
import { StoreError } from '../ports.ts'
import type { OidcProvidersTable } from '../schema.ts'
import { formatOidcProviderTopic } from '../topics.ts'
import { parseContextProviderColumn, parseTagsColumn, parseTextsColumn } from './json-columns.ts'
import type { StoreAccess } from './write.ts'

/** OIDC providers in an SQL database. Listed by ARN. */
export function createOidcProviderStore({ db, write }: StoreAccess): OidcProviderStore {
  return {
    async createOidcProvider(provider) {
      const { accountId, arn, url } = provider
      const texts = {
        unique: `Account ${accountId} already has an OIDC provider for ${url}.`,
        reference: `There is no account ${accountId}.`,
      }
      await write(texts, async transaction => {
        await transaction
          .insertInto('oidc_providers')
          .values({ account_id: accountId, arn, url, ...createColumns(provider) })
          .execute()
        return [formatOidcProviderTopic(arn)]
      })
    },

    async findOidcProvider(accountId, arn) {
      const row = await db
        .selectFrom('oidc_providers')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('arn', '=', arn)
        .executeTakeFirst()
      return row === undefined ? null : createOidcProviderFromRow(row)
    },

    async listOidcProviders(accountId) {
      const rows = await db
        .selectFrom('oidc_providers')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('arn')
        .execute()
      return rows.map(createOidcProviderFromRow)
    },

    async saveOidcProvider(provider) {
      const { accountId, arn } = provider
      await write({}, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('oidc_providers')
          .set(createColumns(provider))
          .where('account_id', '=', accountId)
          .where('arn', '=', arn)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw createMissingProviderError(accountId, arn)
        return [formatOidcProviderTopic(arn)]
      })
    },

    async deleteOidcProvider(accountId, arn) {
      await write({}, async transaction => {
        const { numDeletedRows } = await transaction
          .deleteFrom('oidc_providers')
          .where('account_id', '=', accountId)
          .where('arn', '=', arn)
          .executeTakeFirst()
        if (numDeletedRows === 0n) throw createMissingProviderError(accountId, arn)
        return [formatOidcProviderTopic(arn)]
      })
    },
  }
}

/** What of a provider may change: everything but account, ARN and URL. */
function createColumns(
  provider: OidcProvider,
): Omit<OidcProvidersTable, 'account_id' | 'arn' | 'url'> {
  return {
    client_ids: JSON.stringify(provider.clientIds),
    thumbprints: JSON.stringify(provider.thumbprints),
    created_at_ms: provider.createdAtMs,
    tags: JSON.stringify(provider.tags),
    inline_jwks: provider.inlineJwks,
    context_provider:
      provider.contextProvider === null ? null : JSON.stringify(provider.contextProvider),
  }
}

function createOidcProviderFromRow(row: Selectable<OidcProvidersTable>): OidcProvider {
  return {
    accountId: row.account_id,
    arn: row.arn,
    url: row.url,
    clientIds: parseTextsColumn('client_ids', row.client_ids),
    thumbprints: parseTextsColumn('thumbprints', row.thumbprints),
    createdAtMs: row.created_at_ms,
    tags: parseTagsColumn(row.tags),
    inlineJwks: row.inline_jwks,
    contextProvider:
      row.context_provider === null ? null : parseContextProviderColumn(row.context_provider),
  }
}

function createMissingProviderError(accountId: AccountId, arn: string): StoreError {
  return new StoreError('missing', `Account ${accountId} has no OIDC provider ${arn}.`)
}
