import type { Migration, MigrationDatabase, SchemaDialect } from './migration.ts'

/** Instance profiles, aliases of accounts, and what somebody started and asks about later. */
export const instanceProfilesMigration: Migration = {
  name: 'instance profiles',
  async up(db, dialect) {
    await createProfiles(db, dialect)
    await createProfileRoles(db, dialect)
    await createAliases(db, dialect)
    await createJobs(db, dialect)
  },
}

async function createProfiles(db: MigrationDatabase, { integerType, tableEnd }: SchemaDialect) {
  await db.schema
    .createTable('instance_profiles')
    .addColumn('account_id', 'text', column => column.notNull().references('accounts.id'))
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('name_key', 'text', column => column.notNull())
    .addColumn('path', 'text', column => column.notNull())
    .addColumn('created_at_ms', integerType, column => column.notNull())
    .addColumn('tags', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('instance_profiles_by_id', ['account_id', 'id'])
    .addUniqueConstraint('instance_profiles_by_name', ['account_id', 'name_key'])
    .modifyEnd(tableEnd)
    .execute()
}

/** A table of its own, so that a role that is deleted with all takes itself out. */
async function createProfileRoles(db: MigrationDatabase, { tableEnd }: SchemaDialect) {
  await db.schema
    .createTable('instance_profile_roles')
    .addColumn('account_id', 'text', column => column.notNull())
    .addColumn('profile_id', 'text', column => column.notNull())
    .addColumn('role_id', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('instance_profile_roles_by_profile', ['account_id', 'profile_id'])
    .addForeignKeyConstraint(
      'instance_profile_roles_of_profile',
      ['account_id', 'profile_id'],
      'instance_profiles',
      ['account_id', 'id'],
      constraint => constraint.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'instance_profile_roles_of_role',
      ['account_id', 'role_id'],
      'roles',
      ['account_id', 'id'],
      constraint => constraint.onDelete('cascade'),
    )
    .modifyEnd(tableEnd)
    .execute()
  await db.schema
    .createIndex('instance_profile_roles_by_role')
    .on('instance_profile_roles')
    .columns(['account_id', 'role_id'])
    .execute()
}

async function createAliases(db: MigrationDatabase, { tableEnd }: SchemaDialect) {
  await db.schema
    .createTable('account_aliases')
    .addColumn('account_id', 'text', column => column.primaryKey().references('accounts.id'))
    .addColumn('alias', 'text', column => column.notNull().unique())
    .modifyEnd(tableEnd)
    .execute()
}

async function createJobs(db: MigrationDatabase, { integerType, tableEnd }: SchemaDialect) {
  await db.schema
    .createTable('jobs')
    .addColumn('account_id', 'text', column => column.notNull().references('accounts.id'))
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('subject', 'text', column => column.notNull())
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('created_at_ms', integerType, column => column.notNull())
    .addPrimaryKeyConstraint('jobs_by_id', ['account_id', 'id'])
    .modifyEnd(tableEnd)
    .execute()
}
