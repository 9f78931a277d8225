import { median } from '../measure/statistics.ts'
import type { Sample } from './measure.ts'
import type { Alg } from './tokens.ts'

/** One contestant with its rounds. */
export interface Row {
  readonly name: string
  readonly samples: readonly Sample[]
}

/** All contestants over the tokens of one algorithm. The first row is what the others are compared with. */
export interface Race {
  readonly alg: Alg
  /** The same tokens again and again, and whoever has a cache uses it. */
  readonly isRepeated: boolean
  readonly concurrency: number
  readonly rows: readonly Row[]
}

/** When, where and how it was measured, in words. */
export interface Conditions {
  readonly date: string
  readonly machine: string
  readonly measured: string
}

/** Median milliseconds from a JWKS to the first token, by algorithm. */
export interface ColdRow {
  readonly name: string
  readonly medianMs: readonly number[]
}

const OURS = '@credence/verify'

/** Everything that was measured. */
export function formatReport(
  { date, machine, measured }: Conditions,
  races: readonly Race[],
  coldTable: string,
): string {
  const sections = races.map(race => `## ${formatTitle(race)}\n\n${formatTable(race.rows)}`)
  return [
    '# Verification',
    `Made by \`node bench/verify/run.ts\` on ${date}: ${machine}. ${measured}. \`bench/verify/README.md\` says what the figures mean.`,
    ...sections,
    `## From a JWKS to the first verified token\n\n${coldTable}`,
  ].join('\n\n')
}

/** What it comes to, for the page of all benchmarks. */
export function formatSummary(conditions: Conditions, races: readonly Race[]): string {
  const lines = races.map(({ alg, isRepeated, concurrency, rows }) => {
    const manner = isRepeated ? 'again and again' : `new, ${concurrency} at once`
    const ours = rows.find(({ name }) => name === OURS)
    const bare = isRepeated ? null : rows[0]
    const [best] = rows
      .filter(({ name }) => name !== OURS && !name.startsWith('bare'))
      .toSorted((one, other) => cpuOf(one) - cpuOf(other))
    const cells = [
      `${alg}, ${manner}`,
      ours ? formatCpu(ours) : '–',
      bare && ours ? `${formatCpu(bare)} (${(cpuOf(ours) / cpuOf(bare)).toFixed(2)})` : '–',
      best ? `${formatCpu(best)} (${best.name})` : '–',
    ]
    return `| ${cells.join(' | ')} |`
  })
  const head = `| Tokens | ${OURS}, CPU µs | bare \`crypto.verify\` (ratio) | best peer |\n|---|--:|--:|--:|`
  return `${conditions.date}, ${conditions.machine}. ${conditions.measured}.\n\n${head}\n${lines.join('\n')}`
}

/** What a process that starts cold pays once. */
export function formatColdTable(rows: readonly ColdRow[]): string {
  const lines = rows.map(
    ({ name, medianMs }) => `| ${[name, ...medianMs.map(ms => ms.toFixed(2))].join(' | ')} |`,
  )
  return `| | RS256 ms | ES384 ms |\n|---|--:|--:|\n${lines.join('\n')}\n`
}

function formatTitle({ alg, isRepeated, concurrency }: Race): string {
  if (isRepeated) return `${alg}, the same tokens again and again, one at a time`
  return `${alg}, every token new, ${concurrency === 1 ? 'one at a time' : `${concurrency} at once`}`
}

function formatTable(rows: readonly Row[]): string {
  const [first] = rows
  const reference = first ? cpuOf(first) : 0
  const lines = rows.map(row => {
    const rates = row.samples.map(sample => sample.tokensPerSecond)
    const range = `${formatRate(Math.min(...rates))}–${formatRate(Math.max(...rates))}`
    const ratio = (cpuOf(row) / reference).toFixed(2)
    return `| ${[row.name, formatRate(median(rates)), range, formatCpu(row), ratio].join(' | ')} |`
  })
  const head = '| | tokens/s | least–most | CPU µs/token | CPU ÷ first row |\n|---|--:|--:|--:|--:|'
  return `${head}\n${lines.join('\n')}`
}

function cpuOf({ samples }: Row): number {
  return median(samples.map(sample => sample.cpuMicrosecondsPerToken))
}

const formatCpu = (row: Row): string => cpuOf(row).toFixed(1)
const formatRate = (rate: number): string => Math.round(rate).toLocaleString('en-US')
