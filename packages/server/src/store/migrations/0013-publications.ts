import type { Migration } from './migration.ts'

/** What is known of the targets where documents are published, and of each issuer there. */
export const publicationsMigration: Migration = {
  name: 'publications',
  async up(db, { integerType, tableEnd }) {
    await db.schema
      .createTable('publishing_targets')
      .addColumn('name', 'text', column => column.primaryKey())
      .addColumn('epoch', integerType, column => column.notNull())
      .addColumn('mark', 'text', column => column.notNull())
      .addColumn('former_mark', 'text', column => column.notNull())
      .addColumn('failing_since_ms', integerType)
      .addColumn('failure', 'text')
      .modifyEnd(tableEnd)
      .execute()
    await db.schema
      .createTable('publications')
      .addColumn('issuer_id', 'text', column =>
        column.notNull().references('federations.issuer_id'),
      )
      .addColumn('target', 'text', column => column.notNull())
      .addColumn('digest', 'text')
      .addColumn('visible_since', 'text', column => column.notNull())
      .addColumn('checked_at_ms', integerType, column => column.notNull())
      .addColumn('failing_since_ms', integerType)
      .addColumn('failure', 'text')
      .addPrimaryKeyConstraint('publications_by_issuer', ['issuer_id', 'target'])
      .modifyEnd(tableEnd)
      .execute()
    await db.schema
      .createIndex('publications_failing')
      .on('publications')
      .columns(['target', 'failing_since_ms'])
      .execute()
  },
}
