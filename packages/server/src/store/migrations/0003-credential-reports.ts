import type { Migration } from './migration.ts'

/** The last credential report of each account. */
export const credentialReportsMigration: Migration = {
  name: 'credential reports',
  async up(db, { integerType, tableEnd }) {
    await db.schema
      .createTable('credential_reports')
      .addColumn('account_id', 'text', column =>
        column.primaryKey().notNull().references('accounts.id'),
      )
      .addColumn('generated_at_ms', integerType, column => column.notNull())
      .addColumn('content', 'text', column => column.notNull())
      .modifyEnd(tableEnd)
      .execute()
  },
}
