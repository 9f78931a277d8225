import type { Config } from '../config/config.ts'
import { ListenError } from '../http/listen-error.ts'
import type { MetricsListener } from '../http/metrics-listener.ts'
import { readVersion } from '../runtime/read-version.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { MetricReport } from '../telemetry/metric-report.ts'
import { createMetrics, type Metrics } from '../telemetry/metrics.ts'

/** The metrics of a server, and where they are served; they count even where nobody asks. */
export interface OpenMetrics {
  readonly metrics: Metrics
  /** Serves them as configured; null without `metrics.port`. @throws ListenError */
  readonly listen: (logger: Logger) => Promise<MetricsListener | null>
}

/** Makes the metrics of this process. What only a scrape needs is not even loaded without one. */
export async function openMetrics(config: Config): Promise<OpenMetrics> {
  const isServed = config.metrics.port !== null
  const { watchProcess } = isServed ? await import('../telemetry/process-metrics.ts') : NO_PROCESS
  const metrics = createMetrics({
    nowSeconds: () => performance.now() / 1000,
    readProcess: watchProcess(),
  })
  const build = { version: readVersion(), node: process.versions.node }
  metrics.readLater('credence_build_info', () => [{ labels: build, value: 1 }])
  return {
    metrics,
    listen: logger => serveMetrics(config, logger, async () => [await metrics.report()]),
  }
}

/** Serves what processes report as one. Null without `metrics.port`. @throws ListenError */
export async function serveMetrics(
  { metrics: { host, port } }: Config,
  logger: Logger,
  readReports: () => Promise<readonly (readonly MetricReport[])[]>,
): Promise<MetricsListener | null> {
  if (port === null) return null
  const [{ formatMetrics }, { openMetricsListener }] = await Promise.all([
    import('../telemetry/format-metrics.ts'),
    import('../http/metrics-listener.ts'),
  ])
  try {
    const listener = await openMetricsListener({
      host,
      port,
      read: async () => formatMetrics(await readReports()),
      onError: error => logger.error({ err: error }, 'the metrics cannot be served'),
    })
    logger.info({ url: listener.url }, 'metrics are served')
    return listener
  } catch (cause) {
    throw new ListenError({ host, port }, cause)
  }
}

const NO_PROCESS = { watchProcess: () => async () => [] }
