import { type StartInterval, startInterval } from '../http/interval.ts'
import type { Store } from '../store/ports.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** What is known of whether the store can be written. */
export interface StoreProbe {
  /** Why the last small write failed; null when it succeeded. */
  findFailure(): string | null
  /** Resolves when nothing is written any more. */
  stop(): Promise<void>
}

/** A write is synced to the disk: often enough to see a full one soon, seldom enough to cost nothing. */
const INTERVAL_MS = 5_000

/**
 * Tries a small write now and then. A store that can be read and not written, on a full disk, keeps the
 * known callers and refuses every change; nobody would see it coming.
 */
export function probeStore(
  store: Pick<Store, 'checkWritable'>,
  logger: Logger,
  metrics: Pick<Metrics, 'readLater'>,
  every: StartInterval = startInterval,
): StoreProbe {
  let failure: string | null = null
  let running: Promise<void> | null = null

  async function probe(): Promise<void> {
    try {
      await store.checkWritable()
      if (failure !== null) logger.info({}, 'the store can be written again')
      failure = null
    } catch (error) {
      if (failure === null) logger.error({ err: error }, 'the store cannot be written')
      failure = error instanceof Error ? error.message : 'failed'
    }
  }

  // One that waits for another process's lock takes longer than the interval.
  const start = async (): Promise<void> => {
    if (running !== null) return
    running = probe()
    await running
    running = null
  }
  const stopTimer = every(INTERVAL_MS, start)
  void start()
  metrics.readLater('credence_store_failing', () => [
    { labels: {}, value: failure === null ? 0 : 1 },
  ])
  return {
    findFailure: () => failure,
    async stop() {
      stopTimer()
      await running
    },
  }
}
