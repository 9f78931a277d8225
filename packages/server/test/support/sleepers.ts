import type { TestClock } from './clock.ts'

/** Sleep by a clock that a test moves. */
export interface TestSleepers {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Resolves when so many sleep at once. */
  readonly untilAsleep: (count: number) => Promise<void>
  /** Moves the clock and wakes whoever's time has come. */
  readonly pass: (ms: number) => void
  /** How long each of those asleep still wants to, in the order in which they fell asleep. */
  readonly remainingMs: () => readonly number[]
}

/** Sleepers that a test wakes; nothing waits for real. */
export function createTestSleepers(clock: TestClock): TestSleepers {
  const sleepers = new Set<{ readonly dueMs: number; readonly wake: () => void }>()
  const watchers = new Set<{ readonly count: number; readonly resolve: () => void }>()
  const tell = () => {
    for (const watcher of watchers) {
      if (watcher.count !== sleepers.size) continue
      watchers.delete(watcher)
      watcher.resolve()
    }
  }
  return {
    sleep: (ms, signal) => {
      if (signal.aborted) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      const sleeper = {
        dueMs: clock.nowMs() + ms,
        wake: () => {
          sleepers.delete(sleeper)
          resolve()
        },
      }
      sleepers.add(sleeper)
      signal.addEventListener('abort', sleeper.wake, { once: true })
      tell()
      return promise
    },
    untilAsleep: count => {
      const { promise, resolve } = Promise.withResolvers<void>()
      watchers.add({ count, resolve })
      tell()
      return promise
    },
    pass: ms => {
      clock.moveBy(ms)
      for (const sleeper of sleepers) if (sleeper.dueMs <= clock.nowMs()) sleeper.wake()
    },
    remainingMs: () => [...sleepers].map(({ dueMs }) => dueMs - clock.nowMs()),
  }
}
