import { type ArnParts, parseArn } from '../../principals/arn.ts'
import type { InstanceProfile, Role, User } from '../../principals/entities.ts'
import { type AccountId, isAccountId } from '../../principals/identifiers.ts'
import type { Tag } from '../../principals/tags.ts'
import type { StoreReader } from '../../store/ports.ts'
import type { ContextPairs } from '../operation.ts'
import { listResourceTags } from '../tag-context.ts'

/** What the store has of a resource that conditions can ask for. */
export interface ResourceFacts {
  readonly tags: readonly Tag[]
  /** Of a user or role; null without one, and for everything else. */
  readonly permissionsBoundaryArn: string | null
}

/** Where resources are looked up. */
export type ResourceStore = Pick<
  StoreReader,
  'findInstanceProfile' | 'findManagedPolicy' | 'findOidcProvider' | 'findRole' | 'findUser'
>

/** For a resource that the store does not have, or that can't have any. */
export const NO_FACTS: ResourceFacts = { tags: [], permissionsBoundaryArn: null }

/** Looks up a user, role, instance profile, managed policy or OIDC provider by its ARN, compared exactly. */
export async function findResourceFacts(
  store: ResourceStore,
  resource: string,
): Promise<ResourceFacts> {
  const arn = parseArn(resource)
  if (arn?.service !== 'iam' || !isAccountId(arn.account)) return NO_FACTS
  const { account } = arn
  const [kind = ''] = arn.resource.split('/')
  switch (kind) {
    case 'user':
    case 'role':
    case 'instance-profile': {
      const entity = await findNamed(store, account, kind, arn)
      if (entity === null) return NO_FACTS
      const { tags } = entity
      return 'permissionsBoundaryArn' in entity ? entity : { ...NO_FACTS, tags }
    }
    case 'policy':
      return { ...NO_FACTS, tags: (await store.findManagedPolicy(account, resource))?.tags ?? [] }
    case 'oidc-provider':
      return { ...NO_FACTS, tags: (await store.findOidcProvider(account, resource))?.tags ?? [] }
    default:
      return NO_FACTS
  }
}

async function findNamed(
  store: ResourceStore,
  accountId: AccountId,
  kind: 'user' | 'role' | 'instance-profile',
  { resource }: ArnParts,
): Promise<User | Role | InstanceProfile | null> {
  const name = resource.slice(resource.lastIndexOf('/') + 1)
  const entity = await FINDERS[kind](store, accountId, name)
  return entity !== null && resource === `${kind}${entity.path}${entity.name}` ? entity : null
}

const FINDERS = {
  user: (store: ResourceStore, accountId: AccountId, name: string) =>
    store.findUser(accountId, name),
  role: (store: ResourceStore, accountId: AccountId, name: string) =>
    store.findRole(accountId, name),
  'instance-profile': (store: ResourceStore, accountId: AccountId, name: string) =>
    store.findInstanceProfile(accountId, name),
}

/** Actions that make a resource, which has no tags before. */
const CREATES = /^iam:create(?:user|role|group|policy|instanceprofile|openidconnectprovider)$/i

/**
 * Actions that change the policies of a user or role: its boundary is among their condition keys.
 */
const CHANGES_POLICIES =
  /^iam:(?:(?:put|delete|attach|detach)(?:user|role)policy|delete(?:user|role)permissionsboundary)$/i

/** The condition keys that a request for an action on a resource has of the resource itself. */
export function listResourceFacts(
  action: string,
  { tags, permissionsBoundaryArn }: ResourceFacts,
): ContextPairs {
  if (CREATES.test(action)) return []
  const boundary: ContextPairs =
    permissionsBoundaryArn !== null && CHANGES_POLICIES.test(action)
      ? [['iam:PermissionsBoundary', permissionsBoundaryArn]]
      : []
  return [...listResourceTags(tags), ...boundary]
}
