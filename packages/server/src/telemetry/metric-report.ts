/** One value of a metric. */
export interface MetricSample {
  /** Where it is not the metric's own: `_bucket`, `_sum` and `_count` of a histogram. */
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number | undefined>>
  readonly value: number
}

/** A metric with its values, in the JSON form that prom-client has for it. */
export interface MetricReport {
  readonly name: string
  readonly help: string
  readonly type: string | number
  /** How the values of several processes become one. */
  readonly aggregator: string
  readonly values: readonly MetricSample[]
}
