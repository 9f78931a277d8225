import { isDeepStrictEqual } from 'node:util'
import { StoreError } from '../store/ports.ts'
import type {
  Declaration,
  DeclaredAccount,
  DeclaredControlPolicy,
  DeclaredGroup,
  DeclaredInstanceProfile,
  DeclaredManagedPolicy,
  DeclaredOidcProvider,
  DeclaredRole,
  DeclaredUser,
} from './declaration.ts'

/** One entity that has to change. `before` null: it is made; `after` null: it is deleted. */
interface Changed<Entity> {
  readonly before: Entity | null
  readonly after: Entity | null
}

/** A step from what there is to what is declared. */
export type Change =
  | ({ readonly kind: 'account'; readonly accountId: string } & Changed<DeclaredAccount>)
  | ({
      readonly kind: 'managed policy'
      readonly accountId: string
    } & Changed<DeclaredManagedPolicy>)
  | ({ readonly kind: 'group'; readonly accountId: string } & Changed<DeclaredGroup>)
  | ({ readonly kind: 'user'; readonly accountId: string } & Changed<DeclaredUser>)
  | ({ readonly kind: 'role'; readonly accountId: string } & Changed<DeclaredRole>)
  | ({
      readonly kind: 'instance profile'
      readonly accountId: string
    } & Changed<DeclaredInstanceProfile>)
  | ({ readonly kind: 'OIDC provider'; readonly accountId: string } & Changed<DeclaredOidcProvider>)
  | ({
      readonly kind: 'control policy'
      readonly organizationId: string
    } & Changed<DeclaredControlPolicy>)

/** A step of one kind. */
export type ChangeOf<Kind extends Change['kind']> = Extract<Change, { readonly kind: Kind }>

/**
 * What has to change so that all that is declared exists, exactly as declared. Entities that are
 * not declared stay, unless `isPruning`; accounts stay in any case. What others name comes first,
 * deletions last.
 * @throws StoreError `conflict` when a value that never changes is declared otherwise
 */
export function planChanges(
  current: Declaration,
  desired: Declaration,
  isPruning: boolean,
): readonly Change[] {
  const changes = [
    ...desired.accounts.flatMap(account => planAccount(current, account, isPruning)),
    ...desired.organizations.flatMap(organization =>
      diff(
        current.organizations.find(({ id }) => id === organization.id)?.policies ?? [],
        organization.policies,
        controlPolicyKey,
        isPruning,
      ).map(change => ({
        kind: 'control policy' as const,
        organizationId: organization.id,
        ...change,
      })),
    ),
  ]
  for (const change of changes) checkChange(change)
  const isDeletion = ({ after }: Change): boolean => after === null
  // In reverse, an entity is deleted before the entities that it names.
  return [
    ...changes.filter(change => !isDeletion(change)),
    ...changes.filter(isDeletion).toReversed(),
  ]
}

/** What an entity keeps as long as it lives; to change it means to delete the entity and make another. */
const FIXED: Readonly<Partial<Record<Change['kind'], readonly string[]>>> = {
  account: ['name', 'partition'],
  'managed policy': ['path', 'description'],
  role: ['path'],
  'instance profile': ['path'],
}

function checkChange({ kind, before, after }: Change): void {
  if (before === null || after === null) return
  const fixed = (FIXED[kind] ?? []).filter(name => listDifferences(before, after).includes(name))
  if (fixed.length === 0) return
  const entity = `${kind} ${formatEntityName(before)}`
  throw new StoreError('conflict', `The ${fixed.join(' and ')} of ${entity} cannot be changed.`)
}

