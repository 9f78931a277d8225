import type { Migration } from './migration.ts'

/**
 * What tells a change from another with the same number: a database that was set back to an earlier
 * state gives numbers a second time.
 */
export const changeNoncesMigration: Migration = {
  name: 'change nonces',
  async up(db) {
    await db.schema.alterTable('changes').addColumn('nonce', 'text').execute()
  },
}
