import type { Migration } from './migration.ts'

/** Who has fetched the documents of each issuer. */
export const issuerReadersMigration: Migration = {
  name: 'readers of issuers',
  async up(db, { integerType, tableEnd }) {
    await db.schema
      .createTable('issuer_readers')
      .addColumn('issuer_id', 'text', column =>
        column.primaryKey().notNull().references('federations.issuer_id'),
      )
      .addColumn('readers', 'text', column => column.notNull())
      .addColumn('oldest_at_ms', integerType, column => column.notNull())
      .modifyEnd(tableEnd)
      .execute()
    await db.schema
      .createIndex('issuer_readers_by_age')
      .on('issuer_readers')
      .columns(['oldest_at_ms'])
      .execute()
  },
}
