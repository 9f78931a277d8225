import type { Call, Permission } from '../operation.ts'
import {
  describeBoundary,
  type IamPrincipal,
  type PrincipalKind,
  permitOnPrincipal,
} from './iam-principal.ts'
import {
  createMissingPolicyError,
  createNotAttachableError,
  loadAttachablePolicy,
  requirePolicyArn,
} from './managed-policy.ts'
import { cutPage, describePage, type PageInput, toPageRequest } from './page.ts'
import { createQuotaError } from './quota.ts'
import { orRefuse } from './store-refusal.ts'

/** Managed policies on one user, group or role (AWS IAM User Guide: quotas). */
export const MAX_ATTACHED_POLICIES = 10

const QUOTA_NAMES: Readonly<Record<PrincipalKind, string>> = {
  user: 'PoliciesPerUser',
  group: 'PoliciesPerGroup',
  role: 'PoliciesPerRole',
}

/** The permission to attach or detach: the policy is in the context, and the boundary that there is. */
export function permitAttachment(
  call: Call,
  action: `iam:${string}`,
  kind: PrincipalKind,
  name: string,
  policyArn: string,
): Promise<readonly Permission[]> {
  return permitOnPrincipal(call, action, kind, name, principal => [
    ['iam:PolicyARN', policyArn],
    ...describeBoundary(principal),
  ])
}

/**
 * `Attach…Policy`. Attaching once more does nothing.
 * @throws ServiceError `InvalidInput`, `NoSuchEntity`, `LimitExceeded`
 */
export async function attachPolicy(
  call: Call,
  { accountId, id, kind }: IamPrincipal,
  policyArn: string,
): Promise<void> {
  const { store } = call.services
  await loadAttachablePolicy(call, policyArn)
  const attached = await store.listAttachedPolicies(accountId, id)
  if (attached.some(({ arn }) => arn === policyArn)) return
  if (attached.length >= MAX_ATTACHED_POLICIES) {
    throw createQuotaError(QUOTA_NAMES[kind], MAX_ATTACHED_POLICIES)
  }
  await orRefuse(store.attachPolicy(accountId, id, policyArn), {
    missing: () => createNotAttachableError(policyArn),
  })
}

/** `Detach…Policy`. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function detachPolicy(
  { services: { store } }: Call,
  { accountId, id }: IamPrincipal,
  policyArn: string,
): Promise<void> {
  requirePolicyArn(policyArn)
  await orRefuse(store.detachPolicy(accountId, id, policyArn), {
    missing: () => createMissingPolicyError(policyArn),
  })
}

/** `ListAttached…Policies`: a page of them under a path. @throws ServiceError `ValidationError` */
export async function listAttachedPolicies(
  { services: { store } }: Call,
  { accountId, id }: IamPrincipal,
  input: PageInput & { readonly pathPrefix?: string | undefined },
) {
  const { pathPrefix = '/' } = input
  const policies = await store.listAttachedPolicies(accountId, id)
  const page = cutPage(
    policies.filter(({ path }) => path.startsWith(pathPrefix)),
    toPageRequest(input),
  )
  return {
    attachedPolicies: page.items.map(({ name, arn }) => ({ policyName: name, policyArn: arn })),
    ...describePage(page),
  }
}
