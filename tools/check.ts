/**
 * Everything that CI checks, in one run. At the end stands what each part took, slowest first, then what
 * failed; the last line is `N passed, N failed[, N skipped]`.
 *
 * `--only NAME` runs one part, and may be repeated. `--changed` runs what finds most mistakes soonest.
 *
 * Exists so that "it passes" means the same on a laptop and in CI.
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { CHECK_PARTS, type CheckPart, listQuickParts, type PartOutcome } from './check-parts.ts'

interface PartResult {
  readonly name: string
  readonly outcome: PartOutcome
  readonly durationMs: number
}

/** The parts that the arguments ask for. @throws Error that says which there are. */
function chooseParts(args: readonly string[]): readonly CheckPart[] {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', multiple: true }, changed: { type: 'boolean' } },
  })
  const { only, changed = false } = values
  if (only === undefined) return changed ? listQuickParts(findBase()) : CHECK_PARTS
  if (changed) throw new Error('give --only or --changed')
  return only.map(wanted => {
    const part = CHECK_PARTS.find(({ id }) => id === wanted)
    if (part) return part
    const ids = CHECK_PARTS.map(({ id }) => id).join(', ')
    throw new Error(`no part is named "${wanted}": there are ${ids}`)
  })
}

/** Where this branch left the main one; on the main one, what is committed. */
function findBase(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { encoding: 'utf8' }).trim()
  return git('merge-base', 'HEAD', 'main')
}

async function runPart({ name, run }: CheckPart): Promise<PartResult> {
  console.log(`\n── ${name}`)
  const startedAtMs = Date.now()
  const outcome = await run().catch((error: unknown): PartOutcome => {
    console.error(error)
    return { passed: 0, failed: 1, skipped: 0 }
  })
  const durationMs = Date.now() - startedAtMs
  console.log(`── ${outcome.failed === 0 ? 'ok' : 'FAILED'} after ${formatSeconds(durationMs)}`)
  return { name, outcome, durationMs }
}

/** What tests printed may be cut by then, so what failed is named once more. */
function report(results: readonly PartResult[]): void {
  console.log('\n── what each part took')
  for (const { name, durationMs } of results.toSorted((a, b) => b.durationMs - a.durationMs)) {
    console.log(`${formatSeconds(durationMs).padStart(7)}  ${name}`)
  }
  const failed = results.filter(({ outcome }) => outcome.failed > 0)
  const tests = failed.flatMap(({ outcome }) => outcome.failures ?? [])
  for (const name of [...tests, ...failed.map(({ name }) => name)]) console.log(`failed: ${name}`)
  const sum = (count: 'passed' | 'failed' | 'skipped'): number =>
    results.reduce((total, { outcome }) => total + outcome[count], 0)
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`)
}

function formatSeconds(durationMs: number): string {
  return `${Math.round(durationMs / 1000)} s`
}

async function main(): Promise<void> {
  const results: PartResult[] = []
  for (const part of chooseParts(process.argv.slice(2))) results.push(await runPart(part))
  report(results)
  process.exitCode = results.every(({ outcome }) => outcome.failed === 0) ? 0 : 1
}

await main()
