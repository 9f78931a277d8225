import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/**
 * Keys that sign, by the share of the spread that their accounts have (`SPREAD_MODULUS`), and then by
 * their age. Those that are due are found without looking at those that will be due within days.
 */
export const dueKeysMigration: Migration = {
  name: 'due keys',
  async up(db) {
    await db.schema.dropIndex('issuer_keys_by_activation').execute()
    await sql`
      create index issuer_keys_by_share on issuer_keys
        ((cast(account_id as bigint) % 997), activated_at_ms) where state = 'active'`.execute(db)
  },
}
