import { setTimeout as delay } from 'node:timers/promises'
import { StoreFailure } from '../failures.ts'

/** The limits of the wait for a turn. */
export interface TurnLimits {
  /** The longest time from asking until the turn begins. */
  readonly maxWaitMs: number
  /** How many may wait at one time. A further one is refused at once. */
  readonly maxWaiting: number
}

/** Begins a turn; null while another process holds the lock. @throws StoreFailure for everything else */
export type TryToBegin<Turn> = () => Promise<Turn | null>

/**
 * How long to wait before the lock of another process is tried again. The first waits are short,
 * because most writes are.
 */
const RETRY_DELAYS_MS = [1, 2] as const
const LONGEST_RETRY_DELAY_MS = 5

/**
 * Turns that follow each other without a gap leave the lock free only for moments. A process that tries
 * now and then would miss them. So after this time there is a gap that it can't miss.
 */
const MAX_STREAK_MS = 50
const GAP_MS = 2 * LONGEST_RETRY_DELAY_MS

/**
 * The turns of one process, in the order in which they were asked for. While another process holds the
 * lock, the event loop goes on: every wait here is a timer.
 */
export class TurnQueue {
  readonly #limits: TurnLimits
  #last: Promise<void> = Promise.resolve()
  #waiting = 0
  /** When the present row of turns without a gap began. */
  #streakStartMs: number | null = null

  constructor(limits: TurnLimits) {
    this.#limits = limits
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Does the work when everything that came before has ended and `tryToBegin` has succeeded.
   * @throws StoreFailure when that takes too long, or too many wait already; what `work` throws
   */
  async run<Turn, Result>(
    tryToBegin: TryToBegin<Turn>,
    work: (turn: Turn) => Promise<Result>,
  ): Promise<Result> {
    const { maxWaiting, maxWaitMs } = this.#limits
    if (this.#waiting >= maxWaiting) throw createBusyFailure('too many changes wait for it')
    const deadlineMs = performance.now() + maxWaitMs
    const before = this.#last
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    this.#last = ended
    this.#waiting += 1
    try {
      const turn = await this.#begin(before, tryToBegin, deadlineMs).finally(() => {
        this.#waiting -= 1
      })
      return await work(turn)
    } finally {
      if (this.#waiting === 0) this.#streakStartMs = null
      end()
    }
  }

  async #begin<Turn>(
    before: Promise<void>,
    tryToBegin: TryToBegin<Turn>,
    deadlineMs: number,
  ): Promise<Turn> {
    await before
    if (this.#streakStartMs !== null && performance.now() - this.#streakStartMs > MAX_STREAK_MS) {
      this.#streakStartMs = null
      await delay(GAP_MS)
    }
    for (let tries = 0; ; tries += 1) {
      const turn = await tryToBegin()
      if (turn !== null) {
        this.#streakStartMs ??= performance.now()
        return turn
      }
      if (performance.now() >= deadlineMs) throw createBusyFailure('another process holds its lock')
      this.#streakStartMs = null
      await delay(RETRY_DELAYS_MS[tries] ?? LONGEST_RETRY_DELAY_MS)
    }
  }
}

function createBusyFailure(reason: string): StoreFailure {
  return new StoreFailure(`The store failed: ${reason}.`)
}
