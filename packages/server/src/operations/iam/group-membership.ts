import { requireGroup, requireUser } from '../../changes/lookups.ts'
import type { Turn } from '../../changes/turn.ts'
import type { Group, User } from '../../principals/entities.ts'
import { type Infer, required, structure } from '../../shapes/shape.ts'
import type { Call } from '../operation.ts'
import { existingUserName, groupName } from './iam-shapes.ts'

/** Members of the input of what changes who is in a group. */
export const membershipInput = {
  groupName: required(groupName),
  userName: required(existingUserName),
} as const

const membership = structure('Membership', membershipInput)

/** The group and the user that an input names. @throws ServiceError `NoSuchEntity` */
export async function requireMembership(
  input: Infer<typeof membership>,
  { caller: { account } }: Call,
  { store }: Turn,
): Promise<{ readonly group: Group; readonly user: User }> {
  const group = await requireGroup(store, account.id, input.groupName)
  return { group, user: await requireUser(store, account.id, input.userName) }
}
