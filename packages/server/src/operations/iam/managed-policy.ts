import { noSuchPolicy, noSuchVersion } from '../../changes/refusals.ts'
import { findUsablePolicy, requirePolicyArn } from '../../changes/usable-policies.ts'
import type { ManagedPolicy } from '../../principals/entities.ts'
import type { Call, ContextPairs, Permission } from '../operation.ts'
import { listResourceTags } from '../tag-context.ts'

/** The permission for an action on a managed policy: on the ARN as it is named, with the policy's tags. */
export async function permissionsOnPolicy(
  call: Call,
  action: `iam:${string}`,
  policyArn: string,
  context: ContextPairs = [],
): Promise<readonly Permission[]> {
  const policy = await findPolicy(call, policyArn)
  return [
    {
      action,
      resource: policyArn,
      context: [...listResourceTags(policy?.tags ?? []), ...context],
    },
  ]
}

/** A policy that the caller's account may use, AWS's included. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function loadPolicy(call: Call, policyArn: string): Promise<ManagedPolicy> {
  requirePolicyArn(policyArn)
  const policy = await findPolicy(call, policyArn)
  if (policy !== null) return policy
  throw noSuchPolicy(policyArn)
}

/**
 * The JSON of the version in force. @throws ServiceError `NoSuchEntity` when it was deleted
 * meanwhile
 */
export async function loadDefaultDocument(
  { services: { store } }: Call,
  { accountId, arn, defaultVersionId }: ManagedPolicy,
): Promise<string> {
  const versions = await store.listPolicyVersions(accountId, arn)
  const version = versions.find(({ versionId }) => versionId === defaultVersionId)
  if (version === undefined) throw noSuchVersion(arn, defaultVersionId)
  return version.document
}

function findPolicy({ caller, services }: Call, policyArn: string): Promise<ManagedPolicy | null> {
  return findUsablePolicy(services.store, caller.account, policyArn)
}
