import { isAwsManagedPolicyArn } from '../catalogue/aws-managed-policies.ts'
import { ServiceError } from '../errors.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { NEWEST_VERSION } from '../policy/policy-document.ts'
import { formatManagedPolicyArn, toArnHome } from '../principals/arn.ts'
import type { Account, ManagedPolicy } from '../principals/entities.ts'
import { formatUniqueId } from '../principals/identifiers.ts'
import { parseName, parsePolicyPath } from '../principals/names.ts'
import type { Tag } from '../principals/tags.ts'
import type { ManagedPolicyStore } from '../store/iam-ports.ts'
import { mapStoreError } from './map-store-error.ts'
import { createQuotaError, MAX_POLICY_CHARACTERS, measurePolicy } from './quotas.ts'
import { noSuchPolicy, policyExists, policyHasVersions, policyInUse } from './refusals.ts'
import { checkTags, POLICY_TAGS } from './tags.ts'
import { checkDescription, checkDocumentText } from './texts.ts'
import { type Turn, UNIQUE_ID_BYTES } from './turn.ts'
import { findUsablePolicy, requirePolicyArn } from './usable-policies.ts'

/** What a managed policy is made of. */
export interface ManagedPolicyOptions {
  readonly name: string
  readonly path: string
  readonly description: string | null
  readonly tags: readonly Tag[]
  /** JSON text of the first version. */
  readonly document: string
}

/**
 * Makes a managed policy with its first version.
 * @throws ServiceError `ValidationError`, `MalformedPolicyDocument`, `LimitExceeded`, `InvalidInput`,
 * `EntityAlreadyExists`
 */
export async function createManagedPolicy(
  { store, random, nowMs }: Turn,
  account: Account,
  options: ManagedPolicyOptions,
): Promise<ManagedPolicy> {
  const name = parseName('policy', options.name)
  const path = parsePolicyPath(options.path)
  checkDescription(options.description)
  checkPolicyDocument(options.document)
  const policy: ManagedPolicy = {
    accountId: account.id,
    id: formatUniqueId('managedPolicy', random.bytes(UNIQUE_ID_BYTES)),
    name,
    path,
    arn: formatManagedPolicyArn(toArnHome(account), path, name),
    description: options.description,
    defaultVersionId: 'v1',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    tags: checkTags(POLICY_TAGS, options.tags),
  }
  const firstVersion = { versionId: 'v1', document: options.document, createdAtMs: nowMs }
  await mapStoreError(store.createManagedPolicy(policy, firstVersion), {
    exists: () => policyExists(name),
  })
  return policy
}

/** Replaces the tags of a policy. @throws ServiceError `InvalidInput`, `LimitExceeded`, `ValidationError` */
export async function setPolicyTags(
  { store }: Turn,
  policy: ManagedPolicy,
  tags: readonly Tag[],
): Promise<void> {
  await store.saveManagedPolicy({ ...policy, tags: checkTags(POLICY_TAGS, tags) })
}

/** Deletes a policy that nobody has, with its last version. @throws ServiceError `DeleteConflict` */
export async function deleteManagedPolicy({ store }: Turn, policy: ManagedPolicy): Promise<void> {
  const { accountId, arn } = policy
  const versions = await store.listPolicyVersions(accountId, arn)
  // Which conflict AWS names first is UNVERIFIED.
  if ((await store.listPolicyEntities(accountId, arn)).length > 0) throw policyInUse()
  if (versions.length > 1) throw policyHasVersions()
  await store.deleteManagedPolicy(accountId, arn)
}

/** Deletes a policy that nobody has, with all its versions. @throws ServiceError `DeleteConflict` */
export async function deleteManagedPolicyWithAll(
  { store }: Turn,
  { accountId, arn }: ManagedPolicy,
): Promise<void> {
  await mapStoreError(store.deleteManagedPolicy(accountId, arn), { conflict: policyInUse })
}

/**
 * A policy that is to be changed. Only a policy of the account's own can be.
 * @throws ServiceError `InvalidInput`, `NoSuchEntity`
 */
export async function requireOwnPolicy(
  store: Pick<ManagedPolicyStore, 'findManagedPolicy'>,
  account: Account,
  policyArn: string,
): Promise<ManagedPolicy> {
  requirePolicyArn(policyArn)
  const policy = await findUsablePolicy(store, account, policyArn)
  if (policy === null) throw noSuchPolicy(policyArn)
  if (!isAwsManagedPolicyArn(policyArn)) return policy
  throw new ServiceError('InvalidInput', `Policy ${policyArn} is AWS's and cannot be changed.`)
}

/**
 * Checks the document of a managed policy.
 * @throws ServiceError `ValidationError`, `MalformedPolicyDocument`, `LimitExceeded`
 */
export function checkPolicyDocument(document: string): void {
  checkDocumentText(document)
  const { version } = parsePolicy(document, 'identity')
  if (version !== NEWEST_VERSION) {
    const text = `Policy document must be version ${NEWEST_VERSION} or greater.`
    throw new ServiceError('MalformedPolicyDocument', text)
  }
  if (measurePolicy(document) > MAX_POLICY_CHARACTERS) {
    throw createQuotaError('PolicySize', MAX_POLICY_CHARACTERS)
  }
}
