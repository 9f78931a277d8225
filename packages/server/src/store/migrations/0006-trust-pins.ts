import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/**
 * The principals that the names in each trust policy stand for. Null means that they were not looked up
 * yet; roles of older stores are looked up after the store has been opened. A principal with a unique
 * id is found by it alone.
 */
export const trustPinsMigration: Migration = {
  name: 'trust pins',
  async up(db) {
    await db.schema.alterTable('roles').addColumn('trust_pins', 'text').execute()
    await db.schema
      .createIndex('roles_without_trust_pins')
      .on('roles')
      .columns(['account_id', 'id'])
      .where(sql.ref('trust_pins'), 'is', null)
      .execute()
    await db.schema
      .createIndex('principals_by_unique_id')
      .on('principals')
      .columns(['id'])
      .execute()
  },
}
