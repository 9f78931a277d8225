import type { ServiceError } from '../../errors.ts'
import { StoreError } from '../../store/ports.ts'

/** What the caller hears for each reason of the store that can be the caller's doing. */
export type StoreRefusals = Readonly<Partial<Record<StoreError['reason'], () => ServiceError>>>

/**
 * Waits for the store. Looking first cannot replace this: another request may come in between.
 * @throws ServiceError the one that `refusals` has for the reason of the store
 */
export async function orRefuse<Result>(
  working: Promise<Result>,
  refusals: StoreRefusals,
): Promise<Result> {
  try {
    return await working
  } catch (error) {
    const refusal = error instanceof StoreError ? refusals[error.reason] : undefined
    throw refusal === undefined ? error : refusal()
  }
}
