import { ServiceError } from '../../errors.ts'
import type { ArnHome } from '../../principals/arn.ts'
import type { Account, Group, Role, User } from '../../principals/entities.ts'
import type { Call } from '../operation.ts'

/** Whose ARNs an account's entities have. */
export function homeOf({ id, partition }: Account): ArnHome {
  return { partition, accountId: id }
}

/** A user of the caller's account. @throws ServiceError `NoSuchEntity` */
export async function findUser({ caller, services }: Call, name: string): Promise<User> {
  const user = await services.store.findUser(caller.account.id, name)
  return user ?? refuseUnknown(`The user with name ${name} cannot be found.`)
}

/** A role of the caller's account. @throws ServiceError `NoSuchEntity` */
export async function findRole({ caller, services }: Call, name: string): Promise<Role> {
  const role = await services.store.findRole(caller.account.id, name)
  return role ?? refuseUnknown(`The role with name ${name} cannot be found.`)
}

/** A group of the caller's account. @throws ServiceError `NoSuchEntity` */
export async function findGroup({ caller, services }: Call, name: string): Promise<Group> {
  const group = await services.store.findGroup(caller.account.id, name)
  return group ?? refuseUnknown(`The group with name ${name} cannot be found.`)
}

function refuseUnknown(message: string): never {
  throw new ServiceError('NoSuchEntity', message)
}
