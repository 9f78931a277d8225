import type { FirstFederation } from '../changes/federation.ts'
import type { Turn } from '../changes/turn.ts'
import type { Account } from '../principals/entities.ts'
import { type AccountId, parseAccountId } from '../principals/identifiers.ts'
import type { Tag } from '../principals/tags.ts'
import { StoreError } from '../store/ports.ts'

/** The turn in which a declaration is applied. */
export interface ApplyTurn extends Turn {
  /** For the accounts that had no issuer before the turn and are to have one. */
  readonly firstFederations: ReadonlyMap<AccountId, FirstFederation>
  /** The accounts that were looked up so far. */
  readonly accounts: Map<string, Account>
}

/**
 * How one change is made. Each step is taken for all changes before the next step begins. A change
 * leaves out the steps in which it has nothing to do.
 */
export interface ChangeSteps {
  /** Makes what others name. Principals trust nobody yet and may do nothing. */
  readonly make?: () => Promise<void>
  /** Deletes principals. */
  readonly leave?: () => Promise<void>
  /** Gives everybody trust, policies and groups as declared. */
  readonly fill?: () => Promise<void>
  /** Deletes what nobody uses any more. */
  readonly clear?: () => Promise<void>
}

/** An account that the declaration names. @throws StoreError `missing` */
export async function requireAccount(turn: ApplyTurn, id: string): Promise<Account> {
  const known = turn.accounts.get(id) ?? (await turn.store.findAccount(parseAccountId(id)))
  if (known === null) throw new StoreError('missing', `There is no account ${id}.`)
  turn.accounts.set(id, known)
  return known
}

/** Declared tags as a list. */
export function toTags(tags: Readonly<Record<string, string>>): readonly Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }))
}
