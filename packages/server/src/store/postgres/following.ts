import { StoreFailure } from '../failures.ts'
import type { ChangeLog } from '../queries/change-log.ts'

/** How this process follows what others change. */
export interface FollowingOptions {
  readonly log: ChangeLog
  /**
   * How old knowledge may be when it is used. 0: the database is asked for each call, once for all that
   * arrive together.
   */
  readonly maxStalenessMs: number
  /** Called with the age that knowledge had reached when it was confirmed once more. */
  readonly onConfirmed: (ageMs: number) => void
  readonly clocks: FollowingClocks
}

/**
 * Two clocks, because each stands still or jumps at times: the one while a machine is suspended, the
 * other when somebody sets it.
 */
export interface FollowingClocks {
  readonly monotonicMs: () => number
  readonly wallMs: () => number
}

interface Waiter {
  /** What was found while it waited, and told to those who came before it. */
  readonly before: string[]
  readonly resolve: (topics: readonly string[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Knows what was changed, and since when it knows. Whoever takes what has changed waits for a question
 * only where that knowledge is too old, or where this process has written itself; and then for at most
 * the question that is under way and one more.
 */
export class Following {
  readonly #options: FollowingOptions
  /** What was found and not yet taken. */
  readonly #found = new Set<string>()
  /** When the last question was sent that has an answer. */
  #askedAt: { readonly monotonicMs: number; readonly wallMs: number }
  /** How often something was written here, and up to which of these an answer tells of it. */
  #written = 0
  #told = 0
  #isAsking = false
  /** They wait for the question that is under way. */
  #waiting: Waiter[] = []
  /** They came while a question was under way, and need one that is sent after they came. */
  #late: Waiter[] = []

  /** The log must have been opened just now. */
  constructor(options: FollowingOptions) {
    this.#options = options
    this.#askedAt = this.#now()
  }

  /** The age of what is known, in ms. */
  get ageMs(): number {
    const { monotonicMs, wallMs } = this.#now()
    return Math.max(monotonicMs - this.#askedAt.monotonicMs, wallMs - this.#askedAt.wallMs)
  }

  /** `Store.takeChangedTopics`. @throws StoreFailure when the database can't be asked and must be */
  take(): Promise<readonly string[]> {
    const { maxStalenessMs } = this.#options
    if (this.#told === this.#written && maxStalenessMs > 0 && this.ageMs <= maxStalenessMs) {
      return Promise.resolve(this.#takeFound())
    }
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>()
    const waiter = { before: [], resolve, reject }
    if (this.#isAsking) this.#late.push(waiter)
    else {
      this.#waiting.push(waiter)
      void this.#ask()
    }
    return promise
  }

  /** Something was written: what is known is no longer enough. */
  noteNews(): void {
    this.#written += 1
  }

  /** Asks unless a question is under way. Never rejects: whoever needs an answer asks for it. */
  async look(): Promise<void> {
    if (!this.#isAsking) await this.#ask()
  }

  async #ask(): Promise<void> {
    this.#isAsking = true
    const sentAt = this.#now()
    const written = this.#written
    let settle: (waiter: Waiter) => void
    try {
      for (const topic of await this.#options.log.load()) this.#found.add(topic)
      this.#options.onConfirmed(this.ageMs)
      this.#askedAt = sentAt
      this.#told = written
      const topics = this.#waiting.length === 0 ? [] : this.#takeFound()
      for (const { before } of this.#late) before.push(...topics)
      settle = waiter => waiter.resolve([...new Set([...waiter.before, ...topics])])
    } catch (error) {
      settle = waiter => waiter.reject(toFailure(error))
    }
    const waiting = this.#waiting
    this.#waiting = this.#late
    this.#late = []
    this.#isAsking = false
    for (const waiter of waiting) settle(waiter)
    if (this.#waiting.length > 0) void this.#ask()
  }

  #takeFound(): readonly string[] {
    const topics = [...this.#found]
    this.#found.clear()
    return topics
  }

  #now(): { readonly monotonicMs: number; readonly wallMs: number } {
    const { monotonicMs, wallMs } = this.#options.clocks
    return { monotonicMs: monotonicMs(), wallMs: wallMs() }
  }
}

function toFailure(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error
  return new StoreFailure('The store failed: it cannot be asked for changes.', { cause: error })
}
