import type { FirstFederation } from '../changes/federation.ts'
import type { Turn } from '../changes/turn.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { type AccountId, parseAccountId } from '../principals/identifiers.ts'
import type { Store } from '../store/ports.ts'
import { applyChanges } from './apply-changes.ts'
import type { ParsedDeclaration } from './declaration.ts'
import type { Change } from './plan.ts'
import { type PlanDeps, planDeclaration } from './plan-declaration.ts'

/** What a declaration is applied with. */
export interface ApplyDeps extends Omit<Turn, 'store'>, Omit<PlanDeps, 'store'> {
  readonly store: Store
  readonly issuer: Pick<Issuer, 'makeFirstFederation'>
}

/**
 * Makes everything as declared, in one turn of all accounts that are named: other calls see the state
 * before or the declared state, and nothing in between. A failure changes nothing.
 * @throws ServiceError, StoreError: what a rule or the store refuses, with the entity that it is about
 */
export async function applyDeclaration(
  { store, issuer, defaultPartition, ...rest }: ApplyDeps,
  desired: ParsedDeclaration,
  isPruning: boolean,
): Promise<readonly Change[]> {
  const firstFederations = await makeFirstFederations(issuer, desired, rest.nowMs)
  const accountIds = desired.accounts.map(({ id }) => parseAccountId(id))
  return store.inTurn(accountIds, async turnStore => {
    const changes = await planDeclaration(
      { store: turnStore, defaultPartition },
      desired,
      isPruning,
    )
    await applyChanges(changes, {
      ...rest,
      store: turnStore,
      firstFederations,
      accounts: new Map(),
    })
    return changes
  })
}

/** Makes keys before the turn: inside it they would keep everybody else waiting. */
async function makeFirstFederations(
  issuer: ApplyDeps['issuer'],
  { accounts }: ParsedDeclaration,
  nowMs: number,
): Promise<ReadonlyMap<AccountId, FirstFederation>> {
  const made = new Map<AccountId, FirstFederation>()
  for (const { id: text, federation } of accounts) {
    if (federation !== 'enabled') continue
    const id = parseAccountId(text)
    const first = await issuer.makeFirstFederation({ id }, nowMs)
    if (first !== null) made.set(id, first)
  }
  return made
}
