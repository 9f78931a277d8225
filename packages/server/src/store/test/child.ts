import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A program that runs in a process of its own. */
export interface Child {
  readonly pid: number
  /** The next line of its output; null when it has ended. */
  readLine(): Promise<string | null>
  /** Ends it in the middle of whatever it does (SIGKILL), and waits until it is gone. */
  kill(): Promise<void>
  /** Waits until it has ended by itself. @throws Error when it failed */
  finish(): Promise<void>
}

/**
 * Starts a TypeScript program with arguments; its errors go to those of the test run. It is killed at
 * the end of the test that starts it, if it still runs then.
 */
export function startChild(program: URL, args: readonly string[]): Child {
  const child = spawn(process.execPath, ['--expose-gc', fileURLToPath(program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    pid: getPid(child),
    async readLine() {
      const { value, done } = await lines.next()
      return done ? null : value
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async finish() {
      await ended
      if (child.exitCode !== 0) throw new Error(`${program.pathname} ended with ${child.exitCode}`)
    },
  }
}

function getPid(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process did not start')
  return child.pid
}
