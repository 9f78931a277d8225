import type { Migration } from './migration.ts'

/** When and where a session of each role was last used. */
export const roleUsesMigration: Migration = {
  name: 'role uses',
  async up(db, { integerType, tableEnd }) {
    await db.schema
      .createTable('role_uses')
      .addColumn('account_id', 'text', column => column.notNull())
      .addColumn('role_id', 'text', column => column.notNull())
      .addColumn('used_at_ms', integerType, column => column.notNull())
      .addColumn('region', 'text', column => column.notNull())
      .addPrimaryKeyConstraint('role_uses_by_role', ['account_id', 'role_id'])
      .addForeignKeyConstraint(
        'role_uses_of_role',
        ['account_id', 'role_id'],
        'roles',
        ['account_id', 'id'],
        constraint => constraint.onDelete('cascade'),
      )
      .modifyEnd(tableEnd)
      .execute()
  },
}
