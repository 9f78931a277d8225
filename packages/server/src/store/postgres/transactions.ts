import { type Kysely, sql, type Transaction } from 'kysely'
import type { AccountId } from '../../principals/identifiers.ts'
import { StoreFailure } from '../failures.ts'
import { KEPT_CHANGES, type RunTransaction } from '../queries/write.ts'
import type { StoreSchema } from '../schema.ts'
import { CommitUnknownError } from './dialect.ts'
import { lockAccounts, lockForLoneWrite } from './locks.ts'

/** What is told to those who listen, when something was changed: look, there is news. */
export const NEWS_CHANNEL = 'credence_changes'

/** How transactions are made. */
export interface TransactionOptions {
  /** Connections for writing, apart from those of readers. */
  readonly db: Kysely<StoreSchema>
  /** How many may wait for a connection or a lock at one time. A further one is refused at once. */
  readonly maxWaiting: number
  readonly createNonce: () => string
  /** Called after every commit, also when it is not known whether there was one. */
  readonly onCommit: () => void
}

/** The transactions of one process. */
export class Transactions {
  readonly #options: TransactionOptions
  #waiting = 0

  constructor(options: TransactionOptions) {
    this.#options = options
  }

  /** How many wait for a connection, or for the turn of their account. */
  get waiting(): number {
    return this.#waiting
  }

  /** Carries out a write that belongs to no turn. */
  get alone(): RunTransaction {
    return this.#runWith(lockForLoneWrite)
  }

  /** Carries out a transaction after all turns of some accounts. */
  inTurnOf(accounts: readonly AccountId[]): RunTransaction {
    return this.#runWith(transaction => lockAccounts(transaction, accounts))
  }

  #runWith(takeLocks: (transaction: Kysely<StoreSchema>) => Promise<void>): RunTransaction {
    return async work => {
      const { db, createNonce, maxWaiting, onCommit } = this.#options
      if (this.#waiting >= maxWaiting) {
        throw new StoreFailure('The store failed: too many changes wait for it.')
      }
      const nonce = createNonce()
      const begun = this.#noteWaiting()
      let hasRecorded = false
      let done: { readonly result: Awaited<ReturnType<typeof work>> } | null = null
      try {
        await db.transaction().execute(async transaction => {
          await takeLocks(transaction)
          begun()
          const result = await work(transaction, async topics => {
            hasRecorded = topics.length > 0
            if (hasRecorded) await recordAtOnce(transaction, topics, nonce)
          })
          done = { result }
        })
      } catch (error) {
        if (!(error instanceof CommitUnknownError)) throw error
        if (!hasRecorded || !(await this.#wasCommitted(nonce))) throw createLostFailure(error)
      } finally {
        begun()
        onCommit()
      }
      return takeResult(done)
    }
  }

  /**
   * Whether a change was committed. Whoever records one holds the counter's row until its transaction
   * is over. So with that row in hand, what is not there now never comes.
   */
  async #wasCommitted(nonce: string): Promise<boolean> {
    return await this.#options.db.transaction().execute(async transaction => {
      await transaction.selectFrom('change_counter').select('sequence').forUpdate().execute()
      const row = await transaction
        .selectFrom('changes')
        .select('sequence')
        .where('nonce', '=', nonce)
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    })
  }

  #noteWaiting(): () => void {
    this.#waiting += 1
    let isNoted = true
    return () => {
      if (isNoted) this.#waiting -= 1
      isNoted = false
    }
  }
}

/**
 * What `recordChanges` does, in one statement: everybody waits for the counter's row from here to the
 * commit, so no more messages than these two go back and forth meanwhile.
 */
async function recordAtOnce(
  transaction: Transaction<StoreSchema>,
  topics: readonly string[],
  nonce: string,
): Promise<void> {
  const kept = topics.slice(-KEPT_CHANGES)
  await sql`
    with counter as (
      update change_counter set sequence = sequence + ${topics.length} returning sequence
    ), pruned as (
      delete from changes where sequence < (select sequence from counter) - ${KEPT_CHANGES}
    )
    insert into changes (sequence, topic, nonce)
    select counter.sequence - ${kept.length} + news.place, news.topic, ${nonce}::text
    from counter, unnest(${kept}::text[]) with ordinality as news (topic, place)
    returning pg_notify(${NEWS_CHANNEL}::text, '')
  `.execute(transaction)
}

function takeResult<Result>(done: { readonly result: Result } | null): Result {
  if (done === null) throw new TypeError('a transaction that was committed has no result')
  return done.result
}

function createLostFailure(cause: CommitUnknownError): StoreFailure {
  return new StoreFailure('The store failed: the connection to the database was cut.', { cause })
}
