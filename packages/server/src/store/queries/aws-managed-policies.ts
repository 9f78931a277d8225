import type { Transaction } from 'kysely'
import { findAwsManagedPolicy } from '../../catalogue/aws-managed-policies.ts'
import type { ManagedPolicy } from '../../principals/entities.ts'
import type { AccountId } from '../../principals/identifiers.ts'
import type { StoreSchema } from '../schema.ts'

/**
 * A policy of AWS's as an account sees it; null when the ARN does not name one. Every account has these
 * policies without a row, because their texts come with the program.
 */
export function createAwsManagedPolicy(accountId: AccountId, arn: string): ManagedPolicy | null {
  const managed = findAwsManagedPolicy(arn)
  return managed === null ? null : { ...managed.policy, accountId }
}

/**
 * Makes sure that a policy of AWS's has a row that attachments can refer to. The row is never read. The
 * key of its name is the ARN, which can't be a name, and listings pass over it.
 */
export async function anchorAwsManagedPolicy(
  transaction: Transaction<StoreSchema>,
  accountId: AccountId,
  arn: string,
): Promise<void> {
  const policy = createAwsManagedPolicy(accountId, arn)
  if (policy === null) return
  await transaction
    .insertInto('managed_policies')
    .values({
      account_id: accountId,
      arn,
      id: policy.id,
      name: policy.name,
      name_key: arn,
      path: policy.path,
      description: policy.description,
      default_version_id: policy.defaultVersionId,
      created_at_ms: policy.createdAtMs,
      updated_at_ms: policy.updatedAtMs,
      tags: '[]',
      newest_version_number: 1,
    })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}
