import type { Kysely, Transaction } from 'kysely'
import { ConstraintViolation } from './failures.ts'
import { StoreError } from './ports.ts'
import type { StoreSchema } from './schema.ts'

/**
 * How many changes are kept for readers that ask later. A reader that is further behind treats
 * everything in its cache as changed. Bounds the table, and the time that a reader takes to catch up
 * (about a millisecond).
 */
export const KEPT_CHANGES = 1_000

/** What to say when the write breaks a rule of the schema; a rule that it can't break is left out. */
export interface ConstraintTexts {
  /** Name or id is taken: StoreError `exists`. */
  readonly unique?: string
  /** What it belongs to is not there: StoreError `missing`. */
  readonly reference?: string
}

/** Carries out a transaction, apart from every other. @throws StoreFailure, what `work` throws */
export type RunTransaction = <Result>(
  work: (transaction: Transaction<StoreSchema>) => Promise<Result>,
) => Promise<Result>

/**
 * Carries out a write and has on record what it changed.
 *
 * @param work gives back the topics of what it changed; none when nothing did
 * @throws StoreError from `work`, and for broken rules that `texts` has words for
 */
export type Write = (
  texts: ConstraintTexts,
  work: (transaction: Transaction<StoreSchema>) => Promise<readonly string[]>,
) => Promise<void>

/** What the parts of a store work with. */
export interface StoreAccess {
  /** Where they read. Within a turn they see what it has written so far. */
  readonly db: Kysely<StoreSchema>
  readonly write: Write
}

/** Makes each write a transaction of its own. */
export function createAutocommitWrite(runTransaction: RunTransaction): Write {
  return async (texts, work) => {
    try {
      await runTransaction(async transaction => {
        await recordChanges(transaction, await work(transaction))
      })
    } catch (error) {
      throw createStoreError(error, texts)
    }
  }
}

/**
 * Makes each write a part of an open transaction.
 *
 * @param noteTopics what is changed goes here; whoever has opened the transaction records it
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

/** Tells readers what a transaction has changed. Comes last in it: every writer updates the counter's row. */
export async function recordChanges(
  transaction: Transaction<StoreSchema>,
  topics: readonly string[],
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
    .values(kept.map((topic, index) => ({ sequence: oldest + index, topic })))
    .execute()
  await transaction
    .deleteFrom('changes')
    .where('sequence', '<=', newest - KEPT_CHANGES)
    .execute()
}
