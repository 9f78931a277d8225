/**
 * What a token costs: server CPU time beside that of a bare `crypto.sign`, latencies, time to the
 * first token, memory.
 *
 *     npm run bench [-- --rounds 3 --requests 4000 --seconds 5]
 *
 * Writes `bench/results/issue.json` and `issue.md`, and the table of `bench/README.md`. The server
 * runs as in production: audit to a file, synced before each answer; signatures and policies checked.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { startCredence, startServe } from '../../packages/server/test/system/credence-process.ts'
import {
  createInstallation,
  type Installation,
} from '../../packages/server/test/system/installation.ts'
import { replacePart } from '../../tools/generate-docs.ts'
import { runCommand } from '../../tools/run-command.ts'
import { measureBareSignUs } from './bare-sign.ts'
import { connectKeepAlive } from './keep-alive-connection.ts'
import type { LoadJob, LoadResult } from './load.ts'
import { presignRequests } from './presigned-requests.ts'
import { describeMachine, readCpuMs, readMachineMs, readMemoryMib } from './process-figures.ts'
import { type Cell, formatResults, type Results } from './report.ts'

const ALGORITHMS = ['RS256', 'ES384']
const CONNECTIONS = [1, 16, 64]
const STARTS = 5
const FIRST_STARTS = 3
const BARE_SIGNATURES = 1000
const REGION = 'eu-central-1'
const RESULTS = join(import.meta.dirname, '..', 'results')
const README = join(import.meta.dirname, '..', 'README.md')

interface Sample extends LoadResult {
  readonly algorithm: string
  readonly connections: number
  readonly serverCpuMs: number
  readonly bareSignUs: number
  /** Of all cores, by everybody. */
  readonly machineBusyMs: number
  /** Taken away by the host. */
  readonly stolenMs: number
}

interface Options {
  readonly rounds: number
  readonly requests: number
  readonly maxMs: number
}

async function main(options: Options): Promise<void> {
  using installation = await createInstallation()
  const startToFirstTokenMs: number[] = []
  for (let start = 0; start < STARTS; start += 1) {
    startToFirstTokenMs.push(await measureStart(installation))
  }
  const firstStartMs: number[] = []
  for (let start = 0; start < FIRST_STARTS; start += 1) firstStartMs.push(await measureFirstStart())
  await using server = await startServe(installation.configFile)
  const pid = server.child.pid ?? 0
  const afterStart = readMemoryMib(pid).now
  // Compiled and with filled caches before anything counts.
  for (const algorithm of ALGORITHMS) await measureCell(installation, pid, algorithm, 16, options)
  const samples: Sample[] = []
  for (let round = 0; round < options.rounds; round += 1) {
    // Interleaved, so that a slow moment of the machine meets every cell alike.
    for (const connections of CONNECTIONS) {
      for (const algorithm of ALGORITHMS) {
        const sample = await measureCell(installation, pid, algorithm, connections, options)
        samples.push(sample)
        console.log(
          `round ${round + 1}: ${algorithm}, ${connections} connections: ${perToken(sample)} µs`,
        )
      }
    }
  }
  const { now: afterLoad, peak } = readMemoryMib(pid)
  await server.stop('SIGTERM')
  await writeResults({
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    rounds: options.rounds,
    cells: CONNECTIONS.flatMap(connections =>
      ALGORITHMS.map(algorithm =>
        summarize(
          samples.filter(each => each.algorithm === algorithm && each.connections === connections),
        ),
      ),
    ).toSorted((a, b) => b.algorithm.localeCompare(a.algorithm) || a.connections - b.connections),
    startToFirstTokenMs,
    firstStartMs,
    memoryMib: { afterStart, afterLoad, peak },
    noise: measureNoise(samples),
  })
}

/** From the start of the process to the last byte of the first token, in milliseconds. */
async function measureStart(installation: Installation): Promise<number> {
  const [request] = presignRequests(createJob(installation, 'ES384', 1))
  if (request === undefined) throw new Error('no request was signed')
  const startedAtMs = performance.now()
  await using server = startCredence(['serve', '--config', installation.configFile])
  await server.firstLine
  const connection = await connectKeepAlive('127.0.0.1', installation.port)
  const answer = await connection.exchange(request)
  const elapsedMs = performance.now() - startedAtMs
  connection.close()
  if (!answer.includes('<WebIdentityToken>')) throw new Error(`no token: ${answer}`)
  await server.stop('SIGTERM')
  return elapsedMs
}

