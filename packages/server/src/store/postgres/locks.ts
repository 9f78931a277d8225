import { type Kysely, sql } from 'kysely'
import type { AccountId } from '../../principals/identifiers.ts'
import type { StoreSchema } from '../schema.ts'

/**
 * Advisory locks are numbers of 64 bits that all programs in a database share. Ours begin with these
 * 24 bits (`CRE`). An account id fits into the other 40.
 */
const OURS = 0x435245n << 40n
/** No account id is as large. */
const MIGRATION = (1n << 40n) - 1n
const LONE_WRITE = MIGRATION - 1n

/** Keeps out whoever else takes steps of the schema, until the transaction ends. */
export async function lockForMigration(transaction: Kysely<StoreSchema>): Promise<void> {
  await lock(transaction, OURS | MIGRATION)
}

/**
 * Waits for all writes that belong to no turn, and keeps out others: some of them read what they write.
 */
export async function lockForLoneWrite(transaction: Kysely<StoreSchema>): Promise<void> {
  await lock(transaction, OURS | LONE_WRITE)
}

/**
 * Waits for all turns of these accounts and keeps out others, until the transaction ends. The locks are
 * taken in the order of ids, so that two turns never wait for each other.
 */
export async function lockAccounts(
  transaction: Kysely<StoreSchema>,
  accounts: readonly AccountId[],
): Promise<void> {
  for (const account of [...new Set(accounts)].toSorted()) {
    await lock(transaction, OURS | BigInt(account))
  }
}

async function lock(transaction: Kysely<StoreSchema>, key: bigint): Promise<void> {
  await sql`select pg_advisory_xact_lock(${String(key)}::bigint)`.execute(transaction)
}
