import type { TopLevelSpec } from 'vega-lite'
import { ALGORITHMS } from '../limits/bare-sign.ts'
import type { Row } from '../measure/contest.ts'
import { type Bar, createBarChart, createLineChart, type Point } from './charts.ts'
import { drawChart } from './draw.ts'
import type { Results } from './results.ts'

/** Where costs are compared: enough requests in flight for the fixed costs of one to be shared. */
const COMPARED_CONNECTIONS = 16

/** The plots of the results, by file name. What has not been measured is left out, as are empty plots. */
export async function createPlots({
  limits,
  issue,
  growth,
  peers,
}: Results): Promise<Readonly<Record<string, string>>> {
  const [issued = [], served = [], grown = []] = [issue?.rows, peers?.rows, growth?.rows]
  const charts: Record<string, TopLevelSpec> = {}
  if (served.length > 0) charts['cost.svg'] = plotCost(limits?.rows ?? [], served)
  if (issued.length > 0) charts['rate.svg'] = plotRate(issued)
  for (const algorithm of ALGORITHMS) {
    const rows = issued.filter(row => row.algorithm === algorithm)
    if (rows.length === 0) continue
    charts[`latency-${algorithm.toLowerCase()}.svg`] = plotLatency(rows, algorithm)
  }
  if (grown.length > 0) charts['growth.svg'] = plotGrowth(grown)
  const plots = Object.entries(charts).map(
    async ([name, chart]) => [name, await drawChart(chart)] as const,
  )
  return Object.fromEntries(await Promise.all(plots))
}

function plotCost(limits: readonly Row[], peers: readonly Row[]): TopLevelSpec {
  const served = peers.filter(({ connections }) => connections === COMPARED_CONNECTIONS)
  const groups = [
    { group: 'RS256', algorithm: 'RS256' },
    { group: 'ES384', algorithm: 'ES384' },
    { group: 'STS call without a token', algorithm: null },
  ]
  const bars = groups.flatMap(({ group, algorithm }) =>
    [...limits, ...served]
      .filter(row => row.algorithm === algorithm)
      .map(row => createBar(group, row, row.part === 'limits' ? `limit: ${row.name}` : row.name)),
  )
  const text = {
    title: `CPU time per token, ${COMPARED_CONNECTIONS} connections (× bare crypto.sign)`,
    unit: COST_UNIT,
  }
  return createBarChart(text, bars)
}

function createBar(group: string, { cpuUs: figure, ratio }: Row, label: string): Bar {
  const note = ratio === null ? '' : `(× ${ratio.median.toFixed(2)})`
  return { group, label, figure, note }
}

function plotRate(rows: readonly Row[]): TopLevelSpec {
  const points = rows.map(({ name, algorithm, connections, perSecond }) => ({
    line: `${name}, ${algorithm}`,
    isDashed: false,
    x: connections ?? 0,
    figure: perSecond,
  }))
  const text = {
    title: 'Tokens per second, server and load on one machine',
    xLabel: 'connections',
    yLabel: 'tokens/s',
  }
  return createLineChart(text, points)
}

function plotLatency(rows: readonly Row[], algorithm: string): TopLevelSpec {
  const points = rows.flatMap(row =>
    (['p50Ms', 'p99Ms'] as const).flatMap((key): readonly Point[] => {
      const figure = row[key]
      if (figure === null) return []
      const isDashed = key === 'p99Ms'
      return [{ line: row.name, isDashed, x: row.connections ?? 0, figure }]
    }),
  )
  const text = {
    title: `Time to a token of ${algorithm} with every connection always busy`,
    xLabel: 'connections',
    yLabel: 'ms (logarithmic); p50, and p99 dashed',
  }
  return createLineChart(text, points, { isLog: true })
}

function plotGrowth(rows: readonly Row[]): TopLevelSpec {
  const bars = Object.entries(GROWTH_LABELS).flatMap(([word, group]) =>
    rows
      .filter(({ name }) => name.includes(` ${word}`))
      .map(row => createBar(group, row, row.name)),
  )
  const text = {
    title: 'CPU time per token as something grows, RS256, 16 connections (× bare crypto.sign)',
    unit: COST_UNIT,
  }
  return createBarChart(text, bars)
}

const COST_UNIT = 'µs of user and system time of the server; whiskers: least and most of all rounds'

const GROWTH_LABELS: Readonly<Record<string, string>> = {
  users: 'Users in the store',
  tag: 'Tags in the request',
  account: 'Accounts, each with its own keys',
}
