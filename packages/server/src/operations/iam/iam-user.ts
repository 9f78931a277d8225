import { ServiceError } from '../../errors.ts'
import { formatUserArn } from '../../principals/arn.ts'
import type { Account, User } from '../../principals/entities.ts'
import { type Infer, optional, required, string, structure } from '../../shapes/shape.ts'
import { homeOf } from './find-entity.ts'
import { attachedPermissionsBoundary, dateTime, tags } from './iam-shapes.ts'
import { formatBoundary } from './permissions-boundary.ts'
import type { StoreRefusals } from './store-refusal.ts'

/** A user on the wire. The account's root, which `GetUser` can describe, has neither path nor name. */
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
    arn: formatUserArn(homeOf(account), user.path, user.name),
    createDate: user.createdAtMs,
  }
}

/** A user with everything; an empty set of tags is left out. */
export function describeUser(account: Account, user: User): Infer<typeof userShape> {
  return {
    ...summarizeUser(account, user),
    permissionsBoundary: formatBoundary(user.permissionsBoundaryArn),
    ...(user.tags.length > 0 && { tags: user.tags }),
  }
}

/** What the caller hears when a user is gone by the time something is written to it. */
export function refuseGoneUser(name: string): StoreRefusals {
  return {
    missing: () => new ServiceError('NoSuchEntity', `The user with name ${name} cannot be found.`),
  }
}
