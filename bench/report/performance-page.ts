import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Part, Row } from '../measure/contest.ts'
import { computeSystemCost, countCores, PLANNED_LOAD_PERCENT, planCells } from './arithmetic.ts'
import { formatPart, formatProvenance, formatTable } from './markdown.ts'
import type { PartResults, Results } from './results.ts'
import { parseVerifyCosts } from './verify-costs.ts'

const VERIFY_RESULTS = join(import.meta.dirname, '..', 'results', 'verify.md')

/** Where costs are read from: many requests are in flight, as at the rates that need more than a core. */
const CONNECTIONS = 64

const RATES = [1_000, 5_000, 20_000, 100_000, 1_000_000]
const MILLION = 1_000_000
const CELL = { coresPerReplica: 16, replicasPerCell: 9 }

/** Services that hold tokens to verify, each with the documents for as long as they may be kept. */
const VERIFIERS = 1_000_000
const DOCUMENT_SECONDS = 300

/** The generated parts of `docs/performance.md`, by the names in their markers. */
export function formatPerformanceParts(results: Results): Readonly<Record<string, string>> {
  return {
    limits: formatPartOr(results, 'limits'),
    issue: formatPartOr(results, 'issue'),
    starts: formatPartOr(results, 'starts'),
    peers: formatPartOr(results, 'peers'),
    growth: formatPartOr(results, 'growth'),
    cores: withIssue(results, formatCores),
    algorithms: withIssue(results, formatAlgorithms),
    million: withIssue(results, formatMillion),
  }
}

function formatPartOr(results: Results, part: Part): string {
  const measured = results[part]
  return measured === undefined ? 'Not measured yet.' : formatPart(part, measured)
}

function withIssue(results: Results, format: (issue: PartResults) => string): string {
  const { issue } = results
  return issue === undefined ? 'Not measured yet.' : format(issue)
}

/** Servers of the part, each with its cost of both algorithms. */
function listCosts(issue: PartResults): readonly { name: string; RS256: Row; ES384: Row }[] {
  const names = new Set(issue.rows.map(({ name }) => name))
  return [...names].flatMap(name => {
    const find = (algorithm: string) =>
      issue.rows.find(
        row => row.name === name && row.algorithm === algorithm && row.connections === CONNECTIONS,
      )
    const [RS256, ES384] = [find('RS256'), find('ES384')]
    return RS256 === undefined || ES384 === undefined ? [] : [{ name, RS256, ES384 }]
  })
}

function formatCores(issue: PartResults): string {
  const blocks = listCosts(issue).map(({ name, RS256, ES384 }) => {
    const costs = [RS256.cpuUs.median, RS256.cpuUs.max, ES384.cpuUs.median, ES384.cpuUs.max]
    const lines = RATES.map(rate => [
      rate.toLocaleString('en-US'),
      ...costs.map(cost => countCores(rate, cost).toLocaleString('en-US')),
    ])
    const head = ['Tokens/s', 'RS256', 'RS256, worst round', 'ES384', 'ES384, worst round']
    const figures = `RS256 ${RS256.cpuUs.median.toFixed(0)} µs, at worst ${RS256.cpuUs.max.toFixed(0)}; ES384 ${ES384.cpuUs.median.toFixed(0)} µs, at worst ${ES384.cpuUs.max.toFixed(0)}`
    return `${name} (${figures}; ${CONNECTIONS} connections):\n\n${formatTable(head, lines)}`
  })
  const rule = `Cores = tokens/s × CPU time per token ÷ ${PLANNED_LOAD_PERCENT / 100}, rounded up: a core is planned to be busy ${PLANNED_LOAD_PERCENT} % of the time.`
  return `${formatProvenance(issue)}\n\n${rule}\n\n${blocks.join('\n\n')}`
}

function formatAlgorithms(issue: PartResults): string {
  const verify = parseVerifyCosts(readFileSync(VERIFY_RESULTS, 'utf8'))
  const [server] = listCosts(issue)
  if (server === undefined) return 'Not measured yet.'
  const lines = (['RS256', 'ES384'] as const).map(algorithm => {
    const cost = { signUs: server[algorithm].cpuUs.median, verifyUs: verify[algorithm] ?? 0 }
    return [
      algorithm,
      cost.signUs.toFixed(0),
      cost.verifyUs.toFixed(0),
      ...[1, 10, 100].map(count => computeSystemCost(cost, count).toFixed(0)),
      String(issue.bytes?.[algorithm]?.token ?? '–'),
    ]
  })
  const head = [
    '',
    'Issue, µs',
    'Verify, µs',
    'Issue + verify once',
    '+ 10 times',
    '+ 100 times',
    'Token, bytes',
  ]
  return formatTable(head, lines)
}

function formatMillion(issue: PartResults): string {
  const [server] = listCosts(issue)
  const bytes = issue.bytes?.['RS256']
  if (server === undefined || bytes === undefined) return 'Not measured yet.'
  const lines = (['RS256', 'ES384'] as const).map(algorithm => {
    const plan = planCells(MILLION, server[algorithm].cpuUs.median, CELL)
    const perCell = MILLION / plan.cells
    const { request = 0, answer = 0, audit = 0 } = issue.bytes?.[algorithm] ?? {}
    const perReplica = perCell / CELL.replicasPerCell
    return [
      algorithm,
      server[algorithm].cpuUs.median.toFixed(0),
      plan.tokensPerReplica.toLocaleString('en-US'),
      String(plan.cells),
      String(plan.replicas),
      (plan.replicas * CELL.coresPerReplica).toLocaleString('en-US'),
      formatMegabytes(perReplica * request),
      formatMegabytes(perReplica * answer),
      formatMegabytes(perReplica * audit),
    ]
  })
  const head = [
    '',
    'CPU each, µs',
    'Tokens/s a replica can',
    'Cells',
    'Replicas',
    'Cores',
    'In, MB/s a replica',
    'Out, MB/s',
    'Audit, MB/s',
  ]
  const documents = (VERIFIERS * 2) / DOCUMENT_SECONDS
  const documentMegabytes = (VERIFIERS * (bytes.jwks + bytes.discovery)) / DOCUMENT_SECONDS / 1e6
  return `A replica has ${CELL.coresPerReplica} cores, a cell ${CELL.replicasPerCell} replicas, of which one may be away.

${formatTable(head, lines)}

Documents: the JWKS of an account has ${bytes.jwks} bytes, its discovery document ${bytes.discovery}. ${VERIFIERS.toLocaleString('en-US')} verifiers that fetch both every ${DOCUMENT_SECONDS} s make ${Math.round(documents).toLocaleString('en-US')} requests and ${documentMegabytes.toFixed(1)} MB a second, however many tokens there are.`
}

function formatMegabytes(bytesPerSecond: number): string {
  return (bytesPerSecond / 1e6).toFixed(1)
}
