import { requireInstanceProfile } from '../../changes/instance-profiles.ts'
import type { Turn } from '../../changes/turn.ts'
import { formatInstanceProfileArn, toArnHome } from '../../principals/arn.ts'
import type { InstanceProfile } from '../../principals/entities.ts'
import { type Infer, list, optional, required, string, structure } from '../../shapes/shape.ts'
import type { Call, ContextPairs, Permission } from '../operation.ts'
import { listResourceTags } from '../tag-context.ts'
import { tags } from '../tag-shapes.ts'
import { roleShape, summarizeRole } from './iam-role.ts'
import { dateTime } from './iam-shapes.ts'
import { inTurn } from './in-turn.ts'

/** Of an instance profile, new or existing (botocore: the IAM service model). */
export const instanceProfileName = string({ minLength: 1, maxLength: 128, pattern: '[\\w+=,.@-]+' })

/** An instance profile on the wire, with the role in it. */
export const instanceProfileShape = structure('InstanceProfile', {
  path: required(string()),
  instanceProfileName: required(string()),
  instanceProfileId: required(string()),
  arn: required(string()),
  createDate: required(dateTime),
  roles: required(list(roleShape)),
  tags: optional(tags),
})

/** An instance profile as listings show it: without tags (AWS IAM API Reference: ListInstanceProfiles). */
export async function summarizeInstanceProfile(
  call: Call,
  profile: InstanceProfile,
): Promise<Infer<typeof instanceProfileShape>> {
  const { accountId, roleId } = profile
  const { store } = call.services
  const role = roleId === null ? null : await store.findRoleById(accountId, roleId)
  return {
    path: profile.path,
    instanceProfileName: profile.name,
    instanceProfileId: profile.id,
    arn: formatInstanceProfileArn(toArnHome(call.caller.account), profile.path, profile.name),
    createDate: profile.createdAtMs,
    roles: role === null ? [] : [await summarizeRole(call, role)],
  }
}

/** An instance profile with everything; an empty set of tags is left out. */
export async function toInstanceProfileOutput(
  call: Call,
  profile: InstanceProfile,
): Promise<Infer<typeof instanceProfileShape>> {
  return {
    ...(await summarizeInstanceProfile(call, profile)),
    tags: profile.tags.length === 0 ? undefined : profile.tags,
  }
}

/** An instance profile of the caller's account. @throws ServiceError `NoSuchEntity` */
export function loadInstanceProfile(
  { caller, services }: Call,
  name: string,
): Promise<InstanceProfile> {
  return requireInstanceProfile(services.store, caller.account.id, name)
}

/**
 * The permission for an action on an instance profile: on its ARN, with its tags. One that does not
 * exist has the ARN that it would have without a path.
 */
export async function permissionsOnInstanceProfile(
  { caller: { account }, services }: Call,
  action: `iam:${string}`,
  name: string,
  context: ContextPairs = [],
): Promise<readonly Permission[]> {
  const profile = await services.store.findInstanceProfile(account.id, name)
  const resource = formatInstanceProfileArn(
    toArnHome(account),
    profile?.path ?? '/',
    profile?.name ?? name,
  )
  return [{ action, resource, context: [...listResourceTags(profile?.tags ?? []), ...context] }]
}

/** Changes an instance profile of the caller's account. @throws ServiceError `NoSuchEntity`, and what the change refuses */
export function changeInstanceProfile(
  call: Call,
  name: string,
  work: (turn: Turn, profile: InstanceProfile) => Promise<void>,
): Promise<void> {
  return inTurn(call, async turn =>
    work(turn, await requireInstanceProfile(turn.store, call.caller.account.id, name)),
  )
}
