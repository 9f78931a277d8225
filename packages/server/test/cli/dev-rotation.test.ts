import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { LOCAL_CONFIG_FILE } from '../../src/cli/command-context.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { createTestClock, type TestClock } from '../support/clock.ts'
import { createFakeTerminal, type FakeTerminal } from '../support/fake-terminal.ts'

// Keys of 2048 bits are made, on machines that other tests keep busy.
vi.setConfig({ testTimeout: 120_000 })

const HOUR_MS = 3_600_000
const AUDIENCE = ['--audience', 'https://api.example.com']

const home = process.cwd()
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credence-dev-rotation-'))
  process.chdir(directory)
  // What a server does every few seconds, it does when the test says so.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
  process.chdir(home)
  rmSync(directory, { recursive: true })
})

function readDevEnvironment(): Record<string, string> {
  const exports = readFileSync('.credence/dev.env', 'utf8').matchAll(/^export (\w+)='(.*)'$/gm)
  return Object.fromEntries(Array.from(exports, ([, name = '', value = '']) => [name, value]))
}

async function run(clock: TestClock, words: readonly string[], input = ''): Promise<string> {
  using terminal = createFakeTerminal({ env: readDevEnvironment(), clock, input })
  expect(await runCli(words, terminal), terminal.errors()).toBe(0)
  return terminal.output().trim()
}

/** Starts `credence dev`, as somebody does at a terminal. @returns what stops it */
async function startDev(terminal: FakeTerminal, ...args: readonly string[]) {
  const overrides = { elapsedMs: () => terminal.clock.nowMs() }
  const exitCode = runCli(['dev', '--json', ...args], { ...terminal, overrides })
  await terminal.nextPrint()
  return async () => {
    terminal.send('SIGTERM')
    expect(await exitCode).toBe(0)
  }
}

it('rotates every hour where keys.rotateEvery is 1h, and key list shows it', async () => {
  const clock = createTestClock()
  using first = createFakeTerminal({ clock })
  const stopFirst = await startDev(first, '--port', '0')
  await stopFirst()
  appendFileSync(LOCAL_CONFIG_FILE, 'keys:\n  rotateEvery: 1h\n')

  using terminal = createFakeTerminal({ clock })
  const stop = await startDev(terminal)
  /** The states of both algorithms, which go alike, once nothing is to be done any more. */
  const listStates = async (): Promise<readonly string[]> => {
    const keys: readonly {
      algorithm: string
      state: string
      next: { at: string } | null
    }[] = JSON.parse(await run(clock, ['key', 'list', '--all', '--json']))
    expect(keys.filter(({ next }) => next?.at === 'now')).toEqual([])
    const [some = [], others = []] = ['RS256', 'ES384'].map(algorithm =>
      keys.filter(each => each.algorithm === algorithm).map(({ state }) => state),
    )
    expect(some).toEqual(others)
    return some
  }
  const issue = (): Promise<string> => run(clock, ['token', ...AUDIENCE, '--algorithm', 'ES384'])
  const kidOf = (token: string): string =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
  await vi.waitFor(async () => expect(await listStates()).toEqual(['active', 'prepared']), 20_000)

  const kids = new Set([kidOf(await issue())])
  for (const expected of [
    ['retiring', 'active', 'prepared'],
    ['retiring', 'retiring', 'active', 'prepared'],
    // Twice keys.rotateEvery after it has signed its last token, a key is no longer published.
    ['retired', 'retiring', 'retiring', 'active', 'prepared'],
  ]) {
    clock.moveBy(HOUR_MS - 10_000)
    const before = await issue()
    kids.add(kidOf(before))
    clock.moveBy(10_000)
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(10_000)
      expect(await listStates()).toEqual(expected)
    }, 20_000)
    // Nobody notices: a token from before is good, and so is one from now.
    const after = await issue()
    kids.add(kidOf(after))
    for (const token of [before, after]) await run(clock, ['verify', '-', ...AUDIENCE], token)
  }
  expect(kids.size).toBe(4)
  expect(await run(clock, ['key', 'list', '--algorithm', 'ES384'])).toMatch(
    /active +\S+ +is followed 2026-/,
  )
  await stop()
})
