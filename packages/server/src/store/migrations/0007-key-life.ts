import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/**
 * Signing keys with a life: the table is made anew with the place as its key. The keys that are there
 * sign on, as `active`, without a binding until the store has been opened with its master key. Each gets
 * a follower that is still to be made.
 */
export const keyLifeMigration: Migration = {
  name: 'key life',
  async up(db, { integerType, bytesType, tableEnd }) {
    await db.schema.alterTable('issuer_keys').renameTo('former_issuer_keys').execute()
    await db.schema
      .createTable('issuer_keys')
      .addColumn('account_id', 'text', column =>
        column.notNull().references('federations.account_id'),
      )
      .addColumn('algorithm', 'text', column => column.notNull())
      .addColumn('generation', integerType, column => column.notNull())
      .addColumn('state', 'text', column =>
        column
          .notNull()
          .check(
            sql`state in ('intended', 'prepared', 'active', 'retiring', 'retired', 'revoked')`,
          ),
      )
      .addColumn('backend', 'text', column => column.notNull())
      .addColumn('thumbprint', 'text', column => column.unique())
      .addColumn('public_jwk', 'text')
      .addColumn('handle', bytesType)
      .addColumn('binding', bytesType)
      .addColumn('created_at_ms', integerType, column => column.notNull())
      .addColumn('visible_at_ms', integerType)
      .addColumn('activated_at_ms', integerType)
      .addColumn('ended_at_ms', integerType)
      .addPrimaryKeyConstraint('issuer_keys_by_place', ['account_id', 'algorithm', 'generation'])
      .addCheckConstraint(
        'issuer_keys_in_use',
        sql`state not in ('prepared', 'active', 'retiring') or (thumbprint is not null and public_jwk is not null and handle is not null)`,
      )
      .addCheckConstraint(
        'issuer_keys_erased',
        sql`state not in ('intended', 'retired', 'revoked') or handle is null`,
      )
      .modifyEnd(tableEnd)
      .execute()
    await sql`
      insert into issuer_keys
      select account_id, algorithm, generation, 'active', 'local', thumbprint, public_jwk,
        sealed_private_key, null, created_at_ms, created_at_ms, created_at_ms, null
      from former_issuer_keys
      where true`.execute(db)
    await sql`
      insert into issuer_keys
      select account_id, algorithm, max(generation) + 1, 'intended', 'local', null, null,
        null, null, max(created_at_ms), null, null, null
      from former_issuer_keys
      group by account_id, algorithm`.execute(db)
    await db.schema.dropTable('former_issuer_keys').execute()

    for (const state of ['intended', 'prepared', 'active'] as const) {
      await db.schema
        .createIndex(`issuer_keys_${state}`)
        .unique()
        .on('issuer_keys')
        .columns(['account_id', 'algorithm'])
        .where(sql.ref('state'), '=', sql.lit(state))
        .execute()
    }
    // No index begins with the state: it would be taken for every question that names one.
    for (const [name, column, rows] of [
      ['wanted', 'created_at_ms', sql<boolean>`state = 'intended'`],
      ['unseen', 'created_at_ms', sql<boolean>`state = 'prepared' and visible_at_ms is null`],
      ['by_activation', 'activated_at_ms', sql<boolean>`state = 'active'`],
      ['by_end', 'ended_at_ms', sql<boolean>`state = 'retiring'`],
    ] as const) {
      await db.schema
        .createIndex(`issuer_keys_${name}`)
        .on('issuer_keys')
        .columns([column])
        .where(rows)
        .execute()
    }
    // To count keys, their rows with what is sealed in them need not be read.
    await db.schema
      .createIndex('issuer_keys_census')
      .on('issuer_keys')
      .columns(['algorithm', 'state', 'created_at_ms', 'activated_at_ms'])
      .execute()
    await db.schema
      .createIndex('issuer_keys_unbound')
      .on('issuer_keys')
      .columns(['account_id', 'algorithm', 'generation'])
      .where(sql<boolean>`binding is null and state in ('prepared', 'active', 'retiring')`)
      .execute()
  },
}
