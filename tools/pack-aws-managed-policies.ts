/**
 * Packs the policies that AWS publishes into the file that the server reads them from:
 * `node tools/pack-aws-managed-policies.ts`.
 *
 * Exists because AWS publishes its managed policies through its API alone, and changes them every week.
 * Moto keeps what `iam list-policies` and `get-policy-version` answered when it was released, as JSON in
 * a module of Python; nothing else of it is taken (docs/decisions/0230-aws-managed-policies.md).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import type { PublishedPolicy } from '../packages/server/src/catalogue/read-catalogue.ts'
import { runCommand } from './run-command.ts'

const SOURCE = 'moto==5.2.5'
const MODULE = 'moto/iam/aws_managed_policies.py'
const TARGET = join(
  import.meta.dirname,
  '../packages/server/src/catalogue/aws-managed-policies.json.br',
)

/** A policy as the source has it. */
interface SourcePolicy {
  readonly CreateDate: string
  readonly UpdateDate: string
  readonly DefaultVersionId: string
  readonly Document: object
  readonly Path: string
}

/** One row of the file for each policy, in the order of names without regard to case. */
export function packPolicies(
  source: Readonly<Record<string, SourcePolicy>>,
): readonly PublishedPolicy[] {
  return Object.entries(source)
    .toSorted(([one], [other]) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1))
    .map(([name, policy]) => [
      name,
      policy.Path,
      policy.DefaultVersionId,
      Date.parse(policy.CreateDate) / 1000,
      Date.parse(policy.UpdateDate) / 1000,
      JSON.stringify(policy.Document),
    ])
}

/** Brotli as small as it gets: it is done once, and read seldom. */
export function compress(text: string): Buffer {
  const bytes = Buffer.from(text)
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
}

async function main(): Promise<void> {
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'credence-policies-'))
  const target = ['--target', scratch.path]
  const exitCode = await runCommand(['pip', 'install', '--quiet', '--no-deps', ...target, SOURCE])
  if (exitCode !== 0) throw new Error(`pip could not bring ${SOURCE}`)
  const python = readFileSync(join(scratch.path, MODULE), 'utf8')
  const json = python.slice(python.indexOf('{'), python.lastIndexOf('}') + 1)
  const packed = compress(JSON.stringify(packPolicies(JSON.parse(json))))
  writeFileSync(TARGET, packed)
  console.log(`wrote ${packed.length} bytes`)
}

if (import.meta.main) await main()
