import type { Kysely, Transaction } from 'kysely'
import { ConstraintViolation } from '../failures.ts'
import { StoreError } from '../ports.ts'
import type { StoreSchema } from '../schema.ts'

/**
 * How many changes are kept for readers that ask later. A reader that is further behind treats
 * everything in its cache as changed. This bounds the table, and the time that a reader takes to catch
 * up (about a millisecond).
 */
export const KEPT_CHANGES = 1_000

/**
 * The texts for rules of the schema that the write may break. A rule that it can't break is left out.
 */
export interface ConstraintTexts {
  /** Name or id is taken: StoreError `exists`. */
  readonly unique?: string
  /** What it belongs to is not there: StoreError `missing`. */
  readonly reference?: string
}

/** Tells readers what a transaction has changed: the last thing that it does. */
export type Record = (topics: readonly string[]) => Promise<void>

/** Carries out a transaction in isolation from all others. @throws StoreFailure, what `work` throws */
export type RunTransaction = <Result>(
  work: (transaction: Transaction<StoreSchema>, record: Record) => Promise<Result>,
) => Promise<Result>

/**
 * Carries out a write and records what it has changed.
 *
 * @param work returns the topics of what it has changed; none when nothing has changed
 * @throws StoreError from `work`, and for broken rules that `texts` has words for
 */
export type Write = (
  texts: ConstraintTexts,
  work: (transaction: Transaction<StoreSchema>) => Promise<readonly string[]>,
) => Promise<void>

/** The database as the parts of a store see it. */
export interface StoreAccess {
  /** The connection for reading. Within a turn it sees what the turn has written so far. */
  readonly db: Kysely<StoreSchema>
  readonly write: Write
}

/** Makes each write a transaction of its own. */
export function createAutocommitWrite(runTransaction: RunTransaction): Write {
  return async (texts, work) => {
    try {
      await runTransaction(async (transaction, record) => record(await work(transaction)))
    } catch (error) {
      throw createStoreError(error, texts)
    }
  }
}

/**
 * Makes each write a part of an open transaction.
 *
 * @param noteTopics is called with the topics that are changed; the function that has opened the
 * transaction records them
 */
export function createTransactionWrite(
  transaction: Transaction<StoreSchema>,
  noteTopics: (topics: readonly string[]) => void,
): Write {
  return async (texts, work) => {
    try {
      noteTopics(await work(transaction))
    } catch (error) {
      throw createStoreError(error, texts)
    }
  }
}

/** The StoreError for a broken rule that `texts` has words for; every other error as it is. */
function createStoreError(error: unknown, texts: ConstraintTexts): unknown {
  if (!(error instanceof ConstraintViolation)) return error
  const text = texts[error.constraint]
  if (text === undefined) return error
  return new StoreError(error.constraint === 'unique' ? 'exists' : 'missing', text)
}

/**
 * Tells readers what a transaction has changed. It must come last in the transaction, because every
 * writer updates the counter's row.
 *
 * @param nonce nobody else's: by it one finds out whether this transaction was committed
 */
export async function recordChanges(
  transaction: Transaction<StoreSchema>,
  topics: readonly string[],
  nonce: string,
): Promise<void> {
  if (topics.length === 0) return
  const { sequence: newest } = await transaction
    .updateTable('change_counter')
    .set(eb => ({ sequence: eb('sequence', '+', topics.length) }))
    .returning('sequence')
    .executeTakeFirstOrThrow()
  // A write that changes more than is kept leaves a gap, by which readers see that they are behind.
  const kept = topics.slice(-KEPT_CHANGES)
  const oldest = newest - kept.length + 1
  await transaction
    .insertInto('changes')
    .values(kept.map((topic, index) => ({ sequence: oldest + index, topic, nonce })))
    .execute()
  // A reader finds its place by the change that it has seen last.
  await transaction
    .deleteFrom('changes')
    .where('sequence', '<', newest - KEPT_CHANGES)
    .execute()
}
