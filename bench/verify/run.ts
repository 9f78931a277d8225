/**
 * Tokens per second of verifiers side by side, in one process and one run.
 *
 *     node bench/verify/run.ts [--rounds 5] [--ms 300] > bench/results/verify.md
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { median } from '../measure/statistics.ts'
import { CACHED, COLD, type Contestant, UNCACHED, type Verify } from './contestants.ts'
import { measure, measureCold, type Sample } from './measure.ts'
import { type Alg, createTokenSet, type TokenSet } from './tokens.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, ms: { type: 'string', default: '300' } },
})
const rounds = Number(values.rounds)
const durationMs = Number(values.ms)
const COLD_STARTS = 20

interface Row {
  readonly name: string
  readonly samples: readonly Sample[]
}

/** All contestants once in each round, so that a slow moment of the machine meets all of them. */
async function compete(contestants: readonly Contestant[], set: TokenSet, concurrency: number) {
  const entries = contestants.map(({ name, create }) => ({ name, verify: create(set) }))
  const samples = new Map<string, Sample[]>(entries.map(({ name }) => [name, []]))
  // Compiled and, where there is a cache, filled, before anything counts.
  for (const { verify } of entries) {
    for (const token of set.tokens) await verify(token)
    await measure(verify, set.tokens, concurrency, durationMs)
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, verify } of entries) {
      samples.get(name)?.push(await measure(verify, set.tokens, concurrency, durationMs))
    }
  }
  return entries.map(({ name }): Row => ({ name, samples: samples.get(name) ?? [] }))
}

function formatTable(rows: readonly Row[]): string {
  const cpuOf = ({ samples }: Row) => median(samples.map(sample => sample.cpuMicrosecondsPerToken))
  const [first] = rows
  const reference = first ? cpuOf(first) : 0
  const lines = rows.map(row => {
    const rates = row.samples.map(sample => sample.tokensPerSecond)
    const range = `${formatRate(Math.min(...rates))}–${formatRate(Math.max(...rates))}`
    const cpu = cpuOf(row)
    const cells = [
      row.name,
      formatRate(median(rates)),
      range,
      cpu.toFixed(1),
      (cpu / reference).toFixed(2),
    ]
    return `| ${cells.join(' | ')} |`
  })
  const head = '| | tokens/s | least–most | CPU µs/token | CPU ÷ first row |\n|---|--:|--:|--:|--:|'
  return `${head}\n${lines.join('\n')}\n`
}

async function formatColdTable(sets: readonly TokenSet[]): Promise<string> {
  const lines: string[] = []
  for (const { name, create } of COLD) {
    const cells: string[] = []
    for (const set of sets) {
      const times: number[] = []
      const fresh = (): Verify => create(set)
      for (const token of set.tokens.slice(0, COLD_STARTS))
        times.push(await measureCold(fresh, token))
      cells.push(median(times).toFixed(2))
    }
    lines.push(`| ${[name, ...cells].join(' | ')} |`)
  }
  const names = sets.map(({ alg }) => `${alg} ms`).join(' | ')
  return `| | ${names} |\n|---|--:|--:|\n${lines.join('\n')}\n`
}

const formatRate = (rate: number): string => Math.round(rate).toLocaleString('en-US')

const date = new Date().toISOString().slice(0, 10)
const sets = (['RS256', 'ES384'] satisfies Alg[]).map(createTokenSet)
console.log(`# Verification\n
Made by \`node bench/verify/run.ts\` on ${date}: ${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.versions.node}, OpenSSL ${process.versions.openssl}. ${rounds} rounds of ${durationMs} ms; medians. \`bench/verify/README.md\` says what the figures mean.\n`)
for (const set of sets) {
  for (const concurrency of [1, 16]) {
    const manner = concurrency === 1 ? 'one at a time' : `${concurrency} at once`
    console.log(`## ${set.alg}, every token new, ${manner}\n`)
    console.log(formatTable(await compete(UNCACHED, set, concurrency)))
  }
  console.log(
    `## ${set.alg}, the same ${set.tokens.length} tokens again and again, one at a time\n`,
  )
  console.log(formatTable(await compete(CACHED, set, 1)))
}
console.log('## From a JWKS to the first verified token\n')
console.log(await formatColdTable(sets))
