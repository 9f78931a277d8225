import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import {
  type ChangeReaders,
  type IssuerReaders,
  type KeyReaderStore,
  NO_READERS,
} from '../reader-ports.ts'
import type { StoreSchema } from '../schema.ts'
import type { StoreAccess } from './write.ts'

/** How many issuers one transaction changes. This bounds the time for which it holds the lock. */
const ISSUERS_PER_TRANSACTION = 50
/** How often a row is read again that others have changed meanwhile. What is lost then, nobody misses. */
const MAX_ATTEMPTS = 5

/** Readers of documents in an SQL database: one row for each issuer, so that it is bounded as one. */
export function createKeyReaderStore({ db, write }: StoreAccess): KeyReaderStore {
  return {
    async findReaders(issuerId) {
      const text = await findText(db, issuerId)
      return text === null ? null : parseReaders(text)
    },

    async changeReaders(issuerIds, change) {
      for (let start = 0; start < issuerIds.length; start += ISSUERS_PER_TRANSACTION) {
        const part = issuerIds.slice(start, start + ISSUERS_PER_TRANSACTION)
        await write({}, async transaction => {
          await changePart(transaction, part, change)
          return []
        })
        // An embedded database works on the caller's thread. Requests go first between two parts.
        await setImmediate()
      }
    },

    async listIssuersWithOldReaders(untilMs, maxItems) {
      const rows = await db
        .selectFrom('issuer_readers')
        .select('issuer_id')
        .where('oldest_at_ms', '<=', untilMs)
        .orderBy('oldest_at_ms')
        .limit(maxItems)
        .execute()
      return rows.map(row => row.issuer_id)
    },

    async forgetReaders() {
      await write({}, async transaction => {
        await transaction.deleteFrom('issuer_readers').execute()
        return []
      })
    },
  }
}

async function changePart(
  transaction: Kysely<StoreSchema>,
  issuerIds: readonly string[],
  change: ChangeReaders,
): Promise<void> {
  const found = await transaction
    .selectFrom('federations')
    .leftJoin('issuer_readers', 'issuer_readers.issuer_id', 'federations.issuer_id')
    .select(['federations.issuer_id as issuer_id', 'issuer_readers.readers as readers'])
    .where('federations.issuer_id', 'in', issuerIds)
    // Two that change the same rows go through them in one order, so that neither waits for the other.
    .orderBy('federations.issuer_id')
    .execute()
  for (const { issuer_id, readers } of found) {
    let text = readers
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      if (await changeRow(transaction, issuer_id, text, change)) break
      text = await findText(transaction, issuer_id)
    }
  }
}

/**
 * Compare-and-swap of the whole row, since other replicas may change it at the same time.
 * @returns whether it was still as it was read
 */
async function changeRow(
  transaction: Kysely<StoreSchema>,
  issuerId: string,
  text: string | null,
  change: ChangeReaders,
): Promise<boolean> {
  const next = change(issuerId, text === null ? NO_READERS : parseReaders(text))
  const values = {
    readers: JSON.stringify(next),
    oldest_at_ms: Math.min(...next.readers.map(({ lastAtMs }) => lastAtMs)),
  }
  if (text === null) {
    if (next.readers.length === 0) return true
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto('issuer_readers')
      .values({ issuer_id: issuerId, ...values })
      .onConflict(conflict => conflict.column('issuer_id').doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }
  if (next.readers.length === 0) {
    const { numDeletedRows } = await transaction
      .deleteFrom('issuer_readers')
      .where('issuer_id', '=', issuerId)
      .where('readers', '=', text)
      .executeTakeFirst()
    return numDeletedRows === 1n
  }
  const { numUpdatedRows } = await transaction
    .updateTable('issuer_readers')
    .set(values)
    .where('issuer_id', '=', issuerId)
    .where('readers', '=', text)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

async function findText(db: Kysely<StoreSchema>, issuerId: string): Promise<string | null> {
  const row = await db
    .selectFrom('issuer_readers')
    .select('readers')
    .where('issuer_id', '=', issuerId)
    .executeTakeFirst()
  return row?.readers ?? null
}

/** A row that is damaged is forgotten like any other: nothing depends on it. */
function parseReaders(text: string): IssuerReaders {
  try {
    const value: unknown = JSON.parse(text)
    return isReaders(value) ? value : NO_READERS
  } catch {
    return NO_READERS
  }
}

function isReaders(value: unknown): value is IssuerReaders {
  if (typeof value !== 'object' || value === null) return false
  const { readers, keySets, forgotten } = value as Partial<Record<string, unknown>>
  return (
    Array.isArray(readers) &&
    readers.every(each => typeof each?.network === 'string' && Number.isInteger(each.lastAtMs)) &&
    typeof keySets === 'object' &&
    keySets !== null &&
    Object.values(keySets).every(Array.isArray) &&
    Number.isInteger(forgotten)
  )
}
