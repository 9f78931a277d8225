import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Accounts, users with policies and keys, issuers with signing keys, and the change feed. */
export const initialMigration: Migration = {
  name: 'initial',
  async up(db, { integerType, bytesType, tableEnd }) {
    await db.schema
      .createTable('change_counter')
      .addColumn('id', integerType, column => column.primaryKey().check(sql`id = 1`))
      .addColumn('sequence', integerType, column => column.notNull())
      .modifyEnd(tableEnd)
      .execute()
    await sql`insert into change_counter (id, sequence) values (1, 0)`.execute(db)

    await db.schema
      .createTable('changes')
      .addColumn('sequence', integerType, column => column.primaryKey())
      .addColumn('topic', 'text', column => column.notNull())
      .modifyEnd(tableEnd)
      .execute()

    await db.schema
      .createTable('meta')
      .addColumn('name', 'text', column => column.primaryKey().notNull())
      .addColumn('value', 'text', column => column.notNull())
      .modifyEnd(tableEnd)
      .execute()

    await db.schema
      .createTable('accounts')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('partition', 'text', column => column.notNull())
      .addColumn('name', 'text', column => column.notNull())
      .addColumn('created_at_ms', integerType, column => column.notNull())
      .addColumn('organization', 'text')
      .modifyEnd(tableEnd)
      .execute()

    await db.schema
      .createTable('users')
      .addColumn('account_id', 'text', column => column.notNull().references('accounts.id'))
      .addColumn('id', 'text', column => column.notNull())
      .addColumn('name', 'text', column => column.notNull())
      .addColumn('name_key', 'text', column => column.notNull())
      .addColumn('path', 'text', column => column.notNull())
      .addColumn('created_at_ms', integerType, column => column.notNull())
      .addColumn('tags', 'text', column => column.notNull())
      .addColumn('permissions_boundary_arn', 'text')
      .addPrimaryKeyConstraint('users_by_id', ['account_id', 'id'])
      .addUniqueConstraint('users_by_name', ['account_id', 'name_key'])
      .modifyEnd(tableEnd)
      .execute()

    await db.schema
      .createTable('user_policies')
      .addColumn('account_id', 'text', column => column.notNull())
      .addColumn('user_id', 'text', column => column.notNull())
      .addColumn('name', 'text', column => column.notNull())
      .addColumn('name_key', 'text', column => column.notNull())
      .addColumn('document', 'text', column => column.notNull())
      .addPrimaryKeyConstraint('user_policies_by_name', ['account_id', 'user_id', 'name_key'])
      .addForeignKeyConstraint(
        'user_policies_of_user',
        ['account_id', 'user_id'],
        'users',
        ['account_id', 'id'],
        constraint => constraint.onDelete('cascade'),
      )
      .modifyEnd(tableEnd)
      .execute()

    await db.schema
      .createTable('access_keys')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('account_id', 'text', column => column.notNull().references('accounts.id'))
      .addColumn('user_id', 'text')
      .addColumn('status', 'text', column =>
        column.notNull().check(sql`status in ('Active', 'Inactive')`),
      )
      .addColumn('created_at_ms', integerType, column => column.notNull())
      .addColumn('sealed_secret', bytesType, column => column.notNull())
      .addForeignKeyConstraint(
        'access_keys_of_user',
        ['account_id', 'user_id'],
        'users',
        ['account_id', 'id'],
        constraint => constraint.onDelete('cascade'),
      )
      .modifyEnd(tableEnd)
      .execute()
    await db.schema
      .createIndex('access_keys_by_user')
      .on('access_keys')
      .columns(['account_id', 'user_id'])
      .execute()

    await db.schema
      .createTable('federations')
      .addColumn('account_id', 'text', column =>
        column.primaryKey().notNull().references('accounts.id'),
      )
      .addColumn('issuer_id', 'text', column => column.notNull().unique())
      .addColumn('enabled', integerType, column => column.notNull().check(sql`enabled in (0, 1)`))
      .addColumn('changed_at_ms', integerType, column => column.notNull())
      .modifyEnd(tableEnd)
      .execute()

    await db.schema
      .createTable('issuer_keys')
      .addColumn('thumbprint', 'text', column => column.primaryKey().notNull())
      .addColumn('account_id', 'text', column =>
        column.notNull().references('federations.account_id'),
      )
      .addColumn('algorithm', 'text', column => column.notNull())
      .addColumn('generation', integerType, column => column.notNull())
      .addColumn('state', 'text', column => column.notNull())
      .addColumn('created_at_ms', integerType, column => column.notNull())
      .addColumn('public_jwk', 'text', column => column.notNull())
      .addColumn('sealed_private_key', bytesType, column => column.notNull())
      .addUniqueConstraint('issuer_keys_by_generation', ['account_id', 'algorithm', 'generation'])
      .modifyEnd(tableEnd)
      .execute()
  },
}
