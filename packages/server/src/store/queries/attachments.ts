import { type Kysely, sql } from 'kysely'
import type { AccountId } from '../../principals/identifiers.ts'
import type { AttachmentStore, PolicyEntity, PolicyUse } from '../iam-ports.ts'
import { StoreError } from '../ports.ts'
import type { StoreSchema } from '../schema.ts'
import { formatPrincipalTopic } from '../topics.ts'
import { anchorAwsManagedPolicy, createAwsManagedPolicy } from './aws-managed-policies.ts'
import { createManagedPolicyFromRow } from './managed-policies.ts'
import { formatNameKey } from './names.ts'
import type { StoreAccess } from './write.ts'

/** Attachments of managed policies in an SQL database. */
export function createAttachmentStore({ db, write }: StoreAccess): AttachmentStore {
  return {
    async attachPolicy(accountId, principalId, policyArn) {
      const texts = {
        reference: `Account ${accountId} has no principal ${principalId}, or no policy ${policyArn}.`,
      }
      await write(texts, async transaction => {
        await anchorAwsManagedPolicy(transaction, accountId, policyArn)
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto('policy_attachments')
          .values({ account_id: accountId, principal_id: principalId, policy_arn: policyArn })
          .onConflict(conflict => conflict.doNothing())
          .executeTakeFirst()
        return numInsertedOrUpdatedRows === 0n ? [] : [formatPrincipalTopic(accountId, principalId)]
      })
    },

    async detachPolicy(accountId, principalId, policyArn) {
      await write({}, async transaction => {
        const { numDeletedRows } = await transaction
          .deleteFrom('policy_attachments')
          .where('account_id', '=', accountId)
          .where('principal_id', '=', principalId)
          .where('policy_arn', '=', policyArn)
          .executeTakeFirst()
        if (numDeletedRows === 0n) {
          throw new StoreError('missing', `${policyArn} is not attached to ${principalId}.`)
        }
        return [formatPrincipalTopic(accountId, principalId)]
      })
    },

    async listAttachedPolicies(accountId, principalId) {
      const rows = await db
        .selectFrom('policy_attachments')
        .innerJoin('managed_policies', join =>
          join
            .onRef('managed_policies.account_id', '=', 'policy_attachments.account_id')
            .onRef('managed_policies.arn', '=', 'policy_attachments.policy_arn'),
        )
        .selectAll('managed_policies')
        .where('policy_attachments.account_id', '=', accountId)
        .where('policy_attachments.principal_id', '=', principalId)
        .execute()
      return rows
        .map(row => createAwsManagedPolicy(accountId, row.arn) ?? createManagedPolicyFromRow(row))
        .toSorted((one, other) => (formatNameKey(one.name) < formatNameKey(other.name) ? -1 : 1))
    },

    listPolicyEntities: (accountId, policyArn) => listPolicyEntities(db, accountId, policyArn),
    countPolicyUses: accountId => countPolicyUses(db, accountId),
  }
}

/** Groups, then roles, then users, each in the order of names. */
async function listPolicyEntities(
  db: Kysely<StoreSchema>,
  accountId: AccountId,
  policyArn: string,
): Promise<readonly PolicyEntity[]> {
  const attached = (kind: PolicyEntity['kind'], table: 'groups' | 'roles' | 'users') => sql`
    select ${sql.lit(kind)} as kind, p.id, p.name, p.path, 'attached' as usage, p.name_key
    from policy_attachments a
    join ${sql.table(table)} p on p.account_id = a.account_id and p.id = a.principal_id
    where a.account_id = ${accountId} and a.policy_arn = ${policyArn}`
  const bounded = (kind: PolicyEntity['kind'], table: 'roles' | 'users') => sql`
    select ${sql.lit(kind)} as kind, p.id, p.name, p.path, 'boundary' as usage, p.name_key
    from ${sql.table(table)} p
    where p.account_id = ${accountId} and p.permissions_boundary_arn = ${policyArn}`
  const { rows } = await sql<PolicyEntity>`
    ${attached('group', 'groups')} union all
    ${attached('role', 'roles')} union all
    ${attached('user', 'users')} union all
    ${bounded('role', 'roles')} union all
    ${bounded('user', 'users')}
    order by kind, name_key, usage
  `.execute(db)
  return rows.map(({ kind, id, name, path, usage }) => ({ kind, id, name, path, usage }))
}

async function countPolicyUses(
  db: Kysely<StoreSchema>,
  accountId: AccountId,
): Promise<readonly PolicyUse[]> {
  const bounded = (table: 'roles' | 'users') => sql`
    select permissions_boundary_arn, 0, 1
    from ${sql.table(table)}
    where account_id = ${accountId} and permissions_boundary_arn is not null`
  const { rows } = await sql<PolicyUse>`
    select arn, sum(attached) as "attachmentCount", sum(bounded) as "boundaryCount"
    from (
      select policy_arn as arn, 1 as attached, 0 as bounded
      from policy_attachments where account_id = ${accountId}
      union all ${bounded('roles')} union all ${bounded('users')}
    ) uses
    group by arn order by arn
  `.execute(db)
  // Some databases count beyond what a number holds, and answer with text.
  return rows.map(({ arn, attachmentCount, boundaryCount }) => ({
    arn,
    attachmentCount: Number(attachmentCount),
    boundaryCount: Number(boundaryCount),
  }))
}
