import type { Account, User } from '../principals/entities.ts'
import { formatUniqueId } from '../principals/identifiers.ts'
import { parseName, parsePath } from '../principals/names.ts'
import type { Tag } from '../principals/tags.ts'
import { refuseDeletionWithPolicies } from './deletion.ts'
import { requireUser } from './lookups.ts'
import { mapStoreError } from './map-store-error.ts'
import { entityExists, refuseDeletionWhile } from './refusals.ts'
import { checkTags, USER_TAGS } from './tags.ts'
import { type Patch, type Turn, UNIQUE_ID_BYTES } from './turn.ts'
import { chooseBoundary, requireBoundaryPolicy } from './usable-policies.ts'

/** What a user is made of. */
export interface UserOptions {
  readonly name: string
  readonly path: string
  readonly tags: readonly Tag[]
  readonly permissionsBoundaryArn: string | null
}

/**
 * Makes a user.
 * @throws ServiceError `ValidationError`, `InvalidInput`, `LimitExceeded`, `NoSuchEntity`,
 * `EntityAlreadyExists`
 */
export async function createUser(
  turn: Turn,
  account: Account,
  options: UserOptions,
): Promise<User> {
  const { permissionsBoundaryArn } = options
  const user: User = {
    accountId: account.id,
    id: formatUniqueId('user', turn.random.bytes(UNIQUE_ID_BYTES)),
    name: parseName('user', options.name),
    path: parsePath(options.path),
    createdAtMs: turn.nowMs,
    tags: checkTags(USER_TAGS, options.tags),
    permissionsBoundaryArn,
  }
  if (permissionsBoundaryArn !== null) {
    await requireBoundaryPolicy(turn.store, account, permissionsBoundaryArn)
  }
  await mapStoreError(turn.store.createUser(user), {
    exists: () => entityExists('User', user.name),
  })
  return user
}

/**
 * Changes those parts of a user that are given, and leaves the rest.
 * @throws ServiceError as {@link createUser}
 */
export async function changeUser(
  { store }: Turn,
  account: Account,
  user: User,
  patch: Patch<UserOptions>,
): Promise<User> {
  const changed: User = {
    ...user,
    name: patch.name === undefined ? user.name : parseName('user', patch.name),
    path: patch.path === undefined ? user.path : parsePath(patch.path),
    tags: patch.tags === undefined ? user.tags : checkTags(USER_TAGS, patch.tags),
    permissionsBoundaryArn: await chooseBoundary(store, account, user, patch),
  }
  const { tags, ...rest } = patch
  if (Object.keys(rest).length > 0) {
    await mapStoreError(store.saveUser(changed), {
      exists: () => entityExists('User', changed.name),
    })
  }
  if (tags !== undefined) await store.saveUserTags(user.accountId, user.id, changed.tags)
  return changed
}

/**
 * Deletes a user that has no policies, memberships or access keys left. @throws ServiceError
 * `NoSuchEntity`, `DeleteConflict`
 */
export async function deleteUser({ store }: Turn, account: Account, name: string): Promise<void> {
  const { accountId, id } = await requireUser(store, account.id, name)
  // Which conflict AWS names first is UNVERIFIED.
  refuseDeletionWhile(await store.listAccessKeys(accountId, id), 'must delete access keys first')
  await refuseDeletionWithPolicies(store, { accountId, id })
  refuseDeletionWhile(
    await store.listGroupsOfUser(accountId, id),
    'must remove users from group first',
  )
  await store.deleteUser(accountId, id)
}

/** Deletes a user with policies, memberships and access keys. @throws ServiceError `NoSuchEntity` */
export async function deleteUserWithAll(
  { store }: Turn,
  account: Account,
  name: string,
): Promise<User> {
  const user = await requireUser(store, account.id, name)
  await store.deleteUser(user.accountId, user.id)
  return user
}
