import { requireGroup, requireRole, requireUser } from '../../changes/lookups.ts'
import type { Group, Role, User } from '../../principals/entities.ts'
import type { Call } from '../operation.ts'

/** A user of the caller's account. @throws ServiceError `NoSuchEntity` */
export function findUser({ caller, services }: Call, name: string): Promise<User> {
  return requireUser(services.store, caller.account.id, name)
}

/** A role of the caller's account. @throws ServiceError `NoSuchEntity` */
export function findRole({ caller, services }: Call, name: string): Promise<Role> {
  return requireRole(services.store, caller.account.id, name)
}

/** A group of the caller's account. @throws ServiceError `NoSuchEntity` */
export function findGroup({ caller, services }: Call, name: string): Promise<Group> {
  return requireGroup(services.store, caller.account.id, name)
}
