import { isDeepStrictEqual } from 'node:util'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { Account, Role, User } from '../principals/entities.ts'
import { formatUniqueId, type UniqueId } from '../principals/identifiers.ts'
import { type Store, StoreError } from '../store/ports.ts'
import { pinTrustPolicy } from '../trust/pin-trust-policy.ts'
import { exportTrustPolicy } from '../trust/show-trust-policy.ts'
import { type ApplyParts, toTags, UNIQUE_ID_BYTES } from './apply-parts.ts'
import type { DeclaredGroup, DeclaredRole, DeclaredUser } from './declaration.ts'
import { markNobody } from './export-declaration.ts'

/** Makes a user who has no power; one that is there stays as it is. */
export async function makeUser(
  { name, path }: DeclaredUser,
  account: Account,
  { store, random, nowMs }: ApplyParts,
): Promise<User> {
  const existing = await store.findUser(account.id, name)
  if (existing !== null) return existing
  const user: User = {
    accountId: account.id,
    id: formatUniqueId('user', random.bytes(UNIQUE_ID_BYTES)),
    name,
    path,
    createdAtMs: nowMs,
    tags: [],
    permissionsBoundaryArn: null,
  }
  await store.createUser(user)
  return user
}

/** Makes a user, or makes it as declared, with policies and groups. */
export async function saveUser(
  declared: DeclaredUser,
  account: Account,
  parts: ApplyParts,
): Promise<void> {
  const { store } = parts
  const { name, path, permissionsBoundary: permissionsBoundaryArn } = declared
  const user = await makeUser(declared, account, parts)
  await store.saveUser({ ...user, name, path, permissionsBoundaryArn })
  await store.saveUserTags(account.id, user.id, toTags(declared.tags))
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

/** Deletes a user; one that is gone is no error. */
export async function deleteUser(
  declared: DeclaredUser | null,
  account: Account,
  { store }: ApplyParts,
): Promise<void> {
  const user = declared === null ? null : await store.findUser(account.id, declared.name)
  if (user !== null) await store.deleteUser(account.id, user.id)
}

/** Makes a group, or makes it as declared, with its policies. */
export async function saveGroup(
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

/** Deletes a group; one that is gone is no error. */
export async function deleteGroup(
  declared: DeclaredGroup | null,
  account: Account,
  { store }: ApplyParts,
): Promise<void> {
  const group = declared === null ? null : await store.findGroup(account.id, declared.name)
  if (group !== null) await store.deleteGroup(account.id, group.id)
}

/** Trusts nobody. */
const NO_TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:*' }],
})

/** Makes a role that trusts nobody; one that is there stays as it is. */
export async function makeRole(
  { name, path, description, maxSessionSeconds }: DeclaredRole,
  account: Account,
  { store, random, nowMs }: ApplyParts,
): Promise<Role> {
  const existing = await store.findRole(account.id, name)
  if (existing !== null) return existing
  const role: Role = {
    accountId: account.id,
    id: formatUniqueId('role', random.bytes(UNIQUE_ID_BYTES)),
    name,
    path,
    createdAtMs: nowMs,
    description,
    trustPolicy: NO_TRUST,
    trustPins: [],
    maxSessionSeconds,
    tags: [],
    permissionsBoundaryArn: null,
    sessionsRevokedBeforeMs: null,
  }
  await store.createRole(role)
  return role
}

/**
 * Makes a role, or makes it as declared, with its policies. Its revoked sessions stay revoked.
 * @throws ServiceError `MalformedPolicyDocument` for a trust policy that names who is not there
 */
export async function saveRole(
  declared: DeclaredRole,
  account: Account,
  parts: ApplyParts,
): Promise<void> {
  const { store } = parts
  const role = await makeRole(declared, account, parts)
  await store.saveRole({
    ...role,
    ...(await readTrust(declared, role, account, store)),
    path: declared.path,
    description: declared.description,
    maxSessionSeconds: declared.maxSessionSeconds,
    tags: toTags(declared.tags),
    permissionsBoundaryArn: declared.permissionsBoundary,
  })
  await savePolicies(declared, account, role.id, store)
}

/**
 * A trust policy that is declared as it is there stays as it was written, with whom it names: nobody
 * who has taken a name since is trusted by it.
 */
async function readTrust(
  declared: DeclaredRole,
  role: Role,
  { partition }: Account,
  store: Store,
): Promise<Pick<Role, 'trustPolicy' | 'trustPins'>> {
  const trustPolicy = JSON.stringify(declared.trustPolicy)
  const present = await exportTrustPolicy(role, store, markNobody)
  if (isDeepStrictEqual(JSON.parse(present), declared.trustPolicy)) return role
  const policy = parsePolicy(trustPolicy, 'trust')
  return { trustPolicy, trustPins: await pinTrustPolicy(policy, partition, store) }
}

/** Deletes a role; one that is gone is no error. */
export async function deleteRole(
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
