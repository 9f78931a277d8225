import type { Kysely, Selectable } from 'kysely'
import type { FederationsTable } from '../issuer-schema.ts'
import { type Federation, type IssuerStore, StoreError } from '../ports.ts'
import type { StoreSchema } from '../schema.ts'
import { formatFederationTopic, formatIssuerTopic } from '../topics.ts'
import { createIssuerKeyFromRow, createIssuerKeyRow } from './issuer-key-rows.ts'
import { requireNotFormer } from './sealed.ts'
import type { StoreAccess } from './write.ts'

/** Federation state and signing keys in an SQL database. */
export function createIssuerStore({ db, write }: StoreAccess): IssuerStore {
  return {
    async findFederation(accountId) {
      const row = await db
        .selectFrom('federations')
        .selectAll()
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      return row === undefined ? null : createFederationFromRow(row)
    },

    async findFederationByIssuerId(issuerId) {
      const row = await db
        .selectFrom('federations')
        .selectAll()
        .where('issuer_id', '=', issuerId)
        .executeTakeFirst()
      return row === undefined ? null : createFederationFromRow(row)
    },

    async createFederation(federation, keys) {
      const { accountId } = federation
      if (keys.some(key => key.accountId !== accountId)) {
        throw new RangeError(`a signing key is not of account ${accountId}`)
      }
      const texts = {
        unique: `Account ${accountId} already has an issuer, or its id or a key is taken.`,
        reference: `There is no account ${accountId}.`,
      }
      await write(texts, async transaction => {
        await requireNotFormer(
          transaction,
          keys.flatMap(key => [key.handle, key.binding]),
        )
        await transaction
          .insertInto('federations')
          .values({
            account_id: accountId,
            issuer_id: federation.issuerId,
            enabled: federation.enabled ? 1 : 0,
            changed_at_ms: federation.changedAtMs,
            previous_change_at_ms: federation.previousChangeAtMs,
            sign_as: federation.signAs,
          })
          .execute()
        for (const key of keys) {
          await transaction.insertInto('issuer_keys').values(createIssuerKeyRow(key)).execute()
        }
        return [formatFederationTopic(accountId), formatIssuerTopic(federation.issuerId)]
      })
    },

    async saveFederationEnabled(accountId, enabled, changedAtMs) {
      await write({}, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('federations')
          .set(({ ref }) => ({
            enabled: enabled ? 1 : 0,
            changed_at_ms: changedAtMs,
            previous_change_at_ms: ref('changed_at_ms'),
          }))
          .where('account_id', '=', accountId)
          .where('enabled', '=', enabled ? 0 : 1)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw await createUnchangedError(transaction, accountId, enabled)
        return [formatFederationTopic(accountId)]
      })
    },

    async saveSignAs(accountId, signAs) {
      await write({}, async transaction => {
        const { numUpdatedRows } = await transaction
          .updateTable('federations')
          .set({ sign_as: signAs })
          .where('account_id', '=', accountId)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) throw createMissingError(accountId)
        return [formatFederationTopic(accountId)]
      })
    },

    async listIssuerKeys(accountId) {
      const rows = await db
        .selectFrom('issuer_keys')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('created_at_ms')
        .orderBy('generation')
        .orderBy('algorithm')
        .execute()
      return rows.map(createIssuerKeyFromRow)
    },
  }
}

async function createUnchangedError(
  db: Kysely<StoreSchema>,
  accountId: FederationsTable['account_id'],
  enabled: boolean,
): Promise<StoreError> {
  const row = await db
    .selectFrom('federations')
    .select('account_id')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row === undefined
    ? createMissingError(accountId)
    : new StoreError('conflict', `Federation of ${accountId} is already ${enabled ? 'on' : 'off'}.`)
}

function createMissingError(accountId: FederationsTable['account_id']): StoreError {
  return new StoreError('missing', `Account ${accountId} has no issuer.`)
}

function createFederationFromRow(row: Selectable<FederationsTable>): Federation {
  return {
    accountId: row.account_id,
    issuerId: row.issuer_id,
    enabled: row.enabled === 1,
    changedAtMs: row.changed_at_ms,
    previousChangeAtMs: row.previous_change_at_ms,
    signAs: row.sign_as,
  }
}
