import type { Migration } from './migration.ts'

/** Accounts may choose which of the configured names of their issuer stands in their tokens. */
export const issuerNamesMigration: Migration = {
  name: 'names of issuers',
  async up(db) {
    await db.schema.alterTable('federations').addColumn('sign_as', 'text').execute()
  },
}
