import { collectDefaultMetrics, Registry } from 'prom-client'
import type { MetricReport } from './metric-report.ts'

/**
 * Begins to watch process and runtime (CPU, memory, event loop, garbage collection, file descriptors)
 * under the names that every Node.js dashboard knows; the returned function gives the values. It
 * watches as long as the process lives: once is enough.
 */
export function watchProcess(): () => Promise<readonly MetricReport[]> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return () => registry.getMetricsAsJSON()
}
