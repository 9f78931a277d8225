/**
 * What a server does with more than it can carry: latencies of granted calls at once and at twice its
 * capacity, with the bound on calls in flight and with hardly any; right after the load has gone; and
 * what a refusal costs.
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
import { describeMachine } from '../measure/machine.ts'
import { readTreeFigures } from '../measure/process-tree.ts'
import type { OverloadJob, OverloadResult } from './load.ts'

const ALGORITHM = 'ES384'
const machine = describeMachine()
const RESULTS = join(import.meta.dirname, '..', 'results')

/** Enough to keep all signing threads busy, and below where calls are refused. */
const CAPACITY_CONNECTIONS = 64
const MANY_CONNECTIONS = 600

/** Until V8 has compiled what is called often, and caches are filled. */
const WARM_UP = { connections: 16, callsPerSecond: null, seconds: 25 }

/** The disk's latency is not what is measured here, and depends on what else uses the disk. */
const DURABILITY = ['--set', 'audit.durability=write']

/** Beyond what any client waits for: nearly as if there were no bound. */
const PATIENT = { maxRequestsInFlight: 100_000, maxWaitMilliseconds: 60_000 }

interface Phase extends OverloadResult {
  readonly name: string
  readonly offeredPerSecond: number | null
  readonly serverCpuMs: number
}

interface Server {
  readonly installation: Installation
  readonly pid: number
}

async function main(seconds: number): Promise<void> {
  const loadBefore = loadavg()[0] ?? 0
  const bounded = await withServer({}, async server => {
    await measure(server, 'warm-up', WARM_UP)
    const capacity = await measure(server, 'capacity, 64 connections, closed loop', {
      connections: CAPACITY_CONNECTIONS,
      callsPerSecond: null,
      seconds,
    })
    const rate = capacity.granted / capacity.seconds
    const open = (name: string, factor: number, length: number) =>
      measure(server, name, {
        connections: MANY_CONNECTIONS,
        callsPerSecond: rate * factor,
        seconds: length,
      })
    return {
      rate,
      capacity,
      phases: [
        capacity,
        await open('offered: capacity', 1, seconds),
        await open('offered: twice the capacity', 2, seconds),
        await open('right after it: half the capacity', 0.5, 2),
      ],
    }
  })
  const patient = await withServer({ limits: PATIENT }, async server => {
    await measure(server, 'warm-up', WARM_UP)
    return measure(server, 'twice the capacity, maxWaitMilliseconds: 60000', {
      connections: MANY_CONNECTIONS,
      callsPerSecond: bounded.rate * 2,
      seconds,
    })
  })
  const refusing = await withServer({ limits: { maxRequestsInFlight: 1 } }, async server => {
    await measure(server, 'warm-up', WARM_UP)
    return measure(server, 'one place, 64 connections, closed loop', {
      connections: CAPACITY_CONNECTIONS,
      callsPerSecond: null,
      seconds: 3,
    })
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
  settings: Readonly<Record<string, unknown>>,
  use: (server: Server) => Promise<Result>,
): Promise<Result> {
  using installation = await createInstallation({ settings })
  await using server = await startServe(installation.configFile, { args: DURABILITY })
  const result = await use({ installation, pid: server.child.pid ?? 0 })
  await server.stop('SIGTERM')
  return result
}

async function measure(
  { installation, pid }: Server,
  name: string,
  load: Pick<OverloadJob, 'connections' | 'callsPerSecond' | 'seconds'>,
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
  const phase = { name, offeredPerSecond: load.callsPerSecond, serverCpuMs, ...result }
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
      phase.offeredPerSecond === null ? '' : phase.offeredPerSecond.toFixed(0),
      (phase.granted / phase.seconds).toFixed(0),
      (phase.throttled / phase.seconds).toFixed(0),
      String(phase.others + phase.unsent),
      phase.grantedP50Ms.toFixed(0),
      phase.grantedP99Ms.toFixed(0),
      phase.throttled === 0 ? '' : phase.throttledP99Ms.toFixed(0),
    ].join(' | '),
  )
  return `# Overload

${date}, ${machine}. One process, ${ALGORITHM}, \`audit.durability: write\`. The load comes from a process on the same cores. When it began, ${loadBefore.toFixed(1)} other processes wanted to run: trust the shape, not the milliseconds.

| Phase | Offered/s | Granted/s | Refused/s | Neither, or not sent | p50 granted, ms | p99 granted, ms | p99 refused, ms |
| --- | --: | --: | --: | --: | --: | --: | --: |
${rows.map(row => `| ${row} |`).join('\n')}

Server CPU time per token: ${tokenUs.toFixed(0)} µs. Per refusal: ${refusalUs.toFixed(0)} µs.
`
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '4' } } })
await main(Number(values.seconds))
