import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cleanEnvironment } from '../support/clean-environment.ts'
import { endWithTest } from '../support/end-with-test.ts'

const LAUNCHER = join(import.meta.dirname, '..', '..', 'src', 'launch.js')

/** How a process ended. */
export interface ProcessEnd {
  /** Null when a signal has ended it. */
  readonly exitCode: number | null
  readonly output: string
  readonly errors: string
}

/** `credence` in a process of its own. */
export interface CredenceProcess extends AsyncDisposable {
  readonly child: ChildProcess
  /** Resolves to the first line of standard output; rejects when the process ends without one. */
  readonly firstLine: Promise<string>
  readonly ended: Promise<ProcessEnd>
  /** Sends a signal and waits for the end. */
  readonly stop: (signal: NodeJS.Signals) => Promise<ProcessEnd>
}

/** Starts `credence` with the environment of this process, less what is set for AWS or Credence. */
export function startCredence(
  args: readonly string[],
  options: SpawnOptions & {
    /** Programs and arguments before the interpreter, such as `unshare -m`. */
    readonly wrapper?: readonly string[]
    /** The `launch.js` of a built package; that of the sources when left out. */
    readonly launcher?: string
  } = {},
): CredenceProcess {
  const {
    wrapper = [],
    launcher = LAUNCHER,
    env = {},
    stdio = ['ignore', 'pipe', 'pipe'],
    ...rest
  } = options
  const [file = '', ...words] = [...wrapper, process.execPath, launcher, ...args]
  const child = endWithTest(
    spawn(file, words, { ...rest, stdio, env: { ...cleanEnvironment(), ...env } }),
  )
  const lines: string[] = []
  const errors: string[] = []
  child.stderr?.setEncoding('utf8').on('data', text => errors.push(text))
  const firstLine = Promise.withResolvers<string>()
  firstLine.promise.catch(() => {})
  if (child.stdout !== null) {
    createInterface(child.stdout).on('line', line => {
      lines.push(line)
      firstLine.resolve(line)
    })
  }
  const ended = once(child, 'close').then(([exitCode]): ProcessEnd => {
    firstLine.reject(new Error(`credence ended with exit code ${exitCode}: ${errors.join('')}`))
    return { exitCode, output: lines.map(line => `${line}\n`).join(''), errors: errors.join('') }
  })
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  return {
    child,
    firstLine: firstLine.promise,
    ended,
    stop,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await stop('SIGKILL')
    },
  }
}

/** Starts `credence serve` and waits until it listens. */
export async function startServe(
  configFile: string,
  options: Parameters<typeof startCredence>[1] & { readonly args?: readonly string[] } = {},
): Promise<CredenceProcess> {
  const { args = [], ...rest } = options
  const server = startCredence(['serve', '--config', configFile, ...args], rest)
  await server.firstLine
  return server
}
