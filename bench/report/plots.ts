import { ALGORITHMS } from '../limits/bare-sign.ts'
import type { Row } from '../measure/contest.ts'
import { type Bar, formatBarChart } from './bar-chart.ts'
import { formatLineChart, type Series } from './line-chart.ts'
import type { Results } from './results.ts'

/** Where costs are compared: enough requests in flight for the fixed costs of one to be shared. */
const COMPARED_CONNECTIONS = 16

/** The plots of the results, by file name. What has not been measured is left out, as are empty plots. */
export function createPlots({
  limits,
  issue,
  growth,
  peers,
}: Results): Readonly<Record<string, string>> {
  const [issued = [], served = [], grown = []] = [issue?.rows, peers?.rows, growth?.rows]
  const plots: Record<string, string> = {}
  if (served.length > 0) plots['cost.svg'] = plotCost(limits?.rows ?? [], served)
  if (issued.length > 0) plots['rate.svg'] = plotRate(issued)
  for (const algorithm of ALGORITHMS) {
    const rows = issued.filter(row => row.algorithm === algorithm)
    if (rows.length === 0) continue
    plots[`latency-${algorithm.toLowerCase()}.svg`] = plotLatency(rows, algorithm)
  }
  if (grown.length > 0) plots['growth.svg'] = plotGrowth(grown)
  return plots
}

function plotCost(limits: readonly Row[], peers: readonly Row[]): string {
  const served = peers.filter(({ connections }) => connections === COMPARED_CONNECTIONS)
  const groups = [
    { label: 'RS256', algorithm: 'RS256' },
    { label: 'ES384', algorithm: 'ES384' },
    { label: 'STS call without a token', algorithm: null },
  ].map(({ label, algorithm }) => ({
    label,
    bars: [...limits, ...served]
      .filter(row => row.algorithm === algorithm)
      .map(row => createBar(row, row.part === 'limits' ? `limit: ${row.name}` : row.name)),
  }))
  const text = {
    title: `CPU time per token, ${COMPARED_CONNECTIONS} connections (× bare crypto.sign)`,
    unit: 'µs of user and system time of the server; whiskers: least and most of all rounds',
  }
  return formatBarChart(
    text,
    groups.filter(({ bars }) => bars.length > 0),
  )
}

function createBar(row: Row, label: string): Bar {
  const { ratio } = row
  return {
    label,
    figure: row.cpuUs,
    ...(ratio === null ? {} : { note: `(× ${ratio.median.toFixed(2)})` }),
  }
}

/** The rows of each server and algorithm, in the order in which they were measured. */
function groupRows(rows: readonly Row[]): readonly (readonly [string, readonly Row[]])[] {
  return Object.entries(Object.groupBy(rows, ({ name, algorithm }) => `${name}, ${algorithm}`)).map(
    ([label, group = []]) => [label, group] as const,
  )
}

function plotRate(rows: readonly Row[]): string {
  const series = groupRows(rows).map(([label, group], colour) => ({
    label,
    colour,
    points: group.map(({ connections, perSecond }) => ({ x: connections ?? 0, figure: perSecond })),
  }))
  const text = {
    title: 'Tokens per second, server and load on one machine',
    xLabel: 'connections',
    yLabel: 'tokens/s',
  }
  return formatLineChart(text, series)
}

function plotLatency(rows: readonly Row[], algorithm: string): string {
  const series = groupRows(rows).flatMap(([label, group], colour) =>
    (['p50Ms', 'p99Ms'] as const).map((key): Series => {
      const points = group.flatMap(row => {
        const figure = row[key]
        return figure === null ? [] : [{ x: row.connections ?? 0, figure }]
      })
      const isDashed = key === 'p99Ms'
      return { label: `${label}: ${key.slice(0, 3)}`, colour, points, isDashed }
    }),
  )
  const text = {
    title: `Time to a token of ${algorithm} with every connection always busy`,
    xLabel: 'connections',
    yLabel: 'ms (logarithmic)',
  }
  return formatLineChart(text, series, { isLog: true })
}

function plotGrowth(rows: readonly Row[]): string {
  const groups = ['users', 'tag', 'account'].map(word => ({
    label: GROWTH_LABELS[word] ?? word,
    bars: rows.filter(({ name }) => name.includes(` ${word}`)).map(row => createBar(row, row.name)),
  }))
  const text = {
    title: 'CPU time per token as something grows, RS256, 16 connections (× bare crypto.sign)',
    unit: 'µs of user and system time of the server; whiskers: least and most of all rounds',
  }
  return formatBarChart(
    text,
    groups.filter(({ bars }) => bars.length > 0),
  )
}

const GROWTH_LABELS: Readonly<Record<string, string>> = {
  users: 'Users in the store',
  tag: 'Tags in the request',
  account: 'Accounts, each with its own keys',
}
