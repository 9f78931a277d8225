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
} from '../../packages/server/src/signers/crypto-mb/load-crypto-mb.ts'
import { loadNettle, NettleError } from '../../packages/server/src/signers/nettle/load-nettle.ts'
import { repeat, takeTurns } from '../measure/repeat.ts'
import { type Contestant, createField } from './contestants.ts'
import { formatReport, type Result, type Row } from './report.ts'

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

const missing: string[] = []

/** Null, and a line in the report, for a library that can't be used here. */
async function tryToLoad<Library>(name: string, load: Promise<Library>): Promise<Library | null> {
  try {
    return await load
  } catch (error) {
    if (!(error instanceof CryptoMbError || error instanceof NettleError)) throw error
    missing.push(`${name}: ${error.message}`)
    return null
  }
}

/** All contestants of an algorithm, with their rounds. */
async function compete(contestants: readonly Contestant[]): Promise<readonly Row[]> {
  const entries = await takeTurns(contestants, rounds, ({ pending, signAll }) =>
    repeat(signAll, { each: pending, durationMs }),
  )
  return entries.map(([{ name, pending }, samples]) => ({ name, pending, samples }))
}

const libraries = {
  cryptoMb: await tryToLoad('libcrypto_mb', loadCryptoMb(values.library ?? null)),
  nettle: await tryToLoad('Nettle', loadNettle()),
}
const fields = (['RS256', 'ES384'] as const).map(algorithm => createField(algorithm, libraries))
const algorithms: Result['algorithms'][number][] = []
for (const { algorithm, contestants } of fields) {
  algorithms.push({ algorithm, rows: await compete(contestants) })
}
const result: Result = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}`,
  node: process.versions.node,
  openssl: process.versions.openssl,
  libcryptoMb: libraries.cryptoMb?.version ?? null,
  loadAverage: Math.round(loadavg()[0] ?? 0),
  rounds,
  durationMs,
  missing,
  algorithms,
}
writeFileSync(join(RESULTS, 'signer.json'), `${JSON.stringify(result, null, 2)}\n`)
const report = formatReport(result)
writeFileSync(join(RESULTS, 'signer.md'), report)
console.log(report)
