import { toContextProviderOutput } from '../changes/context-providers.ts'
import type { Account } from '../principals/entities.ts'
import { type AccountId, parseAccountId, type UniqueId } from '../principals/identifiers.ts'
import type { Tag } from '../principals/tags.ts'
import { listAll } from '../store/list-all.ts'
import type { StoreReader } from '../store/ports.ts'
import { exportTrustPolicy } from '../trust/show-trust-policy.ts'
import type { Declaration, DeclaredAccount, ParsedDeclaration } from './declaration.ts'

/** Everything that a store holds, as a declaration that would make it again (but for secrets and keys). */
export async function exportDeclaration(store: StoreReader): Promise<Declaration> {
  const accounts = await listAll(page => store.listAccounts(page))
  const organizationIds = new Set(
    accounts.flatMap(({ organization }) => organization?.organizationId ?? []),
  )
  return exportParts(store, accounts, [...organizationIds].toSorted(), arn => arn)
}

/**
 * What a store holds of the accounts and organizations that a declaration names, for a plan. Names in
 * trust policies that stand for nobody are marked, so that a declaration with such a name differs and is
 * put again.
 */
export async function exportForPlan(
  store: StoreReader,
  { accounts, organizations }: ParsedDeclaration,
): Promise<Declaration> {
  const present = await mapInTurn(accounts, ({ id }) => store.findAccount(parseAccountId(id)))
  const organizationIds = organizations.map(({ id }) => id)
  return exportParts(
    store,
    present.flatMap(account => account ?? []),
    organizationIds,
    arn => `nobody: ${arn}`,
  )
}

/** How a name in a trust policy is shown that stands for nobody. */
type FormatNobody = (arn: string) => string

async function exportParts(
  store: StoreReader,
  accounts: readonly Account[],
  organizationIds: readonly string[],
  formatNobody: FormatNobody,
): Promise<Declaration> {
  return {
    accounts: await mapInTurn(accounts, account => exportAccount(store, account, formatNobody)),
    organizations: await mapInTurn(organizationIds, async id => ({
      id,
      policies: (await store.listOrganizationPolicies(id)).map(policy => ({
        target: policy.targetId,
        kind: policy.kind,
        name: policy.name,
        document: parseDocument(policy.document),
      })),
    })),
  }
}

async function exportAccount(
  store: StoreReader,
  account: Account,
  formatNobody: FormatNobody,
): Promise<DeclaredAccount> {
  const { id, name, partition, organization } = account
  const federation = await store.findFederation(id)
  const all = { pathPrefix: '/' }
  const groups = await listAll(page => store.listGroups(id, { ...page, ...all }))
  const users = await listAll(page => store.listUsers(id, { ...page, ...all }))
  const roles = await listAll(page => store.listRoles(id, { ...page, ...all }))
  const profiles = await listAll(page => store.listInstanceProfiles(id, { ...page, ...all }))
  const managedPolicies = await listAll(page => store.listManagedPolicies(id, { ...page, ...all }))
  return {
    id,
    name,
    partition,
    organization:
      organization === null ? null : [organization.organizationId, ...organization.path].join('/'),
    isManagementAccount: organization?.isManagementAccount ?? false,
    federation: federation === null ? null : federation.enabled ? 'enabled' : 'disabled',
    alias: await store.findAccountAlias(id),
    managedPolicies: await mapInTurn(managedPolicies, async policy => {
      const versions = await store.listPolicyVersions(id, policy.arn)
      const current = versions.find(({ versionId }) => versionId === policy.defaultVersionId)
      return {
        name: policy.name,
        path: policy.path,
        description: policy.description,
        tags: exportTags(policy.tags),
        document: parseDocument(current?.document ?? '{}'),
      }
    }),
    groups: await mapInTurn(groups, async group => ({
      name: group.name,
      path: group.path,
      ...(await exportPolicies(store, id, group.id)),
    })),
    users: await mapInTurn(users, async user => ({
      name: user.name,
      path: user.path,
      tags: exportTags(user.tags),
      permissionsBoundary: user.permissionsBoundaryArn,
      groups: (await store.listGroupsOfUser(id, user.id)).map(group => group.name),
      ...(await exportPolicies(store, id, user.id)),
    })),
    roles: await mapInTurn(roles, async role => ({
      name: role.name,
      path: role.path,
      description: role.description,
      trustPolicy: parseDocument(await exportTrustPolicy(role, store, formatNobody)),
      maxSessionSeconds: role.maxSessionSeconds,
      tags: exportTags(role.tags),
      permissionsBoundary: role.permissionsBoundaryArn,
      ...(await exportPolicies(store, id, role.id)),
    })),
    instanceProfiles: profiles.map(profile => ({
      name: profile.name,
      path: profile.path,
      tags: exportTags(profile.tags),
      role: roles.find(role => role.id === profile.roleId)?.name ?? null,
    })),
    oidcProviders: (await store.listOidcProviders(id)).map(provider => ({
      url: provider.url,
      clientIds: [...provider.clientIds],
      thumbprints: [...provider.thumbprints],
      tags: exportTags(provider.tags),
      jwks: provider.inlineJwks === null ? null : parseDocument(provider.inlineJwks),
      contextProvider:
        provider.contextProvider === null
          ? null
          : toContextProviderOutput(provider.contextProvider),
    })),
  }
}

async function exportPolicies(store: StoreReader, accountId: AccountId, principalId: UniqueId) {
  const inline = await store.listInlinePolicies(accountId, principalId)
  const attached = await store.listAttachedPolicies(accountId, principalId)
  return {
    policies: Object.fromEntries(
      inline.map(({ name, document }) => [name, parseDocument(document)]),
    ),
    attachedPolicies: attached.map(({ arn }) => arn),
  }
}

function exportTags(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]))
}

function parseDocument(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json)
  if (typeof value === 'object' && value !== null) return { ...value }
  throw new TypeError('a stored document is no JSON object')
}

// One after the other: an export must not take all that the store can give.
async function mapInTurn<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await map(item))
  return results
}
