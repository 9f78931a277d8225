/** Questions in a row that a worker may leave unanswered before it no longer counts as answering. */
const MAX_SILENCE = 2

/**
 * Tells by their answers which workers hang. Time is counted in questions, one a second, so a pause
 * of the primary process itself counts as one unanswered question at most.
 */
export class Heartbeats {
  readonly #maxUnanswered: number
  /** By worker: the questions since its last answer. */
  readonly #unanswered = new Map<number, number>()

  /** A worker that leaves more than `maxUnanswered` questions unanswered hangs. */
  constructor(maxUnanswered: number) {
    this.#maxUnanswered = maxUnanswered
  }

  /** From now on a worker is expected to answer. */
  expect(worker: number): void {
    this.#unanswered.set(worker, 0)
  }

  /** A worker has answered. */
  hear(worker: number): void {
    if (this.#unanswered.has(worker)) this.#unanswered.set(worker, 0)
  }

  /** A worker is gone. */
  forget(worker: number): void {
    this.#unanswered.delete(worker)
  }

  /** Counts one more question to each of them. @returns those that hang */
  ask(): readonly number[] {
    for (const [worker, count] of this.#unanswered) this.#unanswered.set(worker, count + 1)
    return [...this.#unanswered]
      .filter(([, count]) => count > this.#maxUnanswered)
      .map(([worker]) => worker)
  }

  /** How many of them answer. */
  countAnswering(): number {
    return [...this.#unanswered.values()].filter(count => count <= MAX_SILENCE).length
  }
}
