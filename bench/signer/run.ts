/**
 * Signatures by node:crypto, by the multi-buffer signer and by Nettle, side by side in one run.
 *
 *     node bench/signer/run.ts [--rounds 5] [--ms 200] [--library PATH]
 *
 * Writes bench/results/signer.json and bench/results/signer.md.
 */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  CryptoMbError,
  loadCryptoMb,
} from '../../packages/server/src/issuer/signer/load-crypto-mb.ts'
import { type Contestant, createField } from './contestants.ts'
import { formatReport, type Result, type Row, type Sample } from './report.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    ms: { type: 'string', default: '200' },
    library: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const durationMs = Number(values.ms)
const RESULTS = join(import.meta.dirname, '..', 'results')

async function openLibrary() {
  try {
    return { library: await loadCryptoMb(values.library ?? null), missing: [] }
  } catch (error) {
    if (!(error instanceof CryptoMbError)) throw error
    return { library: null, missing: [`libcrypto_mb: ${error.message}`] }
  }
}

async function measure({ pending, signAll }: Contestant): Promise<Sample> {
  const cpu = process.cpuUsage()
  const startedAtMs = performance.now()
  let count = 0
  let elapsedMs = 0
  while (elapsedMs < durationMs) {
    await signAll()
    count += pending
    elapsedMs = performance.now() - startedAtMs
  }
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: (count * 1000) / elapsedMs, cpuUs: (user + system) / count }
}

/** All contestants once in each round, so that a slow moment of the machine meets all of them. */
async function compete(contestants: readonly Contestant[]): Promise<readonly Row[]> {
  const samples = contestants.map((): Sample[] => [])
  for (const contestant of contestants) await measure(contestant)
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      samples[index]?.push(await measure(contestant))
    }
  }
  return contestants.map(({ name, pending }, index) => ({
    name,
    pending,
    samples: samples[index] ?? [],
  }))
}

const { library, missing } = await openLibrary()
const fields = (['RS256', 'ES384'] as const).map(algorithm => createField(algorithm, library))
const algorithms: Result['algorithms'][number][] = []
for (const { algorithm, contestants } of fields) {
  algorithms.push({ algorithm, rows: await compete(contestants) })
}
const result: Result = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}`,
  node: process.versions.node,
  openssl: process.versions.openssl,
  libcryptoMb: library?.version ?? null,
  loadAverage: Math.round(loadavg()[0] ?? 0),
  rounds,
  durationMs,
  missing: [...missing, ...fields.flatMap(field => field.missing)],
  algorithms,
}
writeFileSync(join(RESULTS, 'signer.json'), `${JSON.stringify(result, null, 2)}\n`)
const report = formatReport(result)
writeFileSync(join(RESULTS, 'signer.md'), report)
console.log(report)
