/**
 * The load of one phase, in a process of its own: takes a job as JSON on standard input, signs requests,
 * connects, says `ready`, waits for a line, and sends calls at a fixed rate, whatever the server answers
 * (an open loop: a server that slows down does not slow its clients), or as fast as they are answered.
 */
import { createInterface } from 'node:readline'
import { askAdministrator } from '../load/ask-administrator.ts'
import { connectKeepAlive, type KeepAliveConnection } from '../load/keep-alive-connection.ts'
import { createRequests } from '../load/requests.ts'

/** What to send. Bounded in connections and in time. */
export interface OverloadJob {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly algorithm: string
  readonly connections: number
  /** Null: each connection asks again as soon as it is answered. */
  readonly callsPerSecond: number | null
  readonly seconds: number
}

/** What came of it. Latencies are from the instant at which a call was due. */
export interface OverloadResult {
  readonly seconds: number
  readonly granted: number
  readonly throttled: number
  /** Answers that are neither. */
  readonly others: number
  /** Calls that were due while every connection waited for an answer. */
  readonly unsent: number
  readonly grantedP50Ms: number
  readonly grantedP99Ms: number
  readonly throttledP99Ms: number
}

/** Signed beforehand; sent again and again. */
const REQUESTS = 500
const TICK_MS = 2

async function main(): Promise<void> {
  const lines = createInterface(process.stdin)[Symbol.asyncIterator]()
  const job: OverloadJob = JSON.parse((await lines.next()).value ?? '')
  const requests = createRequests({
    endpoint: job.endpoint,
    question: askAdministrator(job, job.algorithm),
    requests: REQUESTS,
    isRepeated: true,
    connections: job.connections,
    maxMs: job.seconds * 1000,
  })
  const { hostname, port } = new URL(job.endpoint)
  const idle: KeepAliveConnection[] = []
  for (let count = 0; count < job.connections; count += 1) {
    idle.push(await connectKeepAlive(hostname, Number(port)))
  }
  console.log('ready')
  await lines.next()

  const grantedMs: number[] = []
  const throttledMs: number[] = []
  let others = 0
  let unsent = 0
  let sent = 0
  const startedAtMs = performance.now()
  const endMs = startedAtMs + job.seconds * 1000

  async function ask(connection: KeepAliveConnection, dueMs: number): Promise<void> {
    const request = requests[sent % requests.length]
    sent += 1
    if (request === undefined) throw new Error('nothing was signed')
    const answer = await connection.exchange(request)
    const elapsedMs = performance.now() - dueMs
    if (answer.includes('<WebIdentityToken>')) grantedMs.push(elapsedMs)
    else if (answer.includes('<Code>Throttling</Code>')) throttledMs.push(elapsedMs)
    else others += 1
  }

  if (job.callsPerSecond === null) {
    await Promise.all(
      idle.map(async connection => {
        while (performance.now() < endMs) await ask(connection, performance.now())
      }),
    )
  } else {
    const intervalMs = 1000 / job.callsPerSecond
    const asked: Promise<void>[] = []
    for (let dueMs = startedAtMs; dueMs < endMs; ) {
      for (; dueMs <= performance.now() && dueMs < endMs; dueMs += intervalMs) {
        const connection = idle.pop()
        if (connection === undefined) unsent += 1
        else asked.push(ask(connection, dueMs).then(() => void idle.push(connection)))
      }
      await new Promise(resolve => setTimeout(resolve, TICK_MS))
    }
    await Promise.all(asked)
  }

  const result: OverloadResult = {
    seconds: (performance.now() - startedAtMs) / 1000,
    granted: grantedMs.length,
    throttled: throttledMs.length,
    others,
    unsent,
    grantedP50Ms: percentile(grantedMs, 0.5),
    grantedP99Ms: percentile(grantedMs, 0.99),
    throttledP99Ms: percentile(throttledMs, 0.99),
  }
  console.log(JSON.stringify(result))
  process.exit()
}

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0
}

await main()
