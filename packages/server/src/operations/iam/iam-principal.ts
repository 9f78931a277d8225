import type { HolderKind, PolicyHolder } from '../../changes/policy-holder.ts'
import { noSuchEntity } from '../../changes/refusals.ts'
import {
  type Arn,
  type ArnHome,
  formatGroupArn,
  formatRoleArn,
  formatUserArn,
  toArnHome,
} from '../../principals/arn.ts'
import type { Group, Role, User } from '../../principals/entities.ts'
import type { Tag } from '../../principals/tags.ts'
import type { Call, ContextPairs, Permission } from '../operation.ts'
import { listResourceTags } from '../tag-context.ts'

/** The kinds of entity that policies stand in and are attached to. */
export type PrincipalKind = HolderKind

/** A user, group or role with what policies may ask of it. */
export interface IamPrincipal extends PolicyHolder {
  readonly arn: Arn
  /** Empty for a group, which has none. */
  readonly tags: readonly Tag[]
  /** Null without a boundary, and for a group, which has none. */
  readonly permissionsBoundaryArn: string | null
}

const ARN_FORMATS = { user: formatUserArn, group: formatGroupArn, role: formatRoleArn }

/** The ARN of a user, group or role. */
function formatPrincipalArn(
  kind: PrincipalKind,
  home: ArnHome,
  { path, name }: { readonly path: string; readonly name: string },
): Arn {
  return ARN_FORMATS[kind](home, path, name)
}

/** A user, group or role of the caller's account by name without regard to case; null when absent. */
async function findPrincipal(
  call: Call,
  kind: PrincipalKind,
  name: string,
): Promise<IamPrincipal | null> {
  const entity = await findNamed(call, kind, name)
  if (entity === null) return null
  const { accountId, id } = entity
  return {
    kind,
    accountId,
    id,
    name: entity.name,
    arn: formatPrincipalArn(kind, toArnHome(call.caller.account), entity),
    tags: 'tags' in entity ? entity.tags : [],
    permissionsBoundaryArn:
      'permissionsBoundaryArn' in entity ? entity.permissionsBoundaryArn : null,
  }
}

/** A user, group or role of the caller's account. @throws ServiceError `NoSuchEntity` */
export async function loadPrincipal(
  call: Call,
  kind: PrincipalKind,
  name: string,
): Promise<IamPrincipal> {
  const principal = await findPrincipal(call, kind, name)
  if (principal !== null) return principal
  throw noSuchEntity(kind, name)
}

/**
 * The permission for an action on a user, group or role: on its ARN, with its tags and what `toContext`
 * adds. For an entity that does not exist, the ARN without a path is taken, so that only callers with
 * the permission learn that it is missing.
 */
export async function permissionsOnPrincipal(
  call: Call,
  action: `iam:${string}`,
  kind: PrincipalKind,
  name: string,
  toContext: (principal: IamPrincipal | null) => ContextPairs = () => [],
): Promise<readonly Permission[]> {
  const principal = await findPrincipal(call, kind, name)
  const { account } = call.caller
  const resource =
    principal?.arn ?? formatPrincipalArn(kind, toArnHome(account), { path: '/', name })
  const context = [...listResourceTags(principal?.tags ?? []), ...toContext(principal)]
  return [{ action, resource, context }]
}

/**
 * The permissions for giving a user or group another name or path, or both: on it as it is and as it
 * will be.
 */
export async function permissionsForMove(
  call: Call,
  action: `iam:${string}`,
  kind: 'user' | 'group',
  name: string,
  options: { readonly path: string | undefined; readonly name: string | undefined },
): Promise<readonly Permission[]> {
  const present = await permissionsOnPrincipal(call, action, kind, name)
  const entity = await findNamed(call, kind, name)
  const resource = formatPrincipalArn(kind, toArnHome(call.caller.account), {
    path: options.path ?? entity?.path ?? '/',
    name: options.name ?? entity?.name ?? name,
  })
  return present.flatMap(permission =>
    permission.resource === resource ? [permission] : [permission, { ...permission, resource }],
  )
}

/** `iam:PermissionsBoundary` for changes of the policies of a user or role: the boundary it has. */
export function toBoundaryContext(principal: IamPrincipal | null): ContextPairs {
  const arn = principal?.permissionsBoundaryArn ?? null
  return arn === null ? [] : [['iam:PermissionsBoundary', arn]]
}

async function findNamed(
  { caller, services }: Call,
  kind: PrincipalKind,
  name: string,
): Promise<User | Group | Role | null> {
  const { store } = services
  const { id } = caller.account
  switch (kind) {
    case 'user':
      return store.findUser(id, name)
    case 'group':
      return store.findGroup(id, name)
    case 'role':
      return store.findRole(id, name)
  }
}
