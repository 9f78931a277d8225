import type { MetricDefinition } from './metric-definition.ts'
import { METRICS } from './metric-table.ts'

/** Every metric of Credence's own with type, labels and meaning: a Markdown table. */
export function formatMetricTable(): string {
  const rows = Object.entries<MetricDefinition>(METRICS).map(
    ([name, { type, labels, help }]) =>
      `| \`${name}\` | ${type} | ${formatNames(labels)} | ${help} |`,
  )
  return ['| Metric | Type | Labels | Meaning |', '|---|---|---|---|', ...rows, ''].join('\n')
}

/** Every label with the values that it can have: a Markdown table. */
export function formatLabelTable(): string {
  const labels = Object.assign({}, ...Object.values(METRICS).map(metric => metric.labels))
  const rows = Object.entries(labels).map(([name, values]) => `| \`${name}\` | ${values} |`)
  return ['| Label | Values |', '|---|---|', ...rows, ''].join('\n')
}

function formatNames(labels: MetricDefinition['labels']): string {
  return Object.keys(labels)
    .map(name => `\`${name}\``)
    .join(', ')
}