/** From `credence dev` in an empty directory to its own token, verified: keys are made on the way. */
async function measureFirstStart(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-bench-'))
  const startedAtMs = performance.now()
  await using dev = startCredence(['dev', '--port', '0', '--json'], { cwd: directory })
  await dev.firstLine
  const elapsedMs = performance.now() - startedAtMs
  await dev.stop('SIGTERM')
  rmSync(directory, { recursive: true })
  return elapsedMs
}

async function measureCell(
  installation: Installation,
  pid: number,
  algorithm: string,
  connections: number,
  { requests, maxMs }: Options,
): Promise<Sample> {
  const load = spawn(process.execPath, [join(import.meta.dirname, 'load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const say = (line: string) => load.stdin?.write(`${line}\n`)
  const lines = readLines(load)
  say(JSON.stringify({ ...createJob(installation, algorithm, requests), connections, maxMs }))
  await lines.next()
  const cpuBefore = readCpuMs(pid)
  const machineBefore = readMachineMs()
  say('go')
  const result: LoadResult = JSON.parse(await lines.next())
  const serverCpuMs = readCpuMs(pid) - cpuBefore
  const machineAfter = readMachineMs()
  await once(load, 'close')
  const bareSignUs = measureBareSignUs(algorithm, result.token, BARE_SIGNATURES)
  return {
    ...result,
    algorithm,
    connections,
    serverCpuMs,
    bareSignUs,
    machineBusyMs: machineAfter.busy - machineBefore.busy,
    stolenMs: machineAfter.stolen - machineBefore.stolen,
  }
}

function createJob(
  { endpoint, credentials }: Installation,
  algorithm: string,
  requests: number,
): Omit<LoadJob, 'connections' | 'maxMs'> {
  return { endpoint, region: REGION, ...credentials, algorithm, requests }
}

/** The lines that a process prints, one by one. */
function readLines(child: ChildProcess): { readonly next: () => Promise<string> } {
  if (child.stdout === null) throw new TypeError('its output is not piped')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async next() {
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the load process has ended before its time')
      return value
    },
  }
}

function summarize(samples: readonly Sample[]): Cell {
  const [first] = samples
  if (first === undefined) throw new Error('a cell has no sample')
  const cpu = samples.map(perToken)
  return {
    algorithm: first.algorithm,
    connections: first.connections,
    cpuUsPerToken: median(cpu),
    bareSignUs: median(samples.map(({ bareSignUs }) => bareSignUs)),
    tokensPerSecond: median(samples.map(each => (each.answered * 1000) / each.elapsedMs)),
    p50Ms: median(samples.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(samples.map(({ p99Ms }) => p99Ms)),
    spreadUs: [Math.min(...cpu), Math.max(...cpu)],
    answered: samples.reduce((sum, { answered }) => sum + answered, 0),
    refused: samples.reduce((sum, { refused }) => sum + refused, 0),
  }
}

function perToken({ serverCpuMs, answered }: Sample): number {
  return Math.round((serverCpuMs * 1000) / answered)
}

/** What was busy while we measured, and is neither the server nor its load. */
function measureNoise(samples: readonly Sample[]): Results['noise'] {
  const sum = (value: (sample: Sample) => number): number =>
    samples.reduce((total, sample) => total + value(sample), 0)
  const capacityMs = sum(({ elapsedMs }) => elapsedMs) * availableParallelism()
  const othersMs = sum(each => each.machineBusyMs - each.serverCpuMs - each.loadCpuMs)
  return {
    othersPercent: (Math.max(0, othersMs) / capacityMs) * 100,
    stolenPercent: (sum(({ stolenMs }) => stolenMs) / capacityMs) * 100,
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function writeResults(results: Results): Promise<void> {
  mkdirSync(RESULTS, { recursive: true })
  const markdown = formatResults(results)
  writeFileSync(join(RESULTS, 'issue.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(RESULTS, 'issue.md'), markdown)
  writeFileSync(README, replacePart(readFileSync(README, 'utf8'), 'issue', markdown))
  await runCommand(['biome', 'format', '--write', README])
  console.log(markdown)
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '4000' },
    seconds: { type: 'string', default: '5' },
  },
})
await main({
  rounds: Number(values.rounds),
  requests: Number(values.requests),
  maxMs: Number(values.seconds) * 1000,
})
