import type { Account, InstanceProfile, Role } from '../principals/entities.ts'
import { type AccountId, formatUniqueId } from '../principals/identifiers.ts'
import { parseName, parsePath } from '../principals/names.ts'
import type { Tag } from '../principals/tags.ts'
import type { InstanceProfileStore } from '../store/iam-ports.ts'
import { mapStoreError } from './map-store-error.ts'
import { createQuotaError, MAX_ROLES_PER_INSTANCE_PROFILE } from './quotas.ts'
import {
  instanceProfileExists,
  noSuchEntity,
  noSuchInstanceProfile,
  refuseDeletionWhile,
} from './refusals.ts'
import { checkTags, INSTANCE_PROFILE_TAGS } from './tags.ts'
import { type Turn, UNIQUE_ID_BYTES } from './turn.ts'

/** What an instance profile is made of. */
export interface InstanceProfileOptions {
  readonly name: string
  readonly path: string
  readonly tags: readonly Tag[]
}

/**
 * Makes an instance profile without a role.
 * @throws ServiceError `ValidationError`, `InvalidInput`, `LimitExceeded`, `EntityAlreadyExists`
 */
export async function createInstanceProfile(
  { store, random, nowMs }: Turn,
  account: Account,
  options: InstanceProfileOptions,
): Promise<InstanceProfile> {
  const profile: InstanceProfile = {
    accountId: account.id,
    id: formatUniqueId('instanceProfile', random.bytes(UNIQUE_ID_BYTES)),
    name: parseName('instance profile', options.name),
    path: parsePath(options.path),
    createdAtMs: nowMs,
    tags: checkTags(INSTANCE_PROFILE_TAGS, options.tags),
    roleId: null,
  }
  await mapStoreError(store.createInstanceProfile(profile), {
    exists: () => instanceProfileExists(profile.name),
  })
  return profile
}

/** Puts a role into an instance profile, which holds one. @throws ServiceError `LimitExceeded` */
export async function addRoleToInstanceProfile(
  { store }: Turn,
  profile: InstanceProfile,
  role: Role,
): Promise<void> {
  if (profile.roleId !== null) {
    throw createQuotaError('InstanceSessionsPerInstanceProfile', MAX_ROLES_PER_INSTANCE_PROFILE)
  }
  await store.saveInstanceProfile({ ...profile, roleId: role.id })
}

/** Takes a role out of an instance profile. @throws ServiceError `NoSuchEntity` when it is not in it */
export async function removeRoleFromInstanceProfile(
  { store }: Turn,
  profile: InstanceProfile,
  role: Role,
): Promise<void> {
  // The text is UNVERIFIED.
  if (profile.roleId !== role.id) throw noSuchEntity('role', role.name)
  await store.saveInstanceProfile({ ...profile, roleId: null })
}

/** Replaces the tags of an instance profile. @throws ServiceError `InvalidInput`, `LimitExceeded` */
export async function setInstanceProfileTags(
  { store }: Turn,
  profile: InstanceProfile,
  tags: readonly Tag[],
): Promise<void> {
  await store.saveInstanceProfile({ ...profile, tags: checkTags(INSTANCE_PROFILE_TAGS, tags) })
}

/** Gives an instance profile other tags and another role, or none. @throws ServiceError as {@link setInstanceProfileTags} */
export async function replaceInstanceProfile(
  { store }: Turn,
  profile: InstanceProfile,
  { tags, roleId }: Pick<InstanceProfile, 'tags' | 'roleId'>,
): Promise<void> {
  const checked = checkTags(INSTANCE_PROFILE_TAGS, tags)
  await store.saveInstanceProfile({ ...profile, tags: checked, roleId })
}

/** Deletes an instance profile, with a role in it or without. @throws ServiceError `NoSuchEntity` */
export async function deleteInstanceProfileWithAll(
  { store }: Turn,
  account: Account,
  name: string,
): Promise<void> {
  const { accountId, id } = await requireInstanceProfile(store, account.id, name)
  await store.deleteInstanceProfile(accountId, id)
}

/** Deletes an instance profile without a role. @throws ServiceError `NoSuchEntity`, `DeleteConflict` */
export async function deleteInstanceProfile(
  { store }: Turn,
  account: Account,
  name: string,
): Promise<void> {
  const { accountId, id, roleId } = await requireInstanceProfile(store, account.id, name)
  refuseDeletionWhile(
    roleId === null ? [] : [roleId],
    'must remove roles from instance profile first',
  )
  await store.deleteInstanceProfile(accountId, id)
}

/** An instance profile by name without regard to case. @throws ServiceError `NoSuchEntity` */
export async function requireInstanceProfile(
  store: Pick<InstanceProfileStore, 'findInstanceProfile'>,
  accountId: AccountId,
  name: string,
): Promise<InstanceProfile> {
  const profile = await store.findInstanceProfile(accountId, name)
  if (profile === null) throw noSuchInstanceProfile(name)
  return profile
}
