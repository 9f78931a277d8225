import type { ControlledTransaction, Kysely } from 'kysely'
import { StoreFailure } from '../failures.ts'
import { type RunTransaction, recordChanges } from '../queries/write.ts'
import type { StoreSchema } from '../schema.ts'
import { isSqliteBusy } from './errors.ts'
import type { TurnQueue } from './turn-queue.ts'

/**
 * Makes the transactions of the one connection that writes. In this process they come one after the
 * other. Among processes, SQLite's write lock orders them: each transaction takes it as it begins.
 */
export function createRunTransaction(
  db: Kysely<StoreSchema>,
  queue: TurnQueue,
  createNonce: () => string,
): RunTransaction {
  return work =>
    queue.run(
      () => tryToBegin(db),
      async transaction => {
        try {
          const result = await work(transaction, topics =>
            recordChanges(transaction, topics, createNonce()),
          )
          await transaction.commit().execute()
          return result
        } catch (error) {
          if (!transaction.isCommitted) await transaction.rollback().execute()
          throw error
        }
      },
    )
}

/** Null while another process holds the write lock. @throws StoreFailure for everything else */
async function tryToBegin(
  db: Kysely<StoreSchema>,
): Promise<ControlledTransaction<StoreSchema> | null> {
  try {
    return await db.startTransaction().execute()
  } catch (error) {
    if (error instanceof StoreFailure && isSqliteBusy(error.cause)) return null
    throw error
  }
}
