import { ServiceError } from '../errors.ts'
import type { Account, Role } from '../principals/entities.ts'
import { formatUniqueId } from '../principals/identifiers.ts'
import { parseName, parsePath } from '../principals/names.ts'
import type { Tag } from '../principals/tags.ts'
import { checkTrustPolicy } from '../trust/check-trust-policy.ts'
import { pinTrustPolicy } from '../trust/pin-trust-policy.ts'
import { refuseDeletionWithPolicies } from './deletion.ts'
import { requireRole } from './lookups.ts'
import { mapStoreError } from './map-store-error.ts'
import { createQuotaError, MAX_TRUST_POLICY_CHARACTERS, measurePolicy } from './quotas.ts'
import { entityExists, refuseDeletionWhile } from './refusals.ts'
import { checkTags, ROLE_TAGS } from './tags.ts'
import { checkDescription, checkDocumentText, checkSessionSeconds } from './texts.ts'
import { type Patch, type Turn, UNIQUE_ID_BYTES } from './turn.ts'
import { chooseBoundary, requireBoundaryPolicy } from './usable-policies.ts'

/** What a role is made of. */
export interface RoleOptions {
  readonly name: string
  readonly path: string
  readonly description: string | null
  /** JSON text. */
  readonly trustPolicy: string
  readonly maxSessionSeconds: number
  readonly tags: readonly Tag[]
  readonly permissionsBoundaryArn: string | null
}

/** The parts of a role that can change. Its name and path never do. */
export type RolePatch = Patch<Omit<RoleOptions, 'name' | 'path'>>

/**
 * Makes a role.
 * @throws ServiceError `ValidationError`, `MalformedPolicyDocument`, `LimitExceeded`, `InvalidInput`,
 * `NoSuchEntity`, `EntityAlreadyExists`
 */
export async function createRole(
  turn: Turn,
  account: Account,
  options: RoleOptions,
): Promise<Role> {
  const { description, maxSessionSeconds, permissionsBoundaryArn } = options
  checkDescription(description)
  checkSessionSeconds(maxSessionSeconds)
  const role: Role = {
    accountId: account.id,
    id: formatUniqueId('role', turn.random.bytes(UNIQUE_ID_BYTES)),
    name: parseName('role', options.name),
    path: parsePath(options.path),
    createdAtMs: turn.nowMs,
    description,
    ...(await readTrustPolicy(turn, account, options.trustPolicy)),
    maxSessionSeconds,
    tags: checkTags(ROLE_TAGS, options.tags),
    permissionsBoundaryArn,
    sessionsRevokedBeforeMs: null,
  }
  if (permissionsBoundaryArn !== null) {
    await requireBoundaryPolicy(turn.store, account, permissionsBoundaryArn)
  }
  await mapStoreError(turn.store.createRole(role), {
    exists: () => entityExists('Role', role.name),
  })
  return role
}

/**
 * Changes those parts of a role that are given, and leaves the rest.
 * @throws ServiceError as {@link createRole}
 */
export async function changeRole(
  turn: Turn,
  account: Account,
  role: Role,
  patch: RolePatch,
): Promise<Role> {
  const { description = role.description, maxSessionSeconds = role.maxSessionSeconds } = patch
  checkDescription(description)
  checkSessionSeconds(maxSessionSeconds)
  const { trustPolicy } = patch
  const changed: Role = {
    ...role,
    description,
    maxSessionSeconds,
    ...(trustPolicy !== undefined && (await readTrustPolicy(turn, account, trustPolicy))),
    tags: patch.tags === undefined ? role.tags : checkTags(ROLE_TAGS, patch.tags),
    permissionsBoundaryArn: await chooseBoundary(turn.store, account, role, patch),
  }
  await turn.store.saveRole(changed)
  return changed
}

/** Ends every session of a role that began before now. */
export async function revokeRoleSessions({ store, nowMs }: Turn, role: Role): Promise<Role> {
  const changed = { ...role, sessionsRevokedBeforeMs: nowMs }
  await store.saveRole(changed)
  return changed
}

/** The path of roles that are linked to a service of AWS's. */
export const SERVICE_LINKED_PATH = '/aws-service-role/'

/** Whether a role is linked to a service. Only the service may define such a role. */
export function isServiceLinked({ path }: Pick<Role, 'path'>): boolean {
  return path.startsWith(SERVICE_LINKED_PATH)
}

/**
 * Refuses to change a role that is linked to a service. AWS refuses it to everybody but the service.
 * @throws ServiceError `UnmodifiableEntity`
 */
export function refuseServiceLinked(role: Pick<Role, 'path' | 'name'>): void {
  if (!isServiceLinked(role)) return
  throw new ServiceError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
  )
}

/** Deletes a role without policies that is in no instance profile. @throws ServiceError `NoSuchEntity`, `UnmodifiableEntity`, `DeleteConflict` */
export async function deleteRole({ store }: Turn, account: Account, name: string): Promise<void> {
  const role = await requireRole(store, account.id, name)
  refuseServiceLinked(role)
  const { accountId, id } = role
  // Which conflict AWS names first is UNVERIFIED.
  await refuseDeletionWithPolicies(store, { accountId, id })
  refuseDeletionWhile(
    await store.listInstanceProfilesOfRole(accountId, id),
    'must remove roles from instance profile first',
  )
  await store.deleteRole(accountId, id)
}

/** Deletes a role with its policies. @throws ServiceError `NoSuchEntity` */
export async function deleteRoleWithAll(
  { store }: Turn,
  account: Account,
  name: string,
): Promise<void> {
  const { accountId, id } = await requireRole(store, account.id, name)
  await store.deleteRole(accountId, id)
}

/**
 * Reads a trust policy, and looks up the principals that its names stand for now.
 * @throws ServiceError `ValidationError`, `MalformedPolicyDocument`, `LimitExceeded`
 */
async function readTrustPolicy(
  { store, trustRules }: Turn,
  { partition }: Account,
  document: string,
): Promise<Pick<Role, 'trustPolicy' | 'trustPins'>> {
  checkDocumentText(document)
  const policy = checkTrustPolicy(document, trustRules)
  if (measurePolicy(document) > MAX_TRUST_POLICY_CHARACTERS) {
    throw createQuotaError('ACLSizePerRole', MAX_TRUST_POLICY_CHARACTERS)
  }
  return { trustPolicy: document, trustPins: await pinTrustPolicy(policy, partition, store) }
}
