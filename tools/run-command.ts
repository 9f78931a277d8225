import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'

/** How many checks of a step came out how. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const ROOT = join(import.meta.dirname, '..')
const BIN = join(ROOT, 'node_modules', '.bin')

/**
 * Runs a command at the root of the repository with the pinned binaries first in the path; its
 * output goes through. `variables` are added to its environment. Returns the exit code, 1 when a signal ended it.
 */
export async function runCommand(
  command: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<number> {
  const [file, ...args] = command
  if (file === undefined) throw new Error('a command needs a name')
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const child = spawn(file, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${BIN}:${process.env['PATH']}`, NO_COLOR: '1', ...variables },
  })
  child.once('error', reject)
  child.once('exit', code => resolve(code ?? 1))
  return promise
}

/**
 * Counts of Vitest's JSON report, which is removed. A file of tests that failed to load counts as one failure.
 * `failures` are the names of the tests that failed, each with its file.
 */
export function readVitestCounts(
  reportFile: string,
): Counts & { readonly failures: readonly string[] } {
  const report: unknown = JSON.parse(takeReport(reportFile))
  if (!isVitestReport(report)) throw new Error(`${reportFile} is not a report of Vitest`)
  const brokenFiles = report.testResults.filter(
    file =>
      file.status === 'failed' && file.assertionResults.every(test => test.status !== 'failed'),
  ).length
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(file => listFailures(file)),
  }
}

function listFailures(file: VitestFile): readonly string[] {
  const failed = file.assertionResults.filter(test => test.status === 'failed')
  const path = relative(ROOT, file.name)
  if (failed.length === 0) return file.status === 'failed' ? [`${path}: did not load`] : []
  return failed.map(test => `${path}: ${test.fullName}`)
}

/** Counts of a JUnit report as pytest writes it, which is removed. */
export function readJunitCounts(reportFile: string): Counts {
  const report = takeReport(reportFile)
  const count = (name: string): number => {
    const found = new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(report)
    if (!found) throw new Error(`${reportFile} does not count ${name}`)
    return Number(found[1])
  }
  const failed = count('failures') + count('errors')
  const skipped = count('skipped')
  return { passed: count('tests') - failed - skipped, failed, skipped }
}

// A report that an earlier run left behind must never stand for this one.
function takeReport(reportFile: string): string {
  const path = join(ROOT, reportFile)
  if (!existsSync(path)) throw new Error(`the tests wrote no report to ${reportFile}`)
  const text = readFileSync(path, 'utf8')
  rmSync(path)
  return text
}

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly VitestFile[]
}

interface VitestFile {
  /** Its path, absolute. */
  readonly name: string
  readonly status: string
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
}

function isVitestReport(value: unknown): value is VitestReport {
  return (
    typeof value === 'object' &&
    value !== null &&
    'numPassedTests' in value &&
    'testResults' in value
  )
}
