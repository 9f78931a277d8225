import { isDeepStrictEqual } from 'node:util'
import { ServiceError } from '../errors.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { Policy } from '../policy/policy-document.ts'
import type { Partition } from '../principals/arn.ts'
import type { StoreReader } from '../store/ports.ts'
import { pinTrustPolicy } from '../trust/pin-trust-policy.ts'
import { createPlannedLookup } from './create-planned-lookup.ts'
import type { Declaration, DeclaredRole, ParsedDeclaration } from './declaration.ts'
import { DeclarationError } from './declaration-error.ts'
import { exportForPlan } from './export-declaration.ts'
import { type Change, planChanges } from './plan.ts'

/** What a plan is made with. */
export interface PlanDeps {
  readonly store: StoreReader
  /** For new accounts that name none. */
  readonly defaultPartition: Partition
}

/**
 * What has to change in a store so that it has all that is declared (`planChanges`). Whom the
 * declared trust policies name must exist afterwards, by the declaration or in the store.
 * @throws DeclarationError; StoreError `conflict` when a value that never changes is declared
 *   otherwise
 */
export async function planDeclaration(
  { store, defaultPartition }: PlanDeps,
  parsed: ParsedDeclaration,
  isPruning: boolean,
): Promise<readonly Change[]> {
  const current = await exportForPlan(store, parsed)
  const desired = completePartitions(parsed, current, defaultPartition)
  const changes = planChanges(current, desired, isPruning)
  const lookup = createPlannedLookup(changes, store)
  const problems: string[] = []
  for (const { id, partition, roles } of desired.accounts) {
    const stored = current.accounts.find(account => account.id === id)?.roles ?? []
    for (const role of roles) {
      try {
        await pinTrustPolicy(readTrustPolicy(role, stored), partition, lookup)
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        problems.push(`account ${id}, role ${role.name}, trustPolicy: ${error.message}`)
      }
    }
  }
  if (problems.length > 0) throw new DeclarationError(problems)
  return changes
}

function completePartitions(
  { accounts, ...rest }: ParsedDeclaration,
  current: Declaration,
  defaultPartition: Partition,
): Declaration {
  const complete = accounts.map(account => {
    const present = current.accounts.find(({ id }) => id === account.id)
    return { ...account, partition: account.partition ?? present?.partition ?? defaultPartition }
  })
  return { ...rest, accounts: complete }
}

/** Unique ids of deleted principals may stay in a stored trust policy, but not be written anew. */
function readTrustPolicy(
  { name, trustPolicy }: DeclaredRole,
  stored: readonly DeclaredRole[],
): Policy {
  const policy = parsePolicy(JSON.stringify(trustPolicy), 'trust')
  const old = stored.find(role => role.name.toLowerCase() === name.toLowerCase())
  if (!isDeepStrictEqual(old?.trustPolicy, trustPolicy)) return policy
  const statements = policy.statements.map(statement => {
    const { principals } = statement
    if (principals === null) return statement
    const entries = principals.entries.filter(({ kind }) => kind !== 'unique-id')
    return { ...statement, principals: { ...principals, entries } }
  })
  return { ...policy, statements }
}
