import type { Kysely } from 'kysely'
import type { AccountId } from '../../principals/identifiers.ts'
import type { AccountReportStore } from '../iam-ports.ts'
import type { StoreSchema } from '../schema.ts'
import type { StoreAccess } from './write.ts'

type CountedTable = 'users' | 'groups' | 'roles' | 'oidc_providers' | 'instance_profiles'

/** Counts and credential reports in an SQL database. Nobody caches them, so no change is recorded. */
export function createAccountReportStore({ db, write }: StoreAccess): AccountReportStore {
  return {
    async countEntities(accountId) {
      return {
        users: await countRows(db, 'users', accountId),
        groups: await countRows(db, 'groups', accountId),
        roles: await countRows(db, 'roles', accountId),
        managedPolicies: await countManagedPolicies(db, accountId),
        policiesInUse: await countPoliciesInUse(db, accountId),
        oidcProviders: await countRows(db, 'oidc_providers', accountId),
        instanceProfiles: await countRows(db, 'instance_profiles', accountId),
      }
    },

    async saveCredentialReport(accountId, { generatedAtMs, content }) {
      const values = { generated_at_ms: generatedAtMs, content }
      const texts = { reference: `There is no account ${accountId}.` }
      await write(texts, async transaction => {
        await transaction
          .insertInto('credential_reports')
          .values({ account_id: accountId, ...values })
          .onConflict(conflict => conflict.column('account_id').doUpdateSet(values))
          .execute()
        return []
      })
    },

    async findCredentialReport(accountId) {
      const row = await db
        .selectFrom('credential_reports')
        .select(['generated_at_ms', 'content'])
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      if (row === undefined) return null
      return { generatedAtMs: row.generated_at_ms, content: row.content }
    },
  }
}

async function countRows(
  db: Kysely<StoreSchema>,
  table: CountedTable,
  accountId: AccountId,
): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  // Some databases count beyond what a number holds, and answer with text.
  return Number(count)
}

/**
 * Matches the account's own policies. AWS's policies have rows too, which attachments refer to; the key
 * of their name is their ARN.
 */
async function countManagedPolicies(
  db: Kysely<StoreSchema>,
  accountId: AccountId,
): Promise<number> {
  const { count } = await db
    .selectFrom('managed_policies')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .whereRef('name_key', '!=', 'arn')
    .executeTakeFirstOrThrow()
  return Number(count)
}

async function countPoliciesInUse(db: Kysely<StoreSchema>, accountId: AccountId): Promise<number> {
  const listBounds = (table: 'users' | 'roles') =>
    db
      .selectFrom(table)
      .select(eb => eb.ref('permissions_boundary_arn').$notNull().as('arn'))
      .where('account_id', '=', accountId)
      .where('permissions_boundary_arn', 'is not', null)
  const inUse = db
    .selectFrom('policy_attachments')
    .select('policy_arn as arn')
    .where('account_id', '=', accountId)
    .union(listBounds('users'))
    .union(listBounds('roles'))
  const { count } = await db
    .selectFrom(inUse.as('in_use'))
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}
