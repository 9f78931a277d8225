import { ServiceError } from '../errors.ts'
import type { ManagedPolicy, ManagedPolicyVersion } from '../principals/entities.ts'
import { checkPolicyDocument } from './managed-policies.ts'
import { mapStoreError } from './map-store-error.ts'
import { MAX_POLICY_VERSIONS } from './quotas.ts'
import { noSuchPolicy, noSuchVersion, versionInForce } from './refusals.ts'
import type { Turn } from './turn.ts'

/** A version just made, and the policy as it is with it. */
export interface CreatedVersion {
  readonly policy: ManagedPolicy
  readonly version: ManagedPolicyVersion
}

/**
 * Adds a version to a managed policy, and puts it in force if that is asked for.
 * @throws ServiceError `ValidationError`, `MalformedPolicyDocument`, `LimitExceeded`
 */
export async function createPolicyVersion(
  { store, nowMs }: Turn,
  present: ManagedPolicy,
  options: { readonly document: string; readonly isDefault: boolean },
): Promise<CreatedVersion> {
  const { accountId, arn } = present
  checkPolicyDocument(options.document)
  const versions = await store.listPolicyVersions(accountId, arn)
  if (versions.length >= MAX_POLICY_VERSIONS) {
    throw new ServiceError(
      'LimitExceeded',
      `A managed policy can have up to ${MAX_POLICY_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
    )
  }
  const newest = await store.findNewestVersionNumber(accountId, arn)
  if (newest === null) throw noSuchPolicy(arn)
  // No number is given twice, so that `v3` means the same in every record.
  const version = { versionId: `v${newest + 1}`, document: options.document, createdAtMs: nowMs }
  const defaultVersionId = options.isDefault ? version.versionId : present.defaultVersionId
  const policy = { ...present, defaultVersionId, updatedAtMs: nowMs }
  await store.createPolicyVersion(policy, version)
  return { policy, version }
}

/**
 * Puts a new version in force; a policy that has as many as it may gives up its oldest.
 * @throws ServiceError `ValidationError`, `MalformedPolicyDocument`, `LimitExceeded`
 */
export async function replacePolicyDocument(
  turn: Turn,
  policy: ManagedPolicy,
  document: string,
): Promise<ManagedPolicy> {
  const { store } = turn
  const { accountId, arn, defaultVersionId } = policy
  const versions = await store.listPolicyVersions(accountId, arn)
  const oldest = versions.findLast(({ versionId }) => versionId !== defaultVersionId)
  if (versions.length >= MAX_POLICY_VERSIONS && oldest !== undefined) {
    await store.deletePolicyVersion(accountId, arn, oldest.versionId)
  }
  return (await createPolicyVersion(turn, policy, { document, isDefault: true })).policy
}

/** Puts a version of a managed policy in force. @throws ServiceError `NoSuchEntity` */
export async function setDefaultVersion(
  { store }: Turn,
  policy: ManagedPolicy,
  versionId: string,
): Promise<void> {
  await mapStoreError(store.saveManagedPolicy({ ...policy, defaultVersionId: versionId }), {
    missing: () => noSuchVersion(policy.arn, versionId),
  })
}

/** Deletes a version that is not in force. @throws ServiceError `DeleteConflict`, `NoSuchEntity` */
export async function deletePolicyVersion(
  { store }: Turn,
  { accountId, arn }: ManagedPolicy,
  versionId: string,
): Promise<void> {
  await mapStoreError(store.deletePolicyVersion(accountId, arn, versionId), {
    conflict: versionInForce,
    missing: () => noSuchVersion(arn, versionId),
  })
}
