import type { Issuer } from '../issuer/issuer.ts'
import { type ArnHome, formatManagedPolicyArn, formatOidcProviderArn } from '../principals/arn.ts'
import type { Account } from '../principals/entities.ts'
import { formatUniqueId, parseAccountId, type UniqueId } from '../principals/identifiers.ts'
import { parseOrganizationPlacement } from '../principals/organization.ts'
import type { Tag } from '../principals/tags.ts'
import type { RandomSource } from '../runtime/random.ts'
import { type Store, StoreError } from '../store/ports.ts'
import type {
  DeclaredAccount,
  DeclaredControlPolicy,
  DeclaredGroup,
  DeclaredManagedPolicy,
  DeclaredOidcProvider,
  DeclaredRole,
  DeclaredUser,
} from './declaration.ts'
import type { Change } from './plan.ts'

/** What changes are made with. */
export interface ApplyParts {
  readonly store: Store
  readonly issuer: Pick<Issuer, 'enableFederation' | 'disableFederation' | 'findFederation'>
  readonly random: RandomSource
  readonly nowMs: number
}

const UNIQUE_ID_BYTES = 17

/**
 * Makes one change. Each is complete in itself, and made again it changes nothing: after a failure in
 * the middle of a plan, the next plan holds what is left.
 * @throws StoreError, ServiceError: what the store or a rule refuses
 */
export async function applyChange(change: Change, parts: ApplyParts): Promise<void> {
  switch (change.kind) {
    case 'account':
      if (change.after !== null) await applyAccount(change.after, parts)
      return
    case 'control policy':
      return applyControlPolicy(change.organizationId, change, parts)
    default: {
      const account = await parts.store.findAccount(parseAccountId(change.accountId))
      if (account === null)
        throw new StoreError('missing', `There is no account ${change.accountId}.`)
      return applyEntity(change, account, parts)
    }
  }
}

type EntityChange = Exclude<Change, { kind: 'account' | 'control policy' }>

async function applyEntity(
  change: EntityChange,
  account: Account,
  parts: ApplyParts,
): Promise<void> {
  switch (change.kind) {
    case 'managed policy':
      return change.after === null
        ? deleteManagedPolicy(change.before, account, parts)
        : saveManagedPolicy(change.after, account, parts)
    case 'group':
      return change.after === null
        ? deleteGroup(change.before, account, parts)
        : saveGroup(change.after, account, parts)
    case 'user':
      return change.after === null
        ? deleteUser(change.before, account, parts)
        : saveUser(change.after, account, parts)
    case 'role':
      return change.after === null
        ? deleteRole(change.before, account, parts)
        : saveRole(change.after, account, parts)
    case 'OIDC provider':
      return change.after === null
        ? deleteOidcProvider(change.before, account, parts)
        : saveOidcProvider(change.after, account, parts)
  }
}

async function applyAccount(declared: DeclaredAccount, parts: ApplyParts): Promise<void> {
  const { store, issuer, nowMs } = parts
  const id = parseAccountId(declared.id)
  const organization =
    declared.organization === null
      ? null
      : parseOrganizationPlacement(declared.organization, declared.isManagementAccount)
  const { name, partition } = declared
  const existing = await store.findAccount(id)
  if (existing === null) {
    await store.createAccount({ id, name, partition, createdAtMs: nowMs, organization })
  } else {
    if (existing.name !== name || existing.partition !== partition) {
      throw new StoreError('conflict', `Name and partition of account ${id} cannot be changed.`)
    }
    await store.placeAccount(id, organization)
  }
  const account = { id, name, partition, createdAtMs: nowMs, organization }
  const isEnabled = (await issuer.findFederation(account))?.enabled ?? false
  if (declared.federation === 'enabled' && !isEnabled) await issuer.enableFederation(account, nowMs)
  if (declared.federation === 'disabled' && isEnabled)
    await issuer.disableFederation(account, nowMs)
}

async function applyControlPolicy(
  organizationId: string,
  { before, after }: { before: DeclaredControlPolicy | null; after: DeclaredControlPolicy | null },
  { store }: ApplyParts,
): Promise<void> {
  if (after !== null) {
    const { target: targetId, kind, name } = after
    const document = JSON.stringify(after.document)
    await store.saveControlPolicy({ organizationId, targetId, kind, name, document })
  } else if (before !== null) {
    const { target: targetId, kind, name } = before
    await store.deleteControlPolicy({ organizationId, targetId, kind, name })
  }
}

async function saveUser(
  declared: DeclaredUser,
  account: Account,
  parts: ApplyParts,
): Promise<void> {
  const { store, random, nowMs } = parts
  const { name, path, permissionsBoundary: permissionsBoundaryArn } = declared
  const tags = toTags(declared.tags)
  const existing = await store.findUser(account.id, name)
  const user = existing ?? {
    accountId: account.id,
    id: formatUniqueId('user', random.bytes(UNIQUE_ID_BYTES)),
    name,
    path,
    createdAtMs: nowMs,
    tags,
    permissionsBoundaryArn,
  }
  if (existing === null) await store.createUser(user)
  await store.saveUser({ ...user, name, path, permissionsBoundaryArn })
  await store.saveUserTags(account.id, user.id, tags)
  await savePolicies(declared, account, user.id, store)
  await saveMemberships(declared.groups, account, user.id, store)
}

