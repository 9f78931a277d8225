import { closeSync, openSync, readFileSync } from 'node:fs'
import { devNull } from 'node:os'
import type { Terminal } from '../../src/cli/terminal.ts'
import { SYSTEM_RANDOM } from '../../src/composition.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { createTestSleepers, type TestSleepers } from './sleepers.ts'

/** A terminal that keeps what is printed, and whose signals a test sends. */
export interface FakeTerminal extends Terminal, Disposable {
  readonly clock: TestClock
  /** Whoever sleeps in the command. */
  readonly sleepers: TestSleepers
  /** What standard output has so far. */
  readonly output: () => string
  /** What standard error has so far. */
  readonly errors: () => string
  /** Resolves when something is printed next. */
  readonly nextPrint: () => Promise<void>
  /** Sends a signal to whoever listens. */
  readonly send: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void
}

/** Makes a terminal for one command line. The log of a server goes nowhere. */
export function createFakeTerminal(
  options: {
    readonly env?: Readonly<Record<string, string>>
    readonly clock?: TestClock
    readonly input?: string
    readonly isInteractive?: boolean
  } = {},
): FakeTerminal {
  const { env = {}, clock = createTestClock(), input = '', isInteractive = false } = options
  const logDescriptor = openSync(devNull, 'w')
  const sleepers = createTestSleepers(clock)
  const listeners = new Map<string, Set<() => void>>()
  let output = ''
  let errors = ''
  let printed = Promise.withResolvers<void>()
  return {
    clock,
    env,
    isInteractive,
    logDescriptor,
    random: SYSTEM_RANDOM,
    print: text => {
      output += text
      printed.resolve()
      printed = Promise.withResolvers()
    },
    printError: text => {
      errors += text
    },
    readFile: path => readFileSync(path, 'utf8'),
    readInput: async () => input,
    sleep: sleepers.sleep,
    sleepers,
    onSignal: (signal, listener) => {
      const known = listeners.get(signal) ?? new Set()
      listeners.set(signal, known.add(listener))
      return () => known.delete(listener)
    },
    output: () => output,
    errors: () => errors,
    nextPrint: () => printed.promise,
    send: signal => {
      for (const listener of listeners.get(signal) ?? []) listener()
    },
    [Symbol.dispose]: () => closeSync(logDescriptor),
  }
}
