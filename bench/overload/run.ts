/**
 * What a server does with more than it can carry: latencies of granted calls at once and at twice its
 * capacity, with the bound on calls in flight and with hardly any; right after the load has gone; and
 * what a refusal costs. Where the load could not bring the server to its bound, the results say so.
 *
 *     node bench/overload/run.ts [--seconds 4]
 *
 * Writes `bench/results/overload.json` and `overload.md`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { startServe } from '../../packages/server/test/system/credence-process.ts'
import {
  createInstallation,
  type Installation,
} from '../../packages/server/test/system/installation.ts'
import { readMachine } from '../measure/machine.ts'
import { readTreeFigures } from '../measure/process-tree.ts'
import { countConnections, findShortfalls, type Limits } from './bounds.ts'
import type { OverloadJob, OverloadResult } from './load.ts'

const ALGORITHM = 'ES384'
const machine = readMachine()
const RESULTS = join(import.meta.dirname, '..', 'results')

/** Enough to keep all signing threads busy, and below where calls are refused. */
const CAPACITY_CONNECTIONS = 64

/** More would be a test of the system's limits. The load says what it could not send. */
const MOST_CONNECTIONS = 15_000

/** Until V8 has compiled what is called often, and caches are filled. */
const WARM_UP = { connections: 16, callsPerSecond: null, seconds: 25 }

/** The disk's latency is not what is measured here, and depends on what else uses the disk. */
const DURABILITY = ['--set', 'audit.durability=write']

/** The defaults. */
const BOUNDED: Limits = { maxRequestsInFlight: 1000, maxWaitMilliseconds: 500 }

/** Beyond what any client waits for: nearly as if there were no bound. */
const PATIENT: Limits = { maxRequestsInFlight: 100_000, maxWaitMilliseconds: 60_000 }

const ONE_PLACE: Limits = { ...BOUNDED, maxRequestsInFlight: 1 }

interface Phase extends OverloadResult {
  readonly name: string
  readonly offeredPerSecond: number | null
  readonly connections: number
  readonly serverCpuMs: number
  /** Why the phase does not show what it was meant to show. */
  readonly shortfalls: readonly string[]
}

interface Server {
  readonly limits: Limits
  readonly installation: Installation
  readonly pid: number
}

async function main(seconds: number): Promise<void> {
  const loadBefore = loadavg()[0] ?? 0
  const bounded = await withServer(BOUNDED, async server => {
    await measure(server, 'warm-up', WARM_UP)
    const capacity = await measure(server, 'capacity, 64 connections, closed loop', {
      connections: CAPACITY_CONNECTIONS,
      callsPerSecond: null,
      seconds,
    })
    const rate = capacity.granted / capacity.seconds
    return {
      rate,
      capacity,
      phases: [
        capacity,
        await offer(server, 'offered: capacity', { rate, factor: 1, seconds }),
        await offer(server, 'offered: twice the capacity', { rate, factor: 2, seconds }),
        await offer(server, 'right after it: half the capacity', { rate, factor: 0.5, seconds: 2 }),
      ],
    }
  })
  const patient = await withServer(PATIENT, async server => {
    await measure(server, 'warm-up', WARM_UP)
    const { rate } = bounded
    const name = 'twice the capacity, maxWaitMilliseconds: 60000'
    return offer(server, name, { rate, factor: 2, seconds })
  })
  const refusing = await withServer(ONE_PLACE, async server => {
    await measure(server, 'warm-up', WARM_UP)
    const load = { connections: CAPACITY_CONNECTIONS, callsPerSecond: null, seconds: 3 }
    return measure(server, 'one place, 64 connections, closed loop', load, true)
  })
  const tokenUs = (bounded.capacity.serverCpuMs * 1000) / bounded.capacity.granted
  const refusalUs =
    (refusing.serverCpuMs * 1000 - refusing.granted * tokenUs) / Math.max(1, refusing.throttled)
  writeResults({
    date: new Date().toISOString().slice(0, 10),
    machine: `${machine.cores} × ${machine.cpu}, Node.js ${machine.node}`,
    loadBefore,
    phases: [...bounded.phases, patient, refusing],
    tokenUs,
    refusalUs,
  })
}

