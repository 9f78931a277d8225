import { sql } from 'kysely'
import { type IssuerKeyStore, type KeySlot, SPREAD_MODULUS } from '../key-ports.ts'
import { StoreError } from '../ports.ts'
import { formatFederationTopic } from '../topics.ts'
import { createIssuerKeyFromRow, createIssuerKeyRow } from './issuer-key-rows.ts'
import { requireNotFormer } from './sealed.ts'
import type { StoreAccess } from './write.ts'

/** The life of signing keys in an SQL database. */
export function createIssuerKeyStore({ db, write }: StoreAccess): IssuerKeyStore {
  return {
    async createIssuerKey(key) {
      const texts = {
        unique: `The place of the signing key, or its state, is taken in account ${key.accountId}.`,
        reference: `Account ${key.accountId} has no issuer.`,
      }
      await write(texts, async transaction => {
        await requireNotFormer(transaction, [key.handle, key.binding])
        await transaction.insertInto('issuer_keys').values(createIssuerKeyRow(key)).execute()
        return [formatFederationTopic(key.accountId)]
      })
    },

    async saveIssuerKey(key, from) {
      const { accountId, algorithm, generation, state } = key
      const texts = { unique: `Account ${accountId} has a key that is ${state} for ${algorithm}.` }
      await write(texts, async transaction => {
        await requireNotFormer(transaction, [key.handle, key.binding])
        const { numUpdatedRows } = await transaction
          .updateTable('issuer_keys')
          .set(createIssuerKeyRow(key))
          .where('account_id', '=', accountId)
          .where('algorithm', '=', algorithm)
          .where('generation', '=', generation)
          .where('state', '=', from)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) {
          throw new StoreError('conflict', `A signing key of ${accountId} is not ${from} any more.`)
        }
        return [formatFederationTopic(accountId)]
      })
    },

    async findIssuerKey(thumbprint) {
      const row = await db
        .selectFrom('issuer_keys')
        .selectAll()
        .where('thumbprint', '=', thumbprint)
        .executeTakeFirst()
      return row === undefined ? null : createIssuerKeyFromRow(row)
    },

    async listDueKeySlots(due, maxItems) {
      const rows = await buildDueQuery(due, maxItems).execute(db)
      return rows.rows.map(({ account_id, algorithm }) => ({ accountId: account_id, algorithm }))
    },

    async listUnboundIssuerKeys(after, maxItems) {
      const { accountId = '', algorithm = '', generation = 0 } = after ?? {}
      const rows = await db
        .selectFrom('issuer_keys')
        .selectAll()
        .where('binding', 'is', null)
        .where(sql<boolean>`state in ('prepared', 'active', 'retiring')`)
        .where(
          sql<boolean>`(account_id, algorithm, generation) > (${accountId}, ${algorithm}, ${generation})`,
        )
        .orderBy('account_id')
        .orderBy('algorithm')
        .orderBy('generation')
        .limit(maxItems)
        .execute()
      return rows.map(createIssuerKeyFromRow)
    },

    async countIssuerKeys() {
      const rows = await db
        .selectFrom('issuer_keys')
        .select(['algorithm', 'state'])
        .select(eb => [
          eb.fn.countAll<number>().as('count'),
          eb.fn.min('created_at_ms').as('created'),
          eb.fn.min('activated_at_ms').as('activated'),
        ])
        .groupBy(['algorithm', 'state'])
        .execute()
      return rows.map(row => ({
        algorithm: row.algorithm,
        state: row.state,
        count: Number(row.count),
        oldestCreatedAtMs: row.created,
        oldestActivatedAtMs: row.activated,
      }))
    },
  }
}

interface DueRow {
  readonly account_id: KeySlot['accountId']
  readonly algorithm: KeySlot['algorithm']
}

/**
 * One query of ranges of indices. Each range gives at most `maxItems`, so that none can push out the
 * others. Of the keys to be followed, each share of the spread has a range of its own: a thousand
 * questions to an index, instead of one look at every key that is due within days. The joins are crossed
 * so that SQLite keeps their order.
 */
function buildDueQuery(
  {
    activatedUntilMs,
    spreadStepMs,
    visibleUntilMs,
    endedUntilMs,
  }: Parameters<IssuerKeyStore['listDueKeySlots']>[0],
  maxItems: number,
) {
  const lastShare = activatedUntilMs === null ? -1 : SPREAD_MODULUS - 1
  return sql<DueRow>`
    with recursive shares (share) as (
      select 0 where ${lastShare} >= 0
      union all select share + 1 from shares where share < ${lastShare})
    select account_id, algorithm, min(since_ms) as since_ms from (
      select * from (
        select account_id, algorithm, ended_at_ms as since_ms from issuer_keys
        where state = 'retiring' and ended_at_ms <= ${endedUntilMs}
        order by ended_at_ms limit ${maxItems}) as ended
      union all select * from (
        select active.account_id, active.algorithm, active.activated_at_ms as since_ms
        from shares
        cross join issuer_keys as active
        cross join issuer_keys as follower
        where active.state = 'active'
          and (cast(active.account_id as bigint) % ${sql.lit(SPREAD_MODULUS)}) = share
          and active.activated_at_ms <= ${activatedUntilMs ?? 0} + share * ${spreadStepMs}
          and follower.account_id = active.account_id
          and follower.algorithm = active.algorithm and follower.state = 'prepared'
          and follower.visible_at_ms <= ${visibleUntilMs}
        limit ${maxItems}) as outgrown
      union all select * from (
        select account_id, algorithm, created_at_ms as since_ms from issuer_keys
        where state = 'prepared' and visible_at_ms is null
        order by created_at_ms limit ${maxItems}) as unseen
      union all select * from (
        select account_id, algorithm, created_at_ms as since_ms from issuer_keys
        where state = 'intended'
        order by created_at_ms limit ${maxItems}) as wanted
    ) as due
    group by account_id, algorithm
    order by since_ms, account_id, algorithm`
}