function planAccount(
  { accounts }: Declaration,
  desired: DeclaredAccount,
  isPruning: boolean,
): readonly Change[] {
  const accountId = desired.id
  const current = accounts.find(({ id }) => id === accountId)
  const before = current === undefined ? null : toBareAccount(current, desired)
  const after = toBareAccount(desired, desired)
  const byName = ({ name }: { readonly name: string }): string => name.toLowerCase()
  const changes: Change[] = []
  if (!isDeepStrictEqual(before, after)) changes.push({ kind: 'account', accountId, before, after })
  for (const change of diff(
    current?.managedPolicies ?? [],
    desired.managedPolicies,
    byName,
    isPruning,
  )) {
    changes.push({ kind: 'managed policy', accountId, ...change })
  }
  for (const change of diff(current?.groups ?? [], desired.groups, byName, isPruning)) {
    changes.push({ kind: 'group', accountId, ...change })
  }
  for (const change of diff(current?.users ?? [], desired.users, byName, isPruning)) {
    changes.push({ kind: 'user', accountId, ...change })
  }
  for (const change of diff(current?.roles ?? [], desired.roles, byName, isPruning)) {
    changes.push({ kind: 'role', accountId, ...change })
  }
  for (const change of diff(
    current?.instanceProfiles ?? [],
    desired.instanceProfiles,
    byName,
    isPruning,
  )) {
    changes.push({ kind: 'instance profile', accountId, ...change })
  }
  const byUrl = ({ url }: DeclaredOidcProvider): string => url
  for (const change of diff(
    current?.oidcProviders ?? [],
    desired.oidcProviders,
    byUrl,
    isPruning,
  )) {
    changes.push({ kind: 'OIDC provider', accountId, ...change })
  }
  return changes
}

/** The account without what it holds; federation and alias that are not declared count as they are. */
function toBareAccount(account: DeclaredAccount, desired: DeclaredAccount): DeclaredAccount {
  return {
    ...account,
    federation: desired.federation === null ? null : account.federation,
    alias: desired.alias === null ? null : account.alias,
    managedPolicies: [],
    groups: [],
    users: [],
    roles: [],
    instanceProfiles: [],
    oidcProviders: [],
  }
}

function controlPolicyKey({ target, kind, name }: DeclaredControlPolicy): string {
  return `${kind} ${target} ${name.toLowerCase()}`
}

function diff<Entity>(
  current: readonly Entity[],
  desired: readonly Entity[],
  keyOf: (entity: Entity) => string,
  isPruning: boolean,
): readonly Changed<Entity>[] {
  const left = new Map(current.map(entity => [keyOf(entity), entity]))
  const changes: Changed<Entity>[] = []
  for (const after of desired) {
    const before = left.get(keyOf(after)) ?? null
    left.delete(keyOf(after))
    if (!isDeepStrictEqual(normalize(before), normalize(after))) changes.push({ before, after })
  }
  if (isPruning) for (const before of left.values()) changes.push({ before, after: null })
  return changes
}

/** Sorts the lists whose order means nothing, so that any order of them compares as equal. */
function normalize(entity: unknown): unknown {
  if (typeof entity !== 'object' || entity === null) return entity
  return Object.fromEntries(
    Object.entries(entity).map(([name, value]) => [
      name,
      UNORDERED.has(name) && Array.isArray(value) ? value.toSorted() : value,
    ]),
  )
}

const UNORDERED = new Set(['groups', 'attachedPolicies', 'clientIds', 'thumbprints'])

/** One change for people: `+ role ci/deployer`, `~ user alice: tags, policies`. */
export function formatChange(change: Change): string {
  const { before, after } = change
  const name = nameChange(change)
  if (before === null) return `+ ${name}`
  if (after === null) return `- ${name}`
  return `~ ${name}: ${listDifferences(before, after).join(', ')}`
}

/** What a change is about: `role deployer (123456789012)`. */
export function nameChange(change: Change): string {
  const where = change.kind === 'control policy' ? change.organizationId : change.accountId
  return `${change.kind} ${formatEntityName(change.after ?? change.before)} (${where})`
}

function formatEntityName(entity: Change['after']): string {
  if (entity === null) return ''
  if ('url' in entity) return entity.url
  if ('target' in entity) return `${entity.kind} ${entity.name} of ${entity.target}`
  return 'id' in entity ? entity.id : entity.name
}

function listDifferences(before: object, after: object): readonly string[] {
  const old = new Map<string, unknown>(Object.entries(before))
  return Object.entries(after)
    .filter(([name, value]) => !isDeepStrictEqual(old.get(name), value))
    .map(([name]) => name)
}
