import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** The highest number that a version of each managed policy ever had, so that none is given twice. */
export const policyVersionNumbersMigration: Migration = {
  name: 'policy version numbers',
  async up(db, { integerType }) {
    await db.schema
      .alterTable('managed_policies')
      .addColumn('newest_version_number', integerType, column => column.notNull().defaultTo(1))
      .execute()
    // Version ids are `v` and a number.
    await sql`
      update managed_policies set newest_version_number = coalesce((
        select max(cast(substr(version_id, 2) as integer)) from managed_policy_versions
        where managed_policy_versions.account_id = managed_policies.account_id
        and managed_policy_versions.policy_arn = managed_policies.arn
      ), 1)
    `.execute(db)
  },
}
