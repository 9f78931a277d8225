/**
 * What a decision costs: by the number of statements, and by the number of principals in the store,
 * side by side in one process and one run. Writes `bench/results/policy.md` and `policy.json`.
 *
 *     node bench/policy/run.ts [--rounds 7] [--ms 200] [--principals 1000000]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { evaluateRequest } from '../../packages/server/src/policy/evaluate.ts'
import { repeat, takeTurns } from '../measure/repeat.ts'
import { median } from '../measure/statistics.ts'
import { authorizeOnce, type Crowd, createCrowd, createCrowdDirectory } from './crowd.ts'
import { createPolicies, REQUEST } from './policies.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    ms: { type: 'string', default: '200' },
    principals: { type: 'string', default: '1000000' },
  },
})
const rounds = Number(values.rounds)
const durationMs = Number(values.ms)
const RESULTS = join(import.meta.dirname, '..', 'results')

/** As many as the server keeps. */
const SERVER_ENTRIES = 50_000

/** Callers that take turns where there are as many. */
const CALLERS = 1_000

interface Contestant {
  readonly name: string
  /** One decision; `turn` counts from 0. */
  readonly decide: (turn: number) => unknown
}

interface Sample {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

interface Row {
  readonly name: string
  readonly samples: readonly Sample[]
  /** Median CPU time of a decision, and the same divided by that of the first row. */
  readonly cpuMicroseconds: number
  readonly cpuRatio: number
  readonly perSecond: number
}

async function measure({ decide }: Contestant): Promise<Sample> {
  let turn = 0
  const { perSecond, cpuUs } = await repeat(() => decide(turn++), { each: 1, durationMs })
  return { perSecond, cpuMicroseconds: cpuUs }
}

async function compete(contestants: readonly Contestant[]): Promise<readonly Row[]> {
  const entries = await takeTurns(contestants, rounds, measure)
  const cpuOf = (samples: readonly Sample[]) => median(samples.map(each => each.cpuMicroseconds))
  const reference = cpuOf(entries[0]?.[1] ?? [])
  return entries.map(([{ name }, samples]) => {
    const cpuMicroseconds = cpuOf(samples)
    return {
      name,
      samples,
      cpuMicroseconds,
      cpuRatio: cpuMicroseconds / reference,
      perSecond: median(samples.map(each => each.perSecond)),
    }
  })
}

function createStatementContestants(): readonly Contestant[] {
  return [1, 10, 100].map(count => {
    const policies = createPolicies(count)
    return {
      name: `${count} statement${count === 1 ? '' : 's'}`,
      decide: () => requireAllowed(evaluateRequest(REQUEST, policies)),
    }
  })
}

/** Callers spread over the whole crowd, the same ones at every turn. */
function pickCaller({ size }: Crowd, callers: number, turn: number): number {
  return (turn % callers) * Math.floor(size / callers)
}

/** Every caller has asked before, and its policies are compiled. */
async function createKnownContestant(crowd: Crowd, callers: number): Promise<Contestant> {
  const directory = createCrowdDirectory(crowd, SERVER_ENTRIES)
  const decide = async (turn: number) =>
    requireAllowed(await authorizeOnce(crowd, directory, pickCaller(crowd, callers, turn)))
  for (let turn = 0; turn < callers; turn += 1) await decide(turn)
  const who = callers === 1 ? 'one of them asks' : `${callers.toLocaleString('en-US')} take turns`
  return { name: `${formatSize(crowd)}, ${who}`, decide }
}

/** With new caches every caller is a stranger, however few there are. */
function createStrangerContestant(crowd: Crowd): Contestant {
  const callers = Math.min(crowd.size, CALLERS)
  return {
    name: formatSize(crowd),
    decide: async turn => {
      const directory = createCrowdDirectory(crowd, 1)
      requireAllowed(await authorizeOnce(crowd, directory, pickCaller(crowd, callers, turn)))
    },
  }
}

function requireAllowed(decision: { readonly effect: string }): void {
  if (decision.effect !== 'allow') throw new Error('the request must be allowed')
}

function formatSize({ size }: Crowd): string {
  return `${size.toLocaleString('en-US')} principal${size === 1 ? '' : 's'}`
}

function formatTable(rows: readonly Row[]): string {
  const lines = rows.map(({ name, perSecond, samples, cpuMicroseconds, cpuRatio }) => {
    const rates = samples.map(sample => sample.perSecond)
    const range = `${formatRate(Math.min(...rates))}–${formatRate(Math.max(...rates))}`
    return `| ${[name, formatRate(perSecond), range, cpuMicroseconds.toFixed(2), cpuRatio.toFixed(2)].join(' | ')} |`
  })
  return `| | decisions/s | least–most | CPU µs/decision | CPU ÷ first row |\n|---|--:|--:|--:|--:|\n${lines.join('\n')}\n`
}

const formatRate = (rate: number): string => Math.round(rate).toLocaleString('en-US')

async function main(): Promise<void> {
  const statements = await compete(createStatementContestants())
  await using stack = new AsyncDisposableStack()
  const crowds: Crowd[] = []
  for (const size of [1, 1_000, Number(values.principals)]) {
    crowds.push(stack.use(await createCrowd(size)))
  }
  const known = await compete(
    await Promise.all([
      ...crowds.map(crowd => createKnownContestant(crowd, 1)),
      ...crowds.slice(1).map(crowd => createKnownContestant(crowd, CALLERS)),
    ]),
  )
  const strangers = await compete(crowds.map(createStrangerContestant))
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? 'unknown CPU',
    cores: availableParallelism(),
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? 'unknown',
  }
  const largest = crowds.at(-1)
  const fill = `${largest === undefined ? '' : formatSize(largest)} in ${largest?.fillSeconds.toFixed(0)} s`
  const document = `# Policy decisions

Made by \`node bench/policy/run.ts\` on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, SQLite ${machine.sqlite}. ${rounds} rounds of ${durationMs} ms; medians. Filled ${fill}. \`bench/policy/README.md\` says what the figures mean.

## By statements

${formatTable(statements)}
## By principals in the store, callers that are known

${formatTable(known)}
## By principals in the store, callers that have never been seen

${formatTable(strangers)}`
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(join(RESULTS, 'policy.md'), document)
  const data = { machine, rounds, durationMs, statements, known, strangers }
  writeFileSync(join(RESULTS, 'policy.json'), `${JSON.stringify(data, null, 2)}\n`)
  console.log(document)
}

await main()
