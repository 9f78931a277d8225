/** What a label may say, in words for the documentation: always from a bounded set. */
type Labels = Readonly<Record<string, string>>

/** One metric, by the conventions of Prometheus: base units, `_total` for counters. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: Labels
  readonly help: string
  /** How the values of several processes of one server become one. */
  readonly across: 'sum' | 'max'
  /** Upper bounds of a histogram, ascending. */
  readonly buckets?: readonly number[]
}

/** From a fraction of the time of a signature to more than a client waits, in seconds. */
export const CALL_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
] as const
