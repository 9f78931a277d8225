import type { AccountId } from '../principals/identifiers.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Store, TurnStore } from '../store/ports.ts'
import type { TrustRules } from '../trust/check-trust-policy.ts'

/** One turn of the store, and what changes need besides it. */
export interface Turn {
  readonly store: TurnStore
  readonly random: RandomSource
  /** The instant of the changes. */
  readonly nowMs: number
  readonly trustRules: TrustRules
}

/** What turns are taken with. */
export interface TurnDeps extends Omit<Turn, 'store' | 'nowMs'> {
  readonly store: Pick<Store, 'inTurn'>
}

/** Random bytes that a unique id is made of. */
export const UNIQUE_ID_BYTES = 17

/** The parts of an entity that are to change. What is left out stays. */
export type Patch<Entity> = { readonly [Member in keyof Entity]?: Entity[Member] | undefined }

/** Makes changes in one turn of some accounts: `Store.inTurn`. @throws what `work` throws; StoreFailure */
export function takeTurn<Result>(
  { store, random, trustRules }: TurnDeps,
  accountIds: readonly AccountId[],
  nowMs: number,
  work: (turn: Turn) => Promise<Result>,
): Promise<Result> {
  return store.inTurn(accountIds, turnStore =>
    work({ store: turnStore, random, nowMs, trustRules }),
  )
}
