/**
 * What a token costs: the limits of the machine, Credence, its growth, and peers, in one run, taking
 * turns.
 *
 *     npm run bench [-- --quick] [--rounds 5] [--seconds 4] [--only limits,issue,starts,growth,peers]
 *
 * Writes `bench/results/` and the generated parts of `docs/performance.md`; parts that were not measured
 * stay as they were. Everything listens on 127.0.0.1 and ends with the run. `bench/README.md` says what
 * the figures mean.
 */
import { createGrowth } from './growth/create-growth.ts'
import { createIssue } from './issue/create-issue.ts'
import { createLimits } from './limits/limits.ts'
import { compete } from './measure/contest.ts'
import { readMachine } from './measure/machine.ts'
import { type Options, parseOptions } from './options.ts'
import { createPeers } from './peers/create-peers.ts'
import type { PartResults, PreparedPart } from './report/results.ts'
import { loadResults, saveResults } from './report/write-results.ts'
import { startMainServer } from './servers/main-server.ts'
import { createStarts } from './starts/create-starts.ts'

const tell = (line: string): void => console.log(line)

async function main(options: Options): Promise<void> {
  const startedAt = new Date().toISOString()
  const machine = readMachine()
  await using stack = new AsyncDisposableStack()
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void stack.disposeAsync().finally(() => process.exit(1)))
  }
  const prepared = await prepareParts(options, stack)
  const contestants = prepared.flatMap(part => part.contestants)
  tell(
    `measuring ${contestants.length} rows in ${options.rounds} rounds of ${options.seconds} s each`,
  )
  const { rows, absences } = await compete(contestants, {
    rounds: options.rounds,
    isLate: () => performance.now() > options.maxSeconds * 1000,
    tell,
  })
  const { rounds, seconds, isQuick } = options
  const measured = prepared.map(({ part, servers, ...found }): [string, PartResults] => [
    part,
    {
      startedAt,
      machine,
      rounds,
      seconds,
      isQuick,
      rows: rows.filter(row => row.part === part),
      absences: [...found.absences, ...absences.filter(each => each.part === part)],
      servers: servers.map(({ name, startMs, rssAfterStartMib }) => ({
        name,
        startMs,
        rssAfterStartMib,
      })),
      ...found.extras,
    },
  ])
  await saveResults({ ...loadResults(), ...Object.fromEntries(measured) })
  tell('written to bench/results/ and docs/performance.md')
}

/** Starts what the chosen parts need, warmed up; it ends with the stack. */
async function prepareParts(
  options: Options,
  stack: AsyncDisposableStack,
): Promise<readonly PreparedPart[]> {
  const prepared: PreparedPart[] = []
  const wants = (part: PreparedPart['part']) => options.parts.includes(part)
  if (wants('limits')) prepared.push(await createLimits(readMachine(), options.seconds))
  if (wants('starts')) prepared.push(await createStarts(options, tell))
  if (options.parts.every(part => part === 'limits' || part === 'starts')) return prepared
  tell('starting Credence')
  const main = await startMainServer(options, stack)
  if (wants('issue')) prepared.push(await createIssue(options, main, stack, tell))
  if (wants('growth')) prepared.push(await createGrowth(options, main, stack, tell))
  if (wants('peers')) prepared.push(await createPeers(options, main, stack, tell))
  return prepared
}

await main(parseOptions(process.argv.slice(2)))