async function saveMemberships(
  names: readonly string[],
  account: Account,
  userId: UniqueId,
  store: Store,
): Promise<void> {
  const wanted = new Set(names.map(name => name.toLowerCase()))
  for (const group of await store.listGroupsOfUser(account.id, userId)) {
    if (!wanted.delete(group.name.toLowerCase())) {
      await store.removeGroupMember(account.id, group.id, userId)
    }
  }
  for (const name of wanted) {
    const group = await store.findGroup(account.id, name)
    if (group === null) throw new StoreError('missing', `There is no group ${name}.`)
    await store.addGroupMember(account.id, group.id, userId)
  }
}

async function deleteUser(
  declared: DeclaredUser | null,
  account: Account,
  { store }: ApplyParts,
): Promise<void> {
  const user = declared === null ? null : await store.findUser(account.id, declared.name)
  if (user !== null) await store.deleteUser(account.id, user.id)
}

async function saveGroup(
  declared: DeclaredGroup,
  account: Account,
  { store, random, nowMs }: ApplyParts,
): Promise<void> {
  const { name, path } = declared
  const existing = await store.findGroup(account.id, name)
  const id = existing?.id ?? formatUniqueId('group', random.bytes(UNIQUE_ID_BYTES))
  const createdAtMs = existing?.createdAtMs ?? nowMs
  const group = { accountId: account.id, id, name, path, createdAtMs }
  await (existing === null ? store.createGroup(group) : store.saveGroup(group))
  await savePolicies(declared, account, id, store)
}

async function deleteGroup(
  declared: DeclaredGroup | null,
  account: Account,
  { store }: ApplyParts,
): Promise<void> {
  const group = declared === null ? null : await store.findGroup(account.id, declared.name)
  if (group !== null) await store.deleteGroup(account.id, group.id)
}

async function saveRole(
  declared: DeclaredRole,
  account: Account,
  { store, random, nowMs }: ApplyParts,
): Promise<void> {
  const existing = await store.findRole(account.id, declared.name)
  const role = {
    accountId: account.id,
    id: existing?.id ?? formatUniqueId('role', random.bytes(UNIQUE_ID_BYTES)),
    name: existing?.name ?? declared.name,
    path: declared.path,
    createdAtMs: existing?.createdAtMs ?? nowMs,
    description: declared.description,
    trustPolicy: JSON.stringify(declared.trustPolicy),
    maxSessionSeconds: declared.maxSessionSeconds,
    tags: toTags(declared.tags),
    permissionsBoundaryArn: declared.permissionsBoundary,
    sessionsRevokedBeforeMs: existing?.sessionsRevokedBeforeMs ?? null,
  }
  await (existing === null ? store.createRole(role) : store.saveRole(role))
  await savePolicies(declared, account, role.id, store)
}

async function deleteRole(
  declared: DeclaredRole | null,
  account: Account,
  { store }: ApplyParts,
): Promise<void> {
  const role = declared === null ? null : await store.findRole(account.id, declared.name)
  if (role !== null) await store.deleteRole(account.id, role.id)
}

/** Inline policies and attachments exactly as declared. */
async function savePolicies(
  { policies, attachedPolicies }: Pick<DeclaredUser, 'policies' | 'attachedPolicies'>,
  account: Account,
  principalId: UniqueId,
  store: Store,
): Promise<void> {
  const inline = new Map(
    Object.entries(policies).map(([name, document]) => [name.toLowerCase(), { name, document }]),
  )
  for (const { name } of await store.listInlinePolicies(account.id, principalId)) {
    if (!inline.has(name.toLowerCase())) {
      await store.deleteInlinePolicy(account.id, principalId, name)
    }
  }
  for (const { name, document } of inline.values()) {
    const policy = { name, document: JSON.stringify(document) }
    await store.saveInlinePolicy(account.id, principalId, policy)
  }
  const wanted = new Set(attachedPolicies)
  for (const { arn } of await store.listAttachedPolicies(account.id, principalId)) {
    if (!wanted.delete(arn)) await store.detachPolicy(account.id, principalId, arn)
  }
  for (const arn of wanted) await store.attachPolicy(account.id, principalId, arn)
}

async function saveManagedPolicy(
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
  if (existing.description !== description) {
    throw new StoreError('conflict', `The description of policy ${name} cannot be changed.`)
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

async function deleteManagedPolicy(
  declared: DeclaredManagedPolicy | null,
  account: Account,
  { store }: ApplyParts,
): Promise<void> {
  if (declared === null) return
  const arn = formatManagedPolicyArn(homeOf(account), declared.path, declared.name)
  await store.deleteManagedPolicy(account.id, arn)
}

async function saveOidcProvider(
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

async function deleteOidcProvider(
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

function toTags(tags: Readonly<Record<string, string>>): readonly Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }))
}
