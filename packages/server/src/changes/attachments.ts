import { ServiceError } from '../errors.ts'
import type { Account } from '../principals/entities.ts'
import { mapStoreError } from './map-store-error.ts'
import type { HolderKind, PolicyHolder } from './policy-holder.ts'
import { createQuotaError, MAX_ATTACHED_POLICIES } from './quotas.ts'
import { noSuchPolicy } from './refusals.ts'
import { SERVICE_LINKED_PATH } from './roles.ts'
import type { Turn } from './turn.ts'
import { requireAttachablePolicy, requirePolicyArn } from './usable-policies.ts'

const QUOTA_NAMES: Readonly<Record<HolderKind, string>> = {
  user: 'PoliciesPerUser',
  group: 'PoliciesPerGroup',
  role: 'PoliciesPerRole',
}

/**
 * Attaches a managed policy. Attaching it again does nothing.
 * @throws ServiceError `InvalidInput`, `NoSuchEntity`, `PolicyNotAttachable`, `LimitExceeded`
 */
export async function attachPolicy(
  { store }: Turn,
  account: Account,
  { kind, accountId, id }: PolicyHolder,
  policyArn: string,
): Promise<void> {
  await requireAttachablePolicy(store, account, policyArn)
  if (isServiceLinkedPolicy(policyArn)) {
    throw new ServiceError(
      'PolicyNotAttachable',
      'Cannot attach a Service Role Policy to a Customer Role.',
    )
  }
  const attached = await store.listAttachedPolicies(accountId, id)
  if (attached.some(({ arn }) => arn === policyArn)) return
  checkCount(kind, attached.length + 1)
  await store.attachPolicy(accountId, id, policyArn)
}

/**
 * Makes the managed policies on a user, group or role exactly those that are given.
 * @param present those that are attached
 * @throws ServiceError as {@link attachPolicy}
 */
export async function setAttachedPolicies(
  { store }: Turn,
  account: Account,
  { kind, accountId, id }: PolicyHolder,
  policyArns: readonly string[],
  present: readonly string[],
): Promise<void> {
  const wanted = new Set(policyArns)
  checkCount(kind, wanted.size)
  for (const arn of present) if (!wanted.has(arn)) await store.detachPolicy(accountId, id, arn)
  for (const arn of wanted) {
    if (present.includes(arn)) continue
    await requireAttachablePolicy(store, account, arn)
    await store.attachPolicy(accountId, id, arn)
  }
}

/** Takes a managed policy off. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function detachPolicy(
  { store }: Turn,
  { accountId, id }: PolicyHolder,
  policyArn: string,
): Promise<void> {
  requirePolicyArn(policyArn)
  await mapStoreError(store.detachPolicy(accountId, id, policyArn), {
    missing: () => noSuchPolicy(policyArn),
  })
}

function checkCount(kind: HolderKind, count: number): void {
  if (count > MAX_ATTACHED_POLICIES) {
    throw createQuotaError(QUOTA_NAMES[kind], MAX_ATTACHED_POLICIES)
  }
}

/** Whether a policy is one that AWS gives to roles that are linked to a service. */
function isServiceLinkedPolicy(policyArn: string): boolean {
  return policyArn.includes(`:iam::aws:policy${SERVICE_LINKED_PATH}`)
}
