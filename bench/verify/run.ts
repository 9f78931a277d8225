/**
 * Tokens per second of verifiers side by side, in one process and one run.
 *
 *     node bench/verify/run.ts [--rounds 5] [--ms 300]
 *
 * writes bench/results/verify.md and its part of bench/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { replacePart } from '../../tools/generate-docs.ts'
import { runCommand } from '../../tools/run-command.ts'
import { median } from '../measure/statistics.ts'
import { CACHED, COLD, type Contestant, UNCACHED, type Verify } from './contestants.ts'
import { measure, measureCold, type Sample } from './measure.ts'
import { formatColdTable, formatReport, formatSummary, type Race, type Row } from './report.ts'
import { type Alg, createTokenSet, type TokenSet } from './tokens.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, ms: { type: 'string', default: '300' } },
})
const rounds = Number(values.rounds)
const durationMs = Number(values.ms)
const COLD_STARTS = 20

const BENCH = join(import.meta.dirname, '..')

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

/** Milliseconds of each contestant from a JWKS to its first token, for each set. */
async function measureColdStarts(sets: readonly TokenSet[]) {
  const rows: { name: string; medianMs: number[] }[] = []
  for (const { name, create } of COLD) {
    const medianMs: number[] = []
    for (const set of sets) {
      const fresh = (): Verify => create(set)
      const times: number[] = []
      for (const token of set.tokens.slice(0, COLD_STARTS)) {
        times.push(await measureCold(fresh, token))
      }
      medianMs.push(median(times))
    }
    rows.push({ name, medianMs })
  }
  return rows
}

async function runRaces(sets: readonly TokenSet[]): Promise<readonly Race[]> {
  const races: Race[] = []
  for (const set of sets) {
    for (const concurrency of [1, 16]) {
      const rows = await compete(UNCACHED, set, concurrency)
      races.push({ alg: set.alg, isRepeated: false, concurrency, rows })
    }
    const rows = await compete(CACHED, set, 1)
    races.push({ alg: set.alg, isRepeated: true, concurrency: 1, rows })
  }
  return races
}

const sets = (['RS256', 'ES384'] satisfies Alg[]).map(createTokenSet)
const conditions = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
  measured: `${rounds} rounds of ${durationMs} ms; medians`,
}
const races = await runRaces(sets)
const report = formatReport(conditions, races, formatColdTable(await measureColdStarts(sets)))
writeFileSync(join(BENCH, 'results/verify.md'), report)
const readme = join(BENCH, 'README.md')
const summary = formatSummary(conditions, races)
writeFileSync(readme, replacePart(readFileSync(readme, 'utf8'), 'verify', summary))
await runCommand(['biome', 'format', '--write', readme])
console.log(report)
