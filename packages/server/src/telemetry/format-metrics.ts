import { AggregatorRegistry, type PrometheusContentType } from 'prom-client'
import type { MetricReport } from './metric-report.ts'

/**
 * What one or several processes of a server have counted, as one text of Prometheus's exposition
 * format (0.0.4): counters and histograms are added up, so a scrape of the whole tells no process from
 * another.
 */
export function formatMetrics(reports: readonly (readonly MetricReport[])[]): Promise<string> {
  return AggregatorRegistry.aggregate<PrometheusContentType>([...reports]).metrics()
}
