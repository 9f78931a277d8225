import type { Tag } from '../../principals/tags.ts'
import type { ContextPairs, Permission } from '../operation.ts'
import { listRequestTags } from '../tag-context.ts'

/** What is made, and by which actions policies speak of it. */
interface Creation {
  readonly create: `iam:${string}`
  readonly tag: `iam:${string}`
  readonly resource: string
  readonly tags: readonly Tag[] | undefined
  /** The managed policy that is to bound the new user or role. */
  readonly permissionsBoundary?: string | undefined
  /** Condition keys of both permissions besides the tags. */
  readonly context?: ContextPairs
}

/** The permissions for making something that may have tags: to make it, and to tag it if it gets any. */
export function permissionsToCreate({
  create,
  tag,
  resource,
  tags = [],
  permissionsBoundary,
  context = [],
}: Creation): readonly Permission[] {
  const common = [...listRequestTags(tags), ...context]
  const boundary: ContextPairs =
    permissionsBoundary === undefined ? [] : [['iam:PermissionsBoundary', permissionsBoundary]]
  const creation = { action: create, resource, context: [...common, ...boundary] }
  return tags.length === 0 ? [creation] : [creation, { action: tag, resource, context: common }]
}
