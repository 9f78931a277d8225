interface Waiting {
  readonly owner: string
  readonly start: () => void
}

/**
 * Places for work that waits on others: so many at one time, and so many of one owner. Who finds no
 * place waits in line; an owner at its limit lets the others pass.
 */
export class LoadSlots {
  readonly #maxRunning: number
  readonly #maxRunningPerOwner: number
  readonly #running = new Map<string, number>()
  readonly #waiting: Waiting[] = []
  #total = 0

  constructor(maxRunning: number, maxRunningPerOwner: number) {
    this.#maxRunning = maxRunning
    this.#maxRunningPerOwner = maxRunningPerOwner
  }

  /** Runs the action in a place of the owner's. Rejects with the signal's reason if it waits too long. */
  async run<Result>(
    owner: string,
    signal: AbortSignal,
    action: () => Promise<Result>,
  ): Promise<Result> {
    await this.#enter(owner, signal)
    try {
      return await action()
    } finally {
      this.#leave(owner)
    }
  }

  async #enter(owner: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#hasRoom(owner)) {
      this.#take(owner)
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { owner, start: resolve }
    const giveUp = (): void => {
      const position = this.#waiting.indexOf(waiting)
      // A place that was already given to it is its own to leave.
      if (position < 0) return
      this.#waiting.splice(position, 1)
      reject(signal.reason)
    }
    this.#waiting.push(waiting)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  #hasRoom(owner: string): boolean {
    return (
      this.#total < this.#maxRunning && (this.#running.get(owner) ?? 0) < this.#maxRunningPerOwner
    )
  }

  #take(owner: string): void {
    this.#total += 1
    this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1)
  }

  #leave(owner: string): void {
    this.#total -= 1
    const left = (this.#running.get(owner) ?? 0) - 1
    if (left > 0) this.#running.set(owner, left)
    else this.#running.delete(owner)

    const position = this.#waiting.findIndex(waiting => this.#hasRoom(waiting.owner))
    const [next] = position < 0 ? [] : this.#waiting.splice(position, 1)
    if (next === undefined) return
    this.#take(next.owner)
    next.start()
  }
}
