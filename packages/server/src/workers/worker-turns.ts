import { createTurns } from '../pipeline/turns.ts'

/** The turns of all workers, given out by the primary process. */
export interface WorkerTurns {
  /** Calls `grant` when everything that came before under the key has ended. */
  take(worker: number, turn: number, key: string, grant: () => void): void
  /** Ends a turn. One that is not the worker's own, or has ended, is passed over. */
  end(worker: number, turn: number): void
  /** Ends the turns of a worker that is gone, those that it still waits for too. */
  forget(worker: number): void
}

/** Starts with nobody waiting. */
export function createWorkerTurns(): WorkerTurns {
  const takeTurn = createTurns()
  /** By worker and turn: ends the turn, at once when it has not come yet. */
  const ends = new Map<number, Map<number, () => void>>()

  return {
    take(worker, turn, key, grant) {
      const { promise: ended, resolve } = Promise.withResolvers<void>()
      let isOver = false
      const own = ends.get(worker) ?? new Map<number, () => void>()
      ends.set(worker, own)
      own.set(turn, () => {
        isOver = true
        resolve()
      })
      void takeTurn(key, () => {
        if (!isOver) grant()
        return ended
      })
    },
    end(worker, turn) {
      const own = ends.get(worker)
      own?.get(turn)?.()
      own?.delete(turn)
    },
    forget(worker) {
      for (const end of ends.get(worker)?.values() ?? []) end()
      ends.delete(worker)
    },
  }
}
