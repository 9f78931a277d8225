import { Counter, Histogram } from './instruments.ts'
import type { MetricDefinition } from './metric-definition.ts'
import type { MetricReport, MetricSample } from './metric-report.ts'
import { type LabelsOf, METRICS, type MetricName, type NameOf } from './metric-table.ts'

type LabelValues = Readonly<Record<string, string>>

/** A value that is looked up when somebody asks for the metrics. */
export interface Reading<Name extends MetricName> {
  readonly labels: LabelsOf<Name>
  readonly value: number
}

/** Seconds from an arbitrary instant, monotonic. */
type Stopwatch = () => number

/** What counts: the metrics of one server in one process. */
export interface Metrics {
  /** How late it is, for durations. */
  readonly nowSeconds: Stopwatch
  /** The counter of these labels. Ask once and keep it where it counts. */
  counter<Name extends NameOf<'counter'>>(name: Name, labels: LabelsOf<Name>): Counter
  /** The histogram of these labels. Ask once and keep it. */
  histogram<Name extends NameOf<'histogram'>>(name: Name, labels: LabelsOf<Name>): Histogram
  /** Has a metric read when somebody asks: costs nothing until then. */
  readLater<Name extends NameOf<'counter' | 'gauge'>>(
    name: Name,
    read: () => readonly Reading<Name>[],
  ): void
  /** All values as JSON, which can be sent to another process and added up there. */
  report(): Promise<readonly MetricReport[]>
}

/** Makes metrics that count nothing yet. `readProcess` gives those that are not Credence's own. */
export function createMetrics(options: {
  readonly nowSeconds: Stopwatch
  readonly readProcess: () => Promise<readonly MetricReport[]>
}): Metrics {
  const counters = new Children<Counter>()
  const histograms = new Children<Histogram>()
  const readers = new Map<MetricName, () => readonly Reading<MetricName>[]>()

  return {
    nowSeconds: options.nowSeconds,
    counter: (name, labels) => counters.get(name, labels, () => new Counter()),
    histogram: (name, labels) =>
      histograms.get(name, labels, () => new Histogram(METRICS[name].buckets)),
    readLater: (name, read) => {
      readers.set(name, read)
    },
    async report() {
      const own = Object.entries<MetricDefinition>(METRICS).map(([name, definition]) => ({
        name,
        help: definition.help,
        type: definition.type,
        aggregator: definition.across,
        values: [
          ...counters.list(name).map(({ labels, child }) => ({ labels, value: child.value })),
          ...histograms.list(name).flatMap(({ labels, child }) => toSamples(name, labels, child)),
          ...(readers.get(name as MetricName)?.() ?? []),
        ],
      }))
      return [...own, ...(await options.readProcess())]
    },
  }
}

/** The instruments of each metric by their labels. */
class Children<Child> {
  readonly #children = new Map<
    string,
    Map<string, { readonly labels: LabelValues; readonly child: Child }>
  >()

  get(name: string, labels: LabelValues, create: () => Child): Child {
    let ofName = this.#children.get(name)
    if (ofName === undefined) {
      ofName = new Map()
      this.#children.set(name, ofName)
    }
    const key = Object.values(labels).join('\n')
    let found = ofName.get(key)
    if (found === undefined) {
      found = { labels, child: create() }
      ofName.set(key, found)
    }
    return found.child
  }

  list(name: string) {
    return [...(this.#children.get(name)?.values() ?? [])]
  }
}

/** A histogram as it is exposed: cumulative buckets, sum and count. */
function toSamples(name: string, labels: LabelValues, histogram: Histogram): MetricSample[] {
  let count = 0
  const buckets = histogram.counts.map((inBucket, index) => {
    count += inBucket
    const le = String(histogram.bounds[index] ?? '+Inf')
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: histogram.sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}
