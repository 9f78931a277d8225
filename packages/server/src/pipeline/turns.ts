/** Does the work when everything that came before under its key has ended, well or not. */
export type TakeTurn = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>

/** Makes turns: work of one key is done one after the other, in the order in which it came. */
export function createTurns(): TakeTurn {
  const lastTurns = new Map<string, Promise<void>>()
  return async (key, work) => {
    const turn = (lastTurns.get(key) ?? Promise.resolve()).then(work)
    // What becomes of the work is the affair of who brought it.
    const ended = turn.then(ignore, ignore)
    lastTurns.set(key, ended)
    try {
      return await turn
    } finally {
      if (lastTurns.get(key) === ended) lastTurns.delete(key)
    }
  }
}

function ignore(): void {}
