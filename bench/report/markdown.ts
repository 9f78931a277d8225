import type { Part, Row } from '../measure/contest.ts'
import { type Figure, summarize } from '../measure/statistics.ts'
import { PEERS } from '../peers/peers.ts'
import type { PartResults, Starts } from './results.ts'

/** One part of the results as Markdown: where and when, the tables, what is missing. */
export function formatPart(part: Part, results: PartResults): string {
  const blocks = [
    formatProvenance(results),
    part === 'starts' ? formatStarts(results.starts ?? []) : TABLES[part](results.rows),
    ...(part === 'peers' ? [formatWork()] : []),
    ...(results.servers.length > 0 ? [formatServers(results)] : []),
    ...results.absences.map(({ name, reason }) => `Not measured: ${name}: ${reason}`),
  ]
  return `${blocks.join('\n\n')}\n`
}

const TABLES: Readonly<Record<Exclude<Part, 'starts'>, (rows: readonly Row[]) => string>> = {
  limits: formatLimits,
  issue: formatServed,
  growth: formatServed,
  peers: formatServed,
}

/** Machine, versions, date, length and noise of a part, in one paragraph. */
export function formatProvenance(results: PartResults): string {
  const { machine, startedAt, rounds, seconds, isQuick, rows } = results
  const { cpu, cores, memoryGib, kernel, node, nodeOpenssl, openssl, hasAvx512Ifma } = machine
  const versions = [
    `Node.js ${node} with OpenSSL ${nodeOpenssl}`,
    ...(openssl === null ? [] : [`system OpenSSL ${openssl}`]),
    `Linux ${kernel}`,
  ]
  return [
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${cores} × ${cpu} (AVX-512 IFMA: ${hasAvx512Ifma ? 'yes' : 'no'}), ${memoryGib} GiB, ${versions.join(', ')}.`,
    ...(rows.length > 0
      ? [
          `Medians (least–most) of ${rounds} round${rounds === 1 ? '' : 's'} of ${seconds} s${isQuick ? ', a quick run' : ''}.`,
          formatNoise(rows),
        ]
      : isQuick
        ? ['A quick run.']
        : []),
  ].join(' ')
}

/** Above this share of the machine, times say more of the others than of what was measured. */
const BUSY_PERCENT = 10

function formatNoise(rows: readonly Row[]): string {
  const others = Math.max(...rows.map(({ noise }) => noise.othersPercent))
  const stolen = Math.max(...rows.map(({ noise }) => noise.stolenPercent))
  const warning =
    others > BUSY_PERCENT ? ' **The machine was busy: only the ratios mean something.**' : ''
  return `In the worst measurement other programs took ${others.toFixed(0)} % of the machine, the host ${stolen.toFixed(1)} %.${warning}`
}

function formatLimits(rows: readonly Row[]): string {
  const lines = rows.map(row => [
    row.name,
    row.algorithm ?? '–',
    formatFigure(row.perSecond, 0),
    formatFigure(row.cpuUs, 1),
    formatFigure(row.ratio, 2),
  ])
  const head = ['', 'Algorithm', 'Signatures/s', 'CPU each, µs', '÷ bare `crypto.sign`']
  return formatTable(head, lines)
}

function formatServed(rows: readonly Row[]): string {
  const lines = rows.map(row => [
    row.name,
    row.algorithm ?? '–',
    String(row.connections),
    formatFigure(row.perSecond, 0),
    formatFigure(row.cpuUs, 0),
    formatFigure(row.bareUs, 0),
    formatFigure(row.ratio, 2),
    row.bareUs === null ? '–' : String(Math.round(row.cpuUs.median - row.bareUs.median)),
    formatMiddle(row.p50Ms),
    formatMiddle(row.p99Ms),
    formatMib(row.rssMib),
    formatMib(row.peakRssMib),
  ])
  const head = [
    '',
    'Algorithm',
    'Connections',
    'Answers/s',
    'Server CPU each, µs',
    'Bare `crypto.sign`, µs',
    'Ratio',
    'Everything else, µs',
    'p50, ms',
    'p99, ms',
    'RSS under load, MiB',
    'Peak, MiB',
  ]
  return formatTable(head, lines)
}

function formatWork(): string {
  const lines = PEERS.map(({ name, work }) => `- ${name}: ${work}.`)
  return [
    'What one request makes each of them do:',
    '',
    '- Credence: SigV4 verified, policies evaluated, audit on disk before the answer; one process.',
    ...new Set(lines),
  ].join('\n')
}

function formatServers({ servers }: PartResults): string {
  const lines = servers.map(({ name, startMs, rssAfterStartMib }) => [
    name,
    String(Math.round(startMs)),
    String(rssAfterStartMib),
  ])
  return formatTable(['', 'Start until it listens, ms', 'RSS after the start, MiB'], lines)
}

function formatStarts(starts: readonly Starts[]): string {
  const lines = starts.map(({ name, starts: each }) => [
    name,
    each.map(({ ms }) => Math.round(ms)).join(', '),
    formatFigure(summarize(each.map(({ cpuMs }) => cpuMs)), 0),
    formatFigure(summarize(each.map(({ rssMib }) => rssMib)), 0),
  ])
  return formatTable(['', 'Each start on its own, ms', 'CPU time, ms', 'RSS, MiB'], lines)
}

/** A Markdown table; every column but the first is aligned to the right. */
export function formatTable(
  head: readonly string[],
  lines: readonly (readonly string[])[],
): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '--:'))
  return [head, rule, ...lines].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** `median (least–most)`, or the median alone where all rounds agree; a dash for no figure. */
function formatFigure(figure: Figure | null, digits: number): string {
  if (figure === null) return '–'
  const [middle, least, most] = [figure.median, figure.min, figure.max].map(value =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  )
  return least === most ? `${middle}` : `${middle} (${least}–${most})`
}

function formatMiddle(figure: Figure | null): string {
  return figure === null ? '–' : figure.median.toFixed(2)
}

function formatMib(value: number | null): string {
  return value === null ? '–' : String(Math.round(value))
}
