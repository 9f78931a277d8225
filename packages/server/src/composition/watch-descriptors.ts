import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { startInterval } from '../http/interval.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'

const INTERVAL_MS = 1000

/**
 * Looks every second whether a file can still be opened. Where none can, the system closes connections
 * before anybody sees them, and node says nothing of it. Returns how to stop.
 */
export function watchDescriptors(logger: Logger, metrics: Metrics): () => void {
  const seconds = metrics.counter('credence_seconds_without_descriptors_total', {})
  return startInterval(INTERVAL_MS, async () => {
    try {
      closeSync(openSync(devNull, 'r'))
    } catch (error) {
      seconds.value += 1
      logger.error({ err: error }, 'no file descriptor is left: connections are closed unseen')
    }
  })
}
