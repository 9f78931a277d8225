import { sql } from 'kysely'
import type { Migration, MigrationDatabase, SchemaDialect } from './migration.ts'

/**
 * Groups, roles, policies of every kind, OIDC providers and last uses of access keys. `principals`
 * has every user, group and role, so that what hangs on any of the three can hang on it.
 */
export const iamMigration: Migration = {
  name: 'iam',
  async up(db, dialect) {
    await createPrincipals(db, dialect)
    await createGroups(db, dialect)
    await createRoles(db, dialect)
    await createInlinePolicies(db, dialect)
    await createManagedPolicies(db, dialect)
    await createAttachments(db, dialect)
    await createOidcProviders(db, dialect)
    await createControlPolicies(db, dialect)
    await createAccessKeyUses(db, dialect)
  },
}

async function createPrincipals(db: MigrationDatabase, { tableEnd }: SchemaDialect) {
  await db.schema
    .createTable('principals')
    .addColumn('account_id', 'text', column => column.notNull().references('accounts.id'))
    .addColumn('id', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('principals_by_id', ['account_id', 'id'])
    .modifyEnd(tableEnd)
    .execute()
  await sql`insert into principals (account_id, id) select account_id, id from users`.execute(db)
  await db.schema
    .createIndex('users_by_boundary')
    .on('users')
    .columns(['account_id', 'permissions_boundary_arn'])
    .execute()
}

async function createGroups(db: MigrationDatabase, { integerType, tableEnd }: SchemaDialect) {
  await db.schema
    .createTable('groups')
    .addColumn('account_id', 'text', column => column.notNull().references('accounts.id'))
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('name_key', 'text', column => column.notNull())
    .addColumn('path', 'text', column => column.notNull())
    .addColumn('created_at_ms', integerType, column => column.notNull())
    .addPrimaryKeyConstraint('groups_by_id', ['account_id', 'id'])
    .addUniqueConstraint('groups_by_name', ['account_id', 'name_key'])
    .modifyEnd(tableEnd)
    .execute()

  await db.schema
    .createTable('group_members')
    .addColumn('account_id', 'text', column => column.notNull())
    .addColumn('group_id', 'text', column => column.notNull())
    .addColumn('user_id', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('group_members_by_group', ['account_id', 'group_id', 'user_id'])
    .addForeignKeyConstraint(
      'group_members_of_group',
      ['account_id', 'group_id'],
      'groups',
      ['account_id', 'id'],
      constraint => constraint.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'group_members_of_user',
      ['account_id', 'user_id'],
      'users',
      ['account_id', 'id'],
      constraint => constraint.onDelete('cascade'),
    )
    .modifyEnd(tableEnd)
    .execute()
  await db.schema
    .createIndex('group_members_by_user')
    .on('group_members')
    .columns(['account_id', 'user_id'])
    .execute()
}

async function createRoles(db: MigrationDatabase, { integerType, tableEnd }: SchemaDialect) {
  await db.schema
    .createTable('roles')
    .addColumn('account_id', 'text', column => column.notNull().references('accounts.id'))
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('name_key', 'text', column => column.notNull())
    .addColumn('path', 'text', column => column.notNull())
    .addColumn('created_at_ms', integerType, column => column.notNull())
    .addColumn('description', 'text')
    .addColumn('trust_policy', 'text', column => column.notNull())
    .addColumn('max_session_seconds', integerType, column => column.notNull())
    .addColumn('tags', 'text', column => column.notNull())
    .addColumn('permissions_boundary_arn', 'text')
    .addColumn('sessions_revoked_before_ms', integerType)
    .addPrimaryKeyConstraint('roles_by_id', ['account_id', 'id'])
    .addUniqueConstraint('roles_by_name', ['account_id', 'name_key'])
    .modifyEnd(tableEnd)
    .execute()
  await db.schema
    .createIndex('roles_by_boundary')
    .on('roles')
    .columns(['account_id', 'permissions_boundary_arn'])
    .execute()
}

async function createInlinePolicies(db: MigrationDatabase, { tableEnd }: SchemaDialect) {
  await db.schema
    .createTable('inline_policies')
    .addColumn('account_id', 'text', column => column.notNull())
    .addColumn('principal_id', 'text', column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('name_key', 'text', column => column.notNull())
    .addColumn('document', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('inline_policies_by_name', ['account_id', 'principal_id', 'name_key'])
    .addForeignKeyConstraint(
      'inline_policies_of_principal',
      ['account_id', 'principal_id'],
      'principals',
      ['account_id', 'id'],
      constraint => constraint.onDelete('cascade'),
    )
    .modifyEnd(tableEnd)
    .execute()
  await sql`
    insert into inline_policies (account_id, principal_id, name, name_key, document)
    select account_id, user_id, name, name_key, document from user_policies
  `.execute(db)
  await db.schema.dropTable('user_policies').execute()
}

async function createManagedPolicies(
  db: MigrationDatabase,
  { integerType, tableEnd }: SchemaDialect,
) {
  await db.schema
    .createTable('managed_policies')
    .addColumn('account_id', 'text', column => column.notNull().references('accounts.id'))
    .addColumn('arn', 'text', column => column.notNull())
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('name_key', 'text', column => column.notNull())
    .addColumn('path', 'text', column => column.notNull())
    .addColumn('description', 'text')
    .addColumn('default_version_id', 'text', column => column.notNull())
    .addColumn('created_at_ms', integerType, column => column.notNull())
    .addColumn('updated_at_ms', integerType, column => column.notNull())
    .addColumn('tags', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('managed_policies_by_arn', ['account_id', 'arn'])
    .addUniqueConstraint('managed_policies_by_id', ['account_id', 'id'])
    .addUniqueConstraint('managed_policies_by_name', ['account_id', 'name_key'])
    .modifyEnd(tableEnd)
    .execute()

  await db.schema
    .createTable('managed_policy_versions')
    .addColumn('account_id', 'text', column => column.notNull())
    .addColumn('policy_arn', 'text', column => column.notNull())
    .addColumn('version_id', 'text', column => column.notNull())
    .addColumn('document', 'text', column => column.notNull())
    .addColumn('created_at_ms', integerType, column => column.notNull())
    .addPrimaryKeyConstraint('managed_policy_versions_by_id', [
      'account_id',
      'policy_arn',
      'version_id',
    ])
    .addForeignKeyConstraint(
      'managed_policy_versions_of_policy',
      ['account_id', 'policy_arn'],
      'managed_policies',
      ['account_id', 'arn'],
      constraint => constraint.onDelete('cascade'),
    )
    .modifyEnd(tableEnd)
    .execute()
}

async function createAttachments(db: MigrationDatabase, { tableEnd }: SchemaDialect) {
  await db.schema
    .createTable('policy_attachments')
    .addColumn('account_id', 'text', column => column.notNull())
    .addColumn('principal_id', 'text', column => column.notNull())
    .addColumn('policy_arn', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('policy_attachments_by_principal', [
      'account_id',
      'principal_id',
      'policy_arn',
    ])
    .addForeignKeyConstraint(
      'policy_attachments_of_principal',
      ['account_id', 'principal_id'],
      'principals',
      ['account_id', 'id'],
      constraint => constraint.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'policy_attachments_of_policy',
      ['account_id', 'policy_arn'],
      'managed_policies',
      ['account_id', 'arn'],
    )
    .modifyEnd(tableEnd)
    .execute()
  await db.schema
    .createIndex('policy_attachments_by_policy')
    .on('policy_attachments')
    .columns(['account_id', 'policy_arn'])
    .execute()
}

async function createOidcProviders(
  db: MigrationDatabase,
  { integerType, tableEnd }: SchemaDialect,
) {
  await db.schema
    .createTable('oidc_providers')
    .addColumn('account_id', 'text', column => column.notNull().references('accounts.id'))
    .addColumn('arn', 'text', column => column.notNull())
    .addColumn('url', 'text', column => column.notNull())
    .addColumn('client_ids', 'text', column => column.notNull())
    .addColumn('thumbprints', 'text', column => column.notNull())
    .addColumn('created_at_ms', integerType, column => column.notNull())
    .addColumn('tags', 'text', column => column.notNull())
    .addColumn('inline_jwks', 'text')
    .addPrimaryKeyConstraint('oidc_providers_by_arn', ['account_id', 'arn'])
    .addUniqueConstraint('oidc_providers_by_url', ['account_id', 'url'])
    .modifyEnd(tableEnd)
    .execute()
}

async function createControlPolicies(db: MigrationDatabase, { tableEnd }: SchemaDialect) {
  await db.schema
    .createTable('control_policies')
    .addColumn('organization_id', 'text', column => column.notNull())
    .addColumn('target_id', 'text', column => column.notNull())
    .addColumn('kind', 'text', column => column.notNull().check(sql`kind in ('scp', 'rcp')`))
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('document', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('control_policies_by_name', [
      'organization_id',
      'target_id',
      'kind',
      'name',
    ])
    .modifyEnd(tableEnd)
    .execute()
}

async function createAccessKeyUses(
  db: MigrationDatabase,
  { integerType, tableEnd }: SchemaDialect,
) {
  await db.schema
    .createTable('access_key_uses')
    .addColumn('access_key_id', 'text', column =>
      column.primaryKey().notNull().references('access_keys.id').onDelete('cascade'),
    )
    .addColumn('used_at_ms', integerType, column => column.notNull())
    .addColumn('region', 'text', column => column.notNull())
    .addColumn('service', 'text', column => column.notNull())
    .modifyEnd(tableEnd)
    .execute()
}
