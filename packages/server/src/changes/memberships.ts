import type { Account, Group, User } from '../principals/entities.ts'
import { requireGroup } from './lookups.ts'
import { mapStoreError } from './map-store-error.ts'
import { createQuotaError, MAX_GROUPS_PER_USER } from './quotas.ts'
import { notMember } from './refusals.ts'
import type { Turn } from './turn.ts'

/**
 * Puts a user into a group. When the user is in it already, nothing happens. @throws ServiceError
 * `LimitExceeded`
 */
export async function addToGroup({ store }: Turn, group: Group, user: User): Promise<void> {
  const groups = await store.listGroupsOfUser(user.accountId, user.id)
  if (groups.some(({ id }) => id === group.id)) return
  checkCount(groups.length + 1)
  await store.addGroupMember(user.accountId, group.id, user.id)
}

/** Takes a user out of a group. @throws ServiceError `NoSuchEntity` */
export async function removeFromGroup({ store }: Turn, group: Group, user: User): Promise<void> {
  await mapStoreError(store.removeGroupMember(user.accountId, group.id, user.id), {
    missing: () => notMember(user.name, group.name),
  })
}

/**
 * Puts a user into exactly the groups of these names.
 * @param present the names of the groups that the user is in now
 * @throws ServiceError `NoSuchEntity`, `LimitExceeded`
 */
export async function setGroups(
  { store }: Turn,
  account: Account,
  user: User,
  names: readonly string[],
  present: readonly string[],
): Promise<void> {
  const wanted = new Map(names.map(name => [name.toLowerCase(), name]))
  const known = new Map(present.map(name => [name.toLowerCase(), name]))
  checkCount(wanted.size)
  for (const [key, name] of known) {
    if (wanted.has(key)) continue
    const { id } = await requireGroup(store, account.id, name)
    await store.removeGroupMember(user.accountId, id, user.id)
  }
  for (const [key, name] of wanted) {
    if (known.has(key)) continue
    const { id } = await requireGroup(store, account.id, name)
    await store.addGroupMember(user.accountId, id, user.id)
  }
}

function checkCount(count: number): void {
  if (count > MAX_GROUPS_PER_USER) throw createQuotaError('GroupsPerUser', MAX_GROUPS_PER_USER)
}
