import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { runCli } from '../../src/cli/run-cli.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { createFakeTerminal } from './fake-terminal.ts'
import type { TestServer } from './server.ts'

/** What a command about master keys has printed. */
export interface MasterKeyResult {
  readonly exitCode: number
  readonly json: Readonly<Record<string, unknown>>
  readonly errors: string
}

/** Runs `credence master-key` on the data of a server, as an operator does beside it. */
export async function runMasterKeyCommand(
  { directory, clock }: Pick<TestServer, 'directory' | 'clock'>,
  ...args: readonly string[]
): Promise<MasterKeyResult> {
  const settings = [
    `store.path=${join(directory, 'credence.db')}`,
    `audit.file=${join(directory, 'audit.jsonl')}`,
  ]
  const flags = settings.flatMap(setting => ['--set', setting])
  return runMasterKey(flags, args, { clock })
}

/** Runs `credence master-key` with the flags that name the installation. */
export async function runMasterKey(
  flags: readonly string[],
  args: readonly string[],
  options: {
    readonly clock?: TestClock
    readonly env?: Readonly<Record<string, string>>
  } = {},
): Promise<MasterKeyResult> {
  const { clock = createTestClock(Date.now()), env = {} } = options
  using terminal = createFakeTerminal({ clock, env })
  const exitCode = await runCli([...flags, '--json', 'master-key', ...args], {
    ...terminal,
    // The server that is waited for runs by real time.
    sleep: ms => setTimeout(ms),
  })
  const output = terminal.output()
  return { exitCode, json: output === '' ? {} : JSON.parse(output), errors: terminal.errors() }
}
