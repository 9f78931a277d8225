import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCase } from './case-file.ts'
import { matchExpected } from './expected-text.ts'
import { runCase } from './run-case.ts'

const CASES = join(import.meta.dirname, 'cases')

const home = process.cwd()
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-cli-'))
  process.chdir(directory)
})

afterEach(() => {
  process.chdir(home)
  rmSync(directory, { recursive: true })
})

describe('the command line', () => {
  it.each(readdirSync(CASES))('%s', async file => {
    const steps = parseCase(readFileSync(join(CASES, file), 'utf8'))
    expect(steps.length).toBeGreaterThan(0)
    const deviation = await runCase(steps)
    expect(deviation?.actual, `${file}:${deviation?.line}`).toBe(deviation?.expected)
  })
})

describe('the runner of cases', () => {
  it.each([
    ['a wrong text', '$ credence --version\n9.9.9\n'],
    ['a text too few', '$ credence --version\n'],
    ['a wrong exit code', '$ credence nonsense\n! <any>\n! <any>\nexit 3\n'],
    ['an error that was not told', '$ credence nonsense\nexit 2\n'],
  ])('finds %s', async (_what, text) => {
    expect(await runCase(parseCase(text))).not.toBeNull()
  })

  it('keeps what a placeholder stood for', () => {
    const variables = new Map<string, string>()
    const uuid = '450216a4-5950-4eb1-8c2b-51d3785cdcff'
    expect(matchExpected('a <uuid=ID>.', `a ${uuid}.`, variables)).toBe(true)
    expect(matchExpected('b $ID', `b ${uuid}`, variables)).toBe(true)
    expect(matchExpected('b $ID', 'b 450216a4-5950-4eb1-8c2b-51d3785cdcfe', variables)).toBe(false)
    expect(matchExpected('b <uuid>', 'b 1', variables)).toBe(false)
  })
})
