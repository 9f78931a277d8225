import { parsePolicy } from '../../src/policy/parse-policy.ts'
import { formatManagedPolicyArn, formatRoleArn } from '../../src/principals/arn.ts'
import type { Account, Role } from '../../src/principals/entities.ts'
import { formatUniqueId } from '../../src/principals/identifiers.ts'
import { pinTrustPolicy } from '../../src/trust/pin-trust-policy.ts'
import { ALLOW_ALL, formatPolicy, type Statements, trust } from './policies.ts'
import type { TestServer } from './server.ts'

/** A role with its ARN. */
export interface TestRole {
  readonly role: Role
  readonly arn: string
}

/** What differs from a role `/NAME` that trusts its own account and may do everything. */
export interface RoleOptions {
  readonly path?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly trust?: Statements
  /** What the role may do; nothing when empty. */
  readonly statements?: Statements
  readonly maxSessionSeconds?: number
  readonly permissionsBoundaryArn?: string
}

/** Makes a role in the store. */
export async function addRole(
  { data, clock, random }: Pick<TestServer, 'data' | 'clock' | 'random'>,
  account: Account,
  name: string,
  options: RoleOptions = {},
): Promise<TestRole> {
  const { path = '/', tags = {}, maxSessionSeconds = 43_200 } = options
  const { statements = [ALLOW_ALL] } = options
  const trustPolicy = formatPolicy(options.trust ?? [trust(account.id)])
  const policy = parsePolicy(trustPolicy, 'trust')
  const role: Role = {
    accountId: account.id,
    id: formatUniqueId('role', random.bytes(17)),
    name,
    path,
    createdAtMs: clock.nowMs(),
    description: null,
    trustPolicy,
    trustPins: await pinTrustPolicy(policy, account.partition, data.store),
    maxSessionSeconds,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    permissionsBoundaryArn: options.permissionsBoundaryArn ?? null,
    sessionsRevokedBeforeMs: null,
  }
  await data.store.createRole(role)
  if (statements.length > 0) {
    const policy = { name: 'test', document: formatPolicy(statements) }
    await data.store.saveInlinePolicy(account.id, role.id, policy)
  }
  const home = { partition: account.partition, accountId: account.id }
  return { role, arn: formatRoleArn(home, path, name) }
}

/** Makes a customer-managed policy in the store; resolves to its ARN. */
export async function addManagedPolicy(
  { data: { store }, clock, random }: Pick<TestServer, 'data' | 'clock' | 'random'>,
  { id: accountId, partition }: Account,
  name: string,
  statements: Statements,
): Promise<string> {
  const arn = formatManagedPolicyArn({ partition, accountId }, '/', name)
  const createdAtMs = clock.nowMs()
  await store.createManagedPolicy(
    {
      accountId,
      id: formatUniqueId('managedPolicy', random.bytes(17)),
      name,
      path: '/',
      arn,
      description: null,
      defaultVersionId: 'v1',
      createdAtMs,
      updatedAtMs: createdAtMs,
      tags: [],
    },
    { versionId: 'v1', document: formatPolicy(statements), createdAtMs },
  )
  return arn
}
