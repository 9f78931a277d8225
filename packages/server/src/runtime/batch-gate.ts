/** Resolves when the events of this turn of the event loop are read, for all who wait in it. */
export type BatchGate = () => Promise<void>

/**
 * Makes a gate. Work that waits at it goes on one piece after the other, each as far as it comes
 * without waiting again: the processor then has the code of a step in its cache for all of them, and
 * not for one alone (docs/decisions/0076-calls-of-a-turn-go-together.md).
 *
 * @param schedule calls a task when the events of this turn are dealt with: `setImmediate`
 */
export function createBatchGate(schedule: (task: () => void) => void): BatchGate {
  let opening: Promise<void> | null = null
  return () => {
    opening ??= new Promise(resolve => {
      schedule(() => {
        opening = null
        resolve()
      })
    })
    return opening
  }
}
