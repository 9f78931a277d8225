import type { Migration } from './migration.ts'

/** When federation was switched before its last change: both take their time to have effect. */
export const previousChangeMigration: Migration = {
  name: 'previous change of federation',
  async up(db, { integerType }) {
    await db.schema
      .alterTable('federations')
      .addColumn('previous_change_at_ms', integerType)
      .execute()
  },
}
