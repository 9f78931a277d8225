import { type ArnHome, formatManagedPolicyArn, formatOidcProviderArn } from '../principals/arn.ts'
import type { Account } from '../principals/entities.ts'
import { formatUniqueId } from '../principals/identifiers.ts'
import { type ApplyParts, toTags, UNIQUE_ID_BYTES } from './apply-parts.ts'
import type { DeclaredManagedPolicy, DeclaredOidcProvider } from './declaration.ts'

/** Makes a policy, or a new version of it that is in force at once. */
export async function saveManagedPolicy(
  declared: DeclaredManagedPolicy,
  account: Account,
  { store, random, nowMs }: ApplyParts,
): Promise<void> {
  const { name, path, description } = declared
  const tags = toTags(declared.tags)
  const document = JSON.stringify(declared.document)
  const arn = formatManagedPolicyArn(homeOf(account), path, name)
  const existing = await store.findManagedPolicy(account.id, arn)
  if (existing === null) {
    const policy = {
      accountId: account.id,
      id: formatUniqueId('managedPolicy', random.bytes(UNIQUE_ID_BYTES)),
      name,
      path,
      arn,
      description,
      defaultVersionId: 'v1',
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      tags,
    }
    await store.createManagedPolicy(policy, { versionId: 'v1', document, createdAtMs: nowMs })
    return
  }
  const versions = await store.listPolicyVersions(account.id, arn)
  const current = versions.find(({ versionId }) => versionId === existing.defaultVersionId)
  if (current?.document === document) {
    await store.saveManagedPolicy({ ...existing, tags })
    return
  }
  const oldest = versions.findLast(({ versionId }) => versionId !== existing.defaultVersionId)
  if (versions.length >= MAX_POLICY_VERSIONS && oldest !== undefined) {
    await store.deletePolicyVersion(account.id, arn, oldest.versionId)
  }
  const newest = Math.max(...versions.map(({ versionId }) => Number(versionId.slice(1))))
  const versionId = `v${newest + 1}`
  await store.createPolicyVersion(
    { ...existing, tags, defaultVersionId: versionId, updatedAtMs: nowMs },
    { versionId, document, createdAtMs: nowMs },
  )
}

/** AWS's quota; a declared policy gives up its oldest version. */
const MAX_POLICY_VERSIONS = 5

/** Deletes a policy with its versions. @throws StoreError `conflict` while it is attached */
export async function deleteManagedPolicy(
  declared: DeclaredManagedPolicy | null,
  account: Account,
  { store }: ApplyParts,
): Promise<void> {
  if (declared === null) return
  const arn = formatManagedPolicyArn(homeOf(account), declared.path, declared.name)
  await store.deleteManagedPolicy(account.id, arn)
}

/** Makes a provider, or makes it as declared. */
export async function saveOidcProvider(
  declared: DeclaredOidcProvider,
  account: Account,
  { store, nowMs }: ApplyParts,
): Promise<void> {
  const { url, clientIds, thumbprints, jwks } = declared
  const arn = formatOidcProviderArn(homeOf(account), url.replace(/^https?:\/\//, ''))
  const existing = await store.findOidcProvider(account.id, arn)
  const provider = {
    accountId: account.id,
    arn,
    url,
    clientIds,
    thumbprints,
    createdAtMs: existing?.createdAtMs ?? nowMs,
    tags: toTags(declared.tags),
    inlineJwks: jwks === null ? null : JSON.stringify(jwks),
  }
  await (existing === null ? store.createOidcProvider(provider) : store.saveOidcProvider(provider))
}

/** Deletes a provider. */
export async function deleteOidcProvider(
  declared: DeclaredOidcProvider | null,
  account: Account,
  { store }: ApplyParts,
): Promise<void> {
  if (declared === null) return
  const arn = formatOidcProviderArn(homeOf(account), declared.url.replace(/^https?:\/\//, ''))
  await store.deleteOidcProvider(account.id, arn)
}

function homeOf({ id, partition }: Account): ArnHome {
  return { partition, accountId: id }
}
