import type { Account, Group } from '../principals/entities.ts'
import { formatUniqueId } from '../principals/identifiers.ts'
import { parseName, parsePath } from '../principals/names.ts'
import { refuseDeletionWithPolicies } from './deletion.ts'
import { requireGroup } from './lookups.ts'
import { mapStoreError } from './map-store-error.ts'
import { entityExists, refuseDeletionWhile } from './refusals.ts'
import { type Patch, type Turn, UNIQUE_ID_BYTES } from './turn.ts'

/** What a group is made of. */
export interface GroupOptions {
  readonly name: string
  readonly path: string
}

/** Makes a group. @throws ServiceError `ValidationError`, `EntityAlreadyExists` */
export async function createGroup(
  turn: Turn,
  account: Account,
  options: GroupOptions,
): Promise<Group> {
  const group: Group = {
    accountId: account.id,
    id: formatUniqueId('group', turn.random.bytes(UNIQUE_ID_BYTES)),
    name: parseName('group', options.name),
    path: parsePath(options.path),
    createdAtMs: turn.nowMs,
  }
  await mapStoreError(turn.store.createGroup(group), {
    exists: () => entityExists('Group', group.name),
  })
  return group
}

/** Gives a group another name or path, or both. @throws ServiceError as {@link createGroup} */
export async function changeGroup(
  { store }: Turn,
  group: Group,
  patch: Patch<GroupOptions>,
): Promise<Group> {
  const name = patch.name === undefined ? group.name : parseName('group', patch.name)
  const path = patch.path === undefined ? group.path : parsePath(patch.path)
  const changed = { ...group, name, path }
  await mapStoreError(store.saveGroup(changed), { exists: () => entityExists('Group', name) })
  return changed
}

/** Deletes a group without users and policies. @throws ServiceError `NoSuchEntity`, `DeleteConflict` */
export async function deleteGroup({ store }: Turn, account: Account, name: string): Promise<void> {
  const { accountId, id } = await requireGroup(store, account.id, name)
  const members = await store.listGroupMembers(accountId, id, { marker: null, maxItems: 1 })
  // Which conflict AWS names first is UNVERIFIED.
  refuseDeletionWhile(members.items, 'must remove users from group first')
  await refuseDeletionWithPolicies(store, { accountId, id })
  await store.deleteGroup(accountId, id)
}

/** Deletes a group with policies and memberships. @throws ServiceError `NoSuchEntity` */
export async function deleteGroupWithAll(
  { store }: Turn,
  account: Account,
  name: string,
): Promise<void> {
  const { accountId, id } = await requireGroup(store, account.id, name)
  await store.deleteGroup(accountId, id)
}
