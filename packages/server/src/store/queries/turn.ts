import type { Transaction } from 'kysely'
import type { Records, TurnStore } from '../ports.ts'
import type { StoreSchema } from '../schema.ts'
import { createRecords } from './records.ts'
import { createTransactionWrite, type RunTransaction } from './write.ts'

/**
 * Does work as one transaction: `Store.inTurn` on an SQL database.
 *
 * @param runTransaction keeps out all other turns of the same accounts
 */
export async function runTurn<Result>(
  runTransaction: RunTransaction,
  work: (store: TurnStore) => Promise<Result>,
): Promise<Result> {
  return runTransaction(async (transaction, record) => {
    const turn = new Turn(transaction)
    const result = await turn.run(work)
    await record(turn.topics)
    return result
  })
}

/** One turn, from its first access to its last. */
class Turn {
  readonly #topics = new Set<string>()
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #store: TurnStore
  #failure: unknown = null
  #hasEnded = false

  constructor(transaction: Transaction<StoreSchema>) {
    const write = createTransactionWrite(transaction, topics => {
      for (const topic of topics) this.#topics.add(topic)
    })
    const records = createRecords({ db: transaction, write })
    const guarded = Object.entries(records).map(([name, method]) => [name, this.#guard(method)])
    this.#store = Object.fromEntries(guarded) as TurnStore
  }

  /** The topics that were changed, each once, in the order of their first change. */
  get topics(): readonly string[] {
    return [...this.#topics]
  }

  /**
   * Settles when nothing of the turn is under way any more. A write that `work` does not wait for must
   * not come after the transaction.
   */
  async run<Result>(work: (store: TurnStore) => Promise<Result>): Promise<Result> {
    try {
      const result = await work(this.#store)
      // Code that caught the error continues from a state that the database may have rolled back
      // already.
      if (this.#failure !== null) throw this.#failure
      return result
    } finally {
      this.#hasEnded = true
      await Promise.allSettled(this.#underWay)
    }
  }

  #guard(method: Records[keyof Records]) {
    return async (...args: readonly unknown[]): Promise<unknown> => {
      if (this.#hasEnded || this.#failure !== null) {
        throw new TypeError('the turn is over: nothing can be read or written in it any more')
      }
      const access: Promise<unknown> = Reflect.apply(method, null, args)
      this.#underWay.add(access)
      try {
        return await access
      } catch (error) {
        this.#failure ??= error
        throw error
      } finally {
        this.#underWay.delete(access)
      }
    }
  }
}
