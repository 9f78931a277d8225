import type { StoreReader } from '../store/ports.ts'
import type { PolicyHolder } from './policy-holder.ts'
import { refuseDeletionWhile } from './refusals.ts'

/** Refuses to delete a user, group or role that still has policies. @throws ServiceError `DeleteConflict` */
export async function refuseDeletionWithPolicies(
  store: Pick<StoreReader, 'listAttachedPolicies' | 'listInlinePolicies'>,
  { accountId, id }: Pick<PolicyHolder, 'accountId' | 'id'>,
): Promise<void> {
  refuseDeletionWhile(
    await store.listAttachedPolicies(accountId, id),
    'must detach all policies first',
  )
  refuseDeletionWhile(await store.listInlinePolicies(accountId, id), 'must delete policies first')
}
