import { requireRole } from '../../changes/lookups.ts'
import {
  changeRole as applyToRole,
  type RolePatch,
  refuseServiceLinked,
} from '../../changes/roles.ts'
import { formatRoleArn, toArnHome } from '../../principals/arn.ts'
import type { Role } from '../../principals/entities.ts'
import { type Infer, integer, optional, required, string, structure } from '../../shapes/shape.ts'
import { showTrustPolicy } from '../../trust/show-trust-policy.ts'
import type { Call } from '../operation.ts'
import { tags } from '../tag-shapes.ts'
import { attachedPermissionsBoundary, dateTime } from './iam-shapes.ts'
import { inTurn } from './in-turn.ts'
import { formatBoundary } from './permissions-boundary.ts'
import { encodePolicyDocument } from './policy-document.ts'

/** When and where a session of a role was last used; empty when none ever was. */
export const roleLastUsedShape = structure('RoleLastUsed', {
  lastUsedDate: optional(dateTime),
  region: optional(string()),
})

/** A role on the wire. `RoleLastUsed` is there in `GetRole` alone. */
export const roleShape = structure('Role', {
  path: required(string()),
  roleName: required(string()),
  roleId: required(string()),
  arn: required(string()),
  createDate: required(dateTime),
  assumeRolePolicyDocument: optional(string()),
  description: optional(string()),
  maxSessionDuration: optional(integer()),
  permissionsBoundary: optional(attachedPermissionsBoundary),
  tags: optional(tags),
  roleLastUsed: optional(roleLastUsedShape),
})

/** A role as listings show it: without boundary and tags (AWS IAM API Reference: ListRoles). */
export async function summarizeRole(
  { caller: { account }, services }: Call,
  role: Role,
): Promise<Infer<typeof roleShape>> {
  const trustPolicy = await showTrustPolicy(role, account.partition, services.store)
  return {
    path: role.path,
    roleName: role.name,
    roleId: role.id,
    arn: formatRoleArn(toArnHome(account), role.path, role.name),
    createDate: role.createdAtMs,
    assumeRolePolicyDocument: encodePolicyDocument(trustPolicy),
    description: role.description ?? undefined,
    maxSessionDuration: role.maxSessionSeconds,
  }
}

/** A role with everything; an empty set of tags is left out. */
export async function toRoleOutput(call: Call, role: Role): Promise<Infer<typeof roleShape>> {
  return {
    ...(await summarizeRole(call, role)),
    permissionsBoundary: formatBoundary(role.permissionsBoundaryArn),
    tags: role.tags.length === 0 ? undefined : role.tags,
  }
}

/** Looks up when a role was last used. A use counts some time after it happened. */
export async function findRoleLastUsed(
  { services }: Call,
  role: Role,
): Promise<Infer<typeof roleLastUsedShape>> {
  const use = await services.store.findRoleUse(role.accountId, role.id)
  return use === null ? {} : { lastUsedDate: use.usedAtMs, region: use.region }
}

/**
 * Changes a role of the caller's account by name.
 * @throws ServiceError `NoSuchEntity`, `UnmodifiableEntity`, and what the change refuses
 */
export function changeRole(
  call: Call,
  name: string,
  patch: (role: Role) => RolePatch,
): Promise<Role> {
  const { account } = call.caller
  return inTurn(call, async turn => {
    const role = await requireRole(turn.store, account.id, name)
    const { description: _description, tags: _tags, ...protectedPart } = patch(role)
    // Of a service-linked role only the description and the tags can be changed.
    if (Object.values(protectedPart).some(value => value !== undefined)) refuseServiceLinked(role)
    return applyToRole(turn, account, role, patch(role))
  })
}
