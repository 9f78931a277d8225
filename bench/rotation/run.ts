/**
 * What rotation costs tokens: the same server asked for tokens before and while the keys of all its
 * accounts are followed by others, and how long it takes to start.
 *
 *     node bench/rotation/run.ts [--rounds 3] [--accounts 1,1000,100000]
 *
 * Writes `bench/results/rotation.json` and `rotation.md`. A round takes half a minute for each size, and
 * the largest store is made in half a minute.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { askForToken } from '../growth/growth.ts'
import { driveLoad, type LoadSample } from '../load/drive-load.ts'
import { readMachine } from '../measure/machine.ts'
import { type Figure, summarize } from '../measure/statistics.ts'
import { warmUp } from '../servers/measured-server.ts'
import { startCredenceServer } from '../servers/start-credence.ts'
import { copyDueAccounts, countSteps, MAX_ASKERS, makeDueAccounts } from './due-accounts.ts'

const RESULTS = join(import.meta.dirname, '..', 'results')
const CONNECTIONS = 16
const WARM_UP_SECONDS = 4
const BEFORE_SECONDS = 8
/** Rotation looks every ten seconds: it has begun within this, and goes on for as long as there is work. */
const DURING_SECONDS = 24
/** After the first measurement, with the start and the loads' own starts. */
const DUE_AFTER_MS = 18_000

interface Round {
  readonly startMs: number
  readonly before: LoadSample
  readonly during: LoadSample
  readonly activated: number
  readonly made: number
}

interface Row {
  readonly accounts: number
  readonly startMs: Figure
  readonly startRatio: Figure
  readonly p99BeforeMs: Figure
  readonly p99DuringMs: Figure
  readonly p99Ratio: Figure
  readonly rateRatio: Figure
  readonly activated: Figure
  readonly made: Figure
}

async function main(rounds: number, sizes: readonly number[]): Promise<void> {
  const date = new Date().toISOString().slice(0, 10)
  const machine = readMachine()
  const loadBefore = loadavg()[0] ?? 0
  const directory = mkdtempSync(join(tmpdir(), 'credence-rotation-'))
  try {
    for (const size of sizes) {
      const startedAtMs = performance.now()
      await makeDueAccounts(join(directory, `accounts-${size}`), size)
      const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
      console.log(`a store of ${size} accounts took ${seconds} s`)
    }
    const found = new Map<number, Round[]>(sizes.map(size => [size, []]))
    for (let round = 0; round < rounds; round += 1) {
      for (const size of sizes) {
        const measured = await measure(directory, size)
        found.get(size)?.push(measured)
        const { before, during, activated, made, startMs } = measured
        console.log(
          `round ${round + 1}, ${size} accounts: start ${startMs.toFixed(0)} ms, p99 ${before.p99Ms.toFixed(1)} → ${during.p99Ms.toFixed(1)} ms, ${activated} activated, ${made} made`,
        )
      }
    }
    const smallest = found.get(sizes[0] ?? 0) ?? []
    const rows = [...found].map(([accounts, each]) => toRow(accounts, each, smallest))
    const place = `${machine.cores} × ${machine.cpu}, Node.js ${machine.node}, load ${loadBefore.toFixed(1)} before`
    mkdirSync(RESULTS, { recursive: true })
    const result = { date, place, rounds, rows }
    writeFileSync(join(RESULTS, 'rotation.json'), `${JSON.stringify(result, null, 2)}\n`)
    writeFileSync(join(RESULTS, 'rotation.md'), formatResults(result))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function measure(directory: string, size: number): Promise<Round> {
  const copy = join(directory, 'copy')
  const data = await copyDueAccounts(join(directory, `accounts-${size}`), copy, DUE_AFTER_MS)
  try {
    const { storeFile } = data
    const askers = Math.min(size, MAX_ASKERS)
    const question = askForToken({ kind: 'crowd', size: askers, askers, first: 0 })
    const { startMs, before, during } = await (async () => {
      await using server = await startCredenceServer(`${size} accounts`, data)
      await warmUp(server, question, WARM_UP_SECONDS)
      const load = (seconds: number): Promise<LoadSample> =>
        driveLoad(server.pid, {
          endpoint: server.endpoint,
          question,
          requests: 4_000,
          isRepeated: true,
          connections: CONNECTIONS,
          maxMs: seconds * 1000,
        })
      const samples = { before: await load(BEFORE_SECONDS), during: await load(DURING_SECONDS) }
      return { startMs: server.startMs, ...samples }
    })()
    return { startMs, before, during, ...countSteps(storeFile) }
  } finally {
    rmSync(copy, { recursive: true })
  }
}

function toRow(accounts: number, rounds: readonly Round[], smallest: readonly Round[]): Row {
  const of = (read: (round: Round, index: number) => number): Figure => summarize(rounds.map(read))
  const rate = ({ answered, elapsedMs }: LoadSample): number => answered / elapsedMs
  return {
    accounts,
    startMs: of(({ startMs }) => startMs),
    startRatio: of(({ startMs }, index) => startMs / (smallest[index]?.startMs ?? Number.NaN)),
    p99BeforeMs: of(({ before }) => before.p99Ms),
    p99DuringMs: of(({ during }) => during.p99Ms),
    p99Ratio: of(({ before, during }) => during.p99Ms / before.p99Ms),
    rateRatio: of(({ before, during }) => rate(during) / rate(before)),
    activated: of(({ activated }) => activated),
    made: of(({ made }) => made),
  }
}

function formatResults(result: {
  readonly date: string
  readonly place: string
  readonly rounds: number
  readonly rows: readonly Row[]
}): string {
  const { date, place, rounds, rows } = result
  const range = ({ median, min, max }: Figure, digits: number): string =>
    `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`
  const cells = rows.map(row =>
    [
      row.accounts.toLocaleString('en-US'),
      range(row.startMs, 0),
      range(row.startRatio, 2),
      range(row.p99BeforeMs, 1),
      range(row.p99DuringMs, 1),
      range(row.p99Ratio, 2),
      range(row.rateRatio, 2),
      range(row.activated, 0),
      range(row.made, 0),
    ].join(' | '),
  )
  return `# What rotation costs tokens

The keys of all accounts, of both algorithms, are to be followed at the same instant. The same server is asked for RS256 tokens over ${CONNECTIONS} connections for ${BEFORE_SECONDS} s before that and for ${DURING_SECONDS} s from about then on; ratios are of the two, in the same round. One process, node:crypto, audit on the disk before each answer. Median of ${rounds} rounds, with the least and the most. ${date}, ${place}.

| Accounts | Start, ms | Start, times that of the first row | p99 before, ms | p99 while keys change, ms | p99, ratio | Tokens a second, ratio | Keys activated | Keys made |
| --: | --: | --: | --: | --: | --: | --: | --: | --: |
${cells.map(row => `| ${row} |`).join('\n')}
`
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    accounts: { type: 'string', default: '1,1000,100000' },
  },
})
await main(Math.min(9, Number(values.rounds)), values.accounts.split(',').map(Number))
