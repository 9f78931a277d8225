import type { Group, Role, User } from '../principals/entities.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { GroupStore, RoleStore } from '../store/iam-ports.ts'
import type { UserStore } from '../store/ports.ts'
import type { HolderKind, PolicyHolder } from './policy-holder.ts'
import { noSuchEntity } from './refusals.ts'

/** A user by name without regard to case. @throws ServiceError `NoSuchEntity` */
export async function requireUser(
  store: Pick<UserStore, 'findUser'>,
  accountId: AccountId,
  name: string,
): Promise<User> {
  const user = await store.findUser(accountId, name)
  if (user === null) throw noSuchEntity('user', name)
  return user
}

/** A role by name without regard to case. @throws ServiceError `NoSuchEntity` */
export async function requireRole(
  store: Pick<RoleStore, 'findRole'>,
  accountId: AccountId,
  name: string,
): Promise<Role> {
  const role = await store.findRole(accountId, name)
  if (role === null) throw noSuchEntity('role', name)
  return role
}

/** A group by name without regard to case. @throws ServiceError `NoSuchEntity` */
export async function requireGroup(
  store: Pick<GroupStore, 'findGroup'>,
  accountId: AccountId,
  name: string,
): Promise<Group> {
  const group = await store.findGroup(accountId, name)
  if (group === null) throw noSuchEntity('group', name)
  return group
}

/** A user, group or role by name without regard to case. @throws ServiceError `NoSuchEntity` */
export async function requireHolder(
  store: Pick<UserStore & GroupStore & RoleStore, 'findUser' | 'findGroup' | 'findRole'>,
  accountId: AccountId,
  kind: HolderKind,
  name: string,
): Promise<PolicyHolder> {
  switch (kind) {
    case 'user':
      return { kind, ...(await requireUser(store, accountId, name)) }
    case 'group':
      return { kind, ...(await requireGroup(store, accountId, name)) }
    case 'role':
      return { kind, ...(await requireRole(store, accountId, name)) }
  }
}
