import { requireUser } from '../../changes/lookups.ts'
import type { Patch } from '../../changes/turn.ts'
import { changeUser as applyToUser, type UserOptions } from '../../changes/users.ts'
import { formatUserArn, toArnHome } from '../../principals/arn.ts'
import type { Account, User } from '../../principals/entities.ts'
import { type Infer, optional, required, string, structure } from '../../shapes/shape.ts'
import type { Call } from '../operation.ts'
import { tags } from '../tag-shapes.ts'
import { attachedPermissionsBoundary, dateTime } from './iam-shapes.ts'
import { inTurn } from './in-turn.ts'
import { formatBoundary } from './permissions-boundary.ts'

/** A user on the wire. The account's root, which `GetUser` can return, has no path and no name. */
export const userShape = structure('User', {
  path: optional(string()),
  userName: optional(string()),
  userId: required(string()),
  arn: required(string()),
  createDate: required(dateTime),
  permissionsBoundary: optional(attachedPermissionsBoundary),
  tags: optional(tags),
})

/** A user as listings show it: without boundary and tags (AWS IAM API Reference: ListUsers). */
export function summarizeUser(account: Account, user: User): Infer<typeof userShape> {
  return {
    path: user.path,
    userName: user.name,
    userId: user.id,
    arn: formatUserArn(toArnHome(account), user.path, user.name),
    createDate: user.createdAtMs,
  }
}

/** A user with everything; an empty set of tags is left out. */
export function toUserOutput(account: Account, user: User): Infer<typeof userShape> {
  return {
    ...summarizeUser(account, user),
    permissionsBoundary: formatBoundary(user.permissionsBoundaryArn),
    ...(user.tags.length > 0 && { tags: user.tags }),
  }
}

/** Changes a user of the caller's account by name. @throws ServiceError `NoSuchEntity`, and what the change refuses */
export function changeUser(
  call: Call,
  name: string,
  patch: (user: User) => Patch<UserOptions>,
): Promise<User> {
  const { account } = call.caller
  return inTurn(call, async turn => {
    const user = await requireUser(turn.store, account.id, name)
    return applyToUser(turn, account, user, patch(user))
  })
}
