import type { Account } from '../principals/entities.ts'
import { parseAccountId } from '../principals/identifiers.ts'
import { parseOrganizationPlacement } from '../principals/organization.ts'
import { StoreError } from '../store/ports.ts'
import type { ApplyParts } from './apply-parts.ts'
import {
  deleteGroup,
  deleteRole,
  deleteUser,
  makeRole,
  makeUser,
  saveGroup,
  saveRole,
  saveUser,
} from './apply-principals.ts'
import {
  deleteManagedPolicy,
  deleteOidcProvider,
  saveManagedPolicy,
  saveOidcProvider,
} from './apply-resources.ts'
import type { DeclaredAccount, DeclaredControlPolicy } from './declaration.ts'
import type { Change } from './plan.ts'

/**
 * Makes the changes of a plan. First comes who is new, without any power and trusted by nobody, so that
 * whom a trust policy names is there, whichever of two that trust each other comes first.
 *
 * Each change is complete in itself, and made again it changes nothing: after a failure in the middle
 * of a plan, the next plan holds what is left.
 * @throws StoreError, ServiceError: what the store or a rule refuses
 */
export async function applyChanges(changes: readonly Change[], parts: ApplyParts): Promise<void> {
  for (const change of changes) await makePrincipal(change, parts)
  for (const change of changes) await applyChange(change, parts)
}

async function makePrincipal(change: Change, parts: ApplyParts): Promise<void> {
  if (change.kind === 'account' && change.after !== null) await applyAccount(change.after, parts)
  if (change.kind !== 'user' && change.kind !== 'role') return
  if (change.before !== null || change.after === null) return
  const account = await findAccount(change.accountId, parts)
  if (change.kind === 'user') await makeUser(change.after, account, parts)
  else await makeRole(change.after, account, parts)
}

async function applyChange(change: Change, parts: ApplyParts): Promise<void> {
  switch (change.kind) {
    case 'account':
      return
    case 'control policy':
      return applyControlPolicy(change.organizationId, change, parts)
    default:
      return applyEntity(change, await findAccount(change.accountId, parts), parts)
  }
}

async function findAccount(id: string, { store }: ApplyParts): Promise<Account> {
  const account = await store.findAccount(parseAccountId(id))
  if (account === null) throw new StoreError('missing', `There is no account ${id}.`)
  return account
}

type EntityChange = Exclude<Change, { kind: 'account' | 'control policy' }>

async function applyEntity(
  change: EntityChange,
  account: Account,
  parts: ApplyParts,
): Promise<void> {
  switch (change.kind) {
    case 'managed policy':
      return change.after === null
        ? deleteManagedPolicy(change.before, account, parts)
        : saveManagedPolicy(change.after, account, parts)
    case 'group':
      return change.after === null
        ? deleteGroup(change.before, account, parts)
        : saveGroup(change.after, account, parts)
    case 'user':
      return change.after === null
        ? deleteUser(change.before, account, parts)
        : saveUser(change.after, account, parts)
    case 'role':
      return change.after === null
        ? deleteRole(change.before, account, parts)
        : saveRole(change.after, account, parts)
    case 'OIDC provider':
      return change.after === null
        ? deleteOidcProvider(change.before, account, parts)
        : saveOidcProvider(change.after, account, parts)
  }
}

async function applyAccount(declared: DeclaredAccount, parts: ApplyParts): Promise<void> {
  const { store, issuer, nowMs } = parts
  const id = parseAccountId(declared.id)
  const organization =
    declared.organization === null
      ? null
      : parseOrganizationPlacement(declared.organization, declared.isManagementAccount)
  const { name, partition } = declared
  const existing = await store.findAccount(id)
  if (existing === null) {
    await store.createAccount({ id, name, partition, createdAtMs: nowMs, organization })
  } else {
    await store.placeAccount(id, organization)
  }
  const account = { id, name, partition, createdAtMs: nowMs, organization }
  const isEnabled = (await issuer.findFederation(account))?.enabled ?? false
  if (declared.federation === 'enabled' && !isEnabled) await issuer.enableFederation(account, nowMs)
  if (declared.federation === 'disabled' && isEnabled)
    await issuer.disableFederation(account, nowMs)
}

async function applyControlPolicy(
  organizationId: string,
  { before, after }: { before: DeclaredControlPolicy | null; after: DeclaredControlPolicy | null },
  { store }: ApplyParts,
): Promise<void> {
  if (after !== null) {
    const { target: targetId, kind, name } = after
    const document = JSON.stringify(after.document)
    await store.saveControlPolicy({ organizationId, targetId, kind, name, document })
  } else if (before !== null) {
    const { target: targetId, kind, name } = before
    await store.deleteControlPolicy({ organizationId, targetId, kind, name })
  }
}
