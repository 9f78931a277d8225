import { isAwsManagedPolicyArn } from '../../catalogue/aws-managed-policies.ts'
import { requireOwnPolicy } from '../../changes/managed-policies.ts'
import type { Turn } from '../../changes/turn.ts'
import { ServiceError } from '../../errors.ts'
import { formatDenial } from '../../policy/format-denial.ts'
import type { ManagedPolicy, ManagedPolicyVersion } from '../../principals/entities.ts'
import {
  boolean,
  type Infer,
  integer,
  optional,
  required,
  string,
  structure,
} from '../../shapes/shape.ts'
import type { Call } from '../operation.ts'
import { tags } from '../tag-shapes.ts'
import { dateTime } from './iam-shapes.ts'
import { inTurn } from './in-turn.ts'
import { loadPolicy } from './managed-policy.ts'
import { encodePolicyDocument } from './policy-document.ts'

/** A managed policy on the wire. */
export const policyShape = structure('Policy', {
  policyName: required(string()),
  policyId: required(string()),
  arn: required(string()),
  path: required(string()),
  defaultVersionId: required(string()),
  attachmentCount: required(integer()),
  permissionsBoundaryUsageCount: required(integer()),
  isAttachable: required(boolean()),
  description: optional(string()),
  createDate: required(dateTime),
  updateDate: required(dateTime),
  tags: optional(tags),
})

/** A version of a managed policy on the wire. */
export const policyVersionShape = structure('PolicyVersion', {
  document: optional(string()),
  versionId: required(string()),
  isDefaultVersion: required(boolean()),
  createDate: required(dateTime),
})

/** How many users, groups and roles have a policy, and how. */
export interface PolicyUses {
  readonly attachmentCount: number
  readonly permissionsBoundaryUsageCount: number
}

/** The uses of a policy that nobody has. */
export const UNUSED: PolicyUses = { attachmentCount: 0, permissionsBoundaryUsageCount: 0 }

/** Counts who has a policy in the caller's account. */
export async function countUses(
  { caller, services }: Call,
  policyArn: string,
): Promise<PolicyUses> {
  const entities = await services.store.listPolicyEntities(caller.account.id, policyArn)
  const attachmentCount = entities.filter(({ usage }) => usage === 'attached').length
  return { attachmentCount, permissionsBoundaryUsageCount: entities.length - attachmentCount }
}

/** A policy as listings show it: without description and tags (AWS IAM API Reference: Policy). */
export function summarizePolicy(
  policy: ManagedPolicy,
  uses: PolicyUses,
): Infer<typeof policyShape> {
  return {
    policyName: policy.name,
    policyId: policy.id,
    arn: policy.arn,
    path: policy.path,
    defaultVersionId: policy.defaultVersionId,
    ...uses,
    isAttachable: true,
    createDate: policy.createdAtMs,
    updateDate: policy.updatedAtMs,
  }
}

/** A policy with everything but its documents. */
export function toPolicyOutput(policy: ManagedPolicy, uses: PolicyUses): Infer<typeof policyShape> {
  const description = policy.description ?? undefined
  return { ...summarizePolicy(policy, uses), description, tags: policy.tags }
}

/** A version as listings show it: without the document. */
export function summarizeVersion(
  version: ManagedPolicyVersion,
  { defaultVersionId }: ManagedPolicy,
): Infer<typeof policyVersionShape> {
  return {
    versionId: version.versionId,
    isDefaultVersion: version.versionId === defaultVersionId,
    createDate: version.createdAtMs,
  }
}

/** A version with its document. */
export function toVersionOutput(
  version: ManagedPolicyVersion,
  policy: ManagedPolicy,
): Infer<typeof policyVersionShape> {
  const document = encodePolicyDocument(version.document)
  return { ...summarizeVersion(version, policy), document }
}

/**
 * Changes a policy of the caller's account; those of AWS can't be changed.
 * @throws ServiceError `InvalidInput`, `AccessDenied` for one of AWS's, `NoSuchEntity`
 */
export async function changeOwnPolicy<Result>(
  call: Call,
  action: `iam:${string}`,
  policyArn: string,
  work: (turn: Turn, policy: ManagedPolicy) => Promise<Result>,
): Promise<Result> {
  const { account, arn: callerArn } = call.caller
  await loadPolicy(call, policyArn)
  if (isAwsManagedPolicyArn(policyArn)) {
    // The policy is another account's, so it is refused like one; the text is UNVERIFIED.
    throw new ServiceError(
      'AccessDenied',
      formatDenial({ callerArn, action, resource: `policy ${policyArn}`, decision: null }),
    )
  }
  return inTurn(call, async turn =>
    work(turn, await requireOwnPolicy(turn.store, account, policyArn)),
  )
}