async function withServer<Result>(
  limits: Limits,
  use: (server: Server) => Promise<Result>,
): Promise<Result> {
  // Connections are not what is to run out here.
  const settings = { limits: { ...limits, maxConnections: MOST_CONNECTIONS + 100 } }
  using installation = await createInstallation({ settings })
  await using server = await startServe(installation.configFile, { args: DURABILITY })
  const result = await use({ limits, installation, pid: server.child.pid ?? 0 })
  await server.stop('SIGTERM')
  return result
}

/** Offers a multiple of what the server carries, by clients that do not wait for each other. */
function offer(
  server: Server,
  name: string,
  {
    rate,
    factor,
    seconds,
  }: { readonly rate: number; readonly factor: number; readonly seconds: number },
): Promise<Phase> {
  const { limits } = server
  const needed = countConnections({ capacityPerSecond: rate, factor, seconds, limits })
  const load = {
    connections: Math.min(MOST_CONNECTIONS, needed),
    callsPerSecond: rate * factor,
    seconds,
  }
  return measure(server, name, load, factor > 1 && limits !== PATIENT)
}

async function measure(
  { installation, pid }: Server,
  name: string,
  load: Pick<OverloadJob, 'connections' | 'callsPerSecond' | 'seconds'>,
  isBeyondBound = false,
): Promise<Phase> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const { endpoint, credentials } = installation
  const job: OverloadJob = {
    endpoint,
    ...credentials,
    algorithm: ALGORITHM,
    ...load,
  }
  child.stdin.write(`${JSON.stringify(job)}\n`)
  await lines.next()
  const cpuBefore = readTreeFigures(pid).cpuMs
  child.stdin.write('go\n')
  const result: OverloadResult = JSON.parse((await lines.next()).value ?? '')
  const serverCpuMs = readTreeFigures(pid).cpuMs - cpuBefore
  await once(child, 'close')
  const { connections, callsPerSecond: offeredPerSecond } = load
  const shortfalls = findShortfalls(result, { isBeyondBound })
  const phase = { name, offeredPerSecond, connections, serverCpuMs, ...result, shortfalls }
  console.log(JSON.stringify(phase))
  return phase
}

interface Results {
  readonly date: string
  readonly machine: string
  /** Processes that wanted to run before anything was measured. */
  readonly loadBefore: number
  readonly phases: readonly Phase[]
  readonly tokenUs: number
  readonly refusalUs: number
}

function writeResults(results: Results): void {
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(join(RESULTS, 'overload.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(join(RESULTS, 'overload.md'), formatResults(results))
}

function formatResults({ date, machine, loadBefore, phases, tokenUs, refusalUs }: Results): string {
  const rows = phases.map(phase =>
    [
      phase.name,
      String(phase.connections),
      phase.offeredPerSecond === null ? '' : phase.offeredPerSecond.toFixed(0),
      (phase.granted / phase.seconds).toFixed(0),
      (phase.throttled / phase.seconds).toFixed(0),
      String(phase.others + phase.unsent),
      phase.grantedP50Ms.toFixed(0),
      phase.grantedP99Ms.toFixed(0),
      phase.throttled === 0 ? '' : phase.throttledP99Ms.toFixed(0),
    ].join(' | '),
  )
  const shortfalls = phases.flatMap(({ name, shortfalls }) =>
    shortfalls.map(each => `- ${name}: ${each}.`),
  )
  const verdict =
    shortfalls.length === 0
      ? 'Every phase reached what it was meant to: the load was sent whole, and refused where it was beyond the bound.'
      : `**Not everything was reached on this machine, and what follows from it is not shown:**\n\n${shortfalls.join('\n')}`
  return `# Overload

${date}, ${machine}. One process, ${ALGORITHM} by node:crypto, \`audit.durability: write\`. The load comes from a process on the same cores. When it began, ${loadBefore.toFixed(1)} other processes wanted to run: trust the shape, not the milliseconds.

| Phase | Connections | Offered/s | Granted/s | Refused/s | Neither, or not sent | p50 granted, ms | p99 granted, ms | p99 refused, ms |
| --- | --: | --: | --: | --: | --: | --: | --: | --: |
${rows.map(row => `| ${row} |`).join('\n')}

${verdict}

Server CPU time per token: ${tokenUs.toFixed(0)} µs. Per refusal: ${refusalUs.toFixed(0)} µs.
`
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '4' } } })
await main(Number(values.seconds))
