import type { ServiceError } from '../errors.ts'
import { StoreError } from '../store/ports.ts'

/** The client's error for each reason of the store that a wrong request can cause. */
export type StoreRefusals = Readonly<Partial<Record<StoreError['reason'], () => ServiceError>>>

/**
 * Waits for the store. Some rules only the store can check: whether a name is taken, whether an entity
 * is gone.
 * @throws ServiceError the one that `refusals` has for the reason of the store
 */
export async function mapStoreError<Result>(
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
