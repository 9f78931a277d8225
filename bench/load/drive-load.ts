import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { computeNoise, type Noise, readMachineTime } from '../measure/machine.ts'
import { readTreeFigures, type TreeFigures } from '../measure/process-tree.ts'
import type { LoadJob, LoadResult } from './load-job.ts'

/** One measurement of a server under load. */
export interface LoadSample extends LoadResult {
  /** User and system time of the server, all its processes and threads. */
  readonly serverCpuMs: number
  /** Of the server right after the load. */
  readonly memory: TreeFigures
  readonly noise: Noise
}

/** How long a load process may take to make its requests and to connect, beside the load itself. */
const PATIENCE_MS = 60_000

/**
 * Loads a server from a process of its own. @throws Error when an answer is refused, since a server
 * that says no is fast, and when the load process fails
 */
export async function driveLoad(serverPid: number, job: LoadJob): Promise<LoadSample> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: job.maxMs + PATIENCE_MS,
  })
  const ended = once(child, 'close')
  const say = (line: string) => child.stdin?.write(`${line}\n`)
  const nextLine = readLines(child)
  say(JSON.stringify(job))
  await nextLine()
  const before = readMachineTime()
  const startedAtMs = performance.now()
  const { cpuMs: cpuBeforeMs } = readTreeFigures(serverPid)
  say('go')
  const result: LoadResult = JSON.parse(await nextLine())
  const memory = readTreeFigures(serverPid)
  const after = readMachineTime()
  const spanMs = performance.now() - startedAtMs
  await ended
  if (result.refused > 0 || result.answered === 0) {
    throw new Error(
      `${job.endpoint} refused ${result.refused} of ${result.refused + result.answered} requests: ${nameRefusal(result.firstRefusal ?? '')}`,
    )
  }
  const serverCpuMs = memory.cpuMs - cpuBeforeMs
  return {
    ...result,
    serverCpuMs,
    memory,
    noise: computeNoise({
      before,
      after,
      ownCpuMs: serverCpuMs + result.loadCpuMs,
      // The counters of the machine are read here, later than the load ends where others hold the CPU.
      elapsedMs: spanMs,
      cores: availableParallelism(),
    }),
  }
}

/** The code of an AWS error, or else the status line. */
function nameRefusal(answer: string): string {
  return /<Code>(\w+)<\/Code>/.exec(answer)?.[1] ?? answer.split('\r\n', 1)[0] ?? ''
}

/** Gives the lines that a process prints, one by one. */
function readLines(child: ChildProcess): () => Promise<string> {
  if (child.stdout === null) throw new TypeError('its output is not piped')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return async () => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error('the load process has ended before its time')
    return value
  }
}
