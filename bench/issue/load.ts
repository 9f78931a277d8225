/**
 * The load of one measurement, in a process of its own so that its work is not the server's: takes a
 * job as JSON on standard input, signs all requests beforehand, says `ready`, waits for a line, sends
 * them over so many connections as fast as they are answered, and prints what came of it as JSON.
 */
import { createInterface } from 'node:readline'
import { connectKeepAlive } from './keep-alive-connection.ts'
import { presignRequests } from './presigned-requests.ts'

/** What to send. Bounded in number and in time. */
export interface LoadJob {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly algorithm: string
  readonly connections: number
  readonly requests: number
  readonly maxMs: number
}

/** What came of it. */
export interface LoadResult {
  readonly answered: number
  /** Answers that hold no token. */
  readonly refused: number
  readonly elapsedMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** User and system time of this process in the measured span. */
  readonly loadCpuMs: number
  /** One of the tokens, whose payload is signed bare for comparison. */
  readonly token: string
}

async function main(): Promise<void> {
  const lines = createInterface(process.stdin)[Symbol.asyncIterator]()
  const job: LoadJob = JSON.parse((await lines.next()).value ?? '')
  const requests = presignRequests(job)
  const { hostname, port } = new URL(job.endpoint)
  const connections = await Promise.all(
    Array.from({ length: job.connections }, () => connectKeepAlive(hostname, Number(port))),
  )
  console.log('ready')
  await lines.next()

  const latenciesMs: number[] = []
  let next = 0
  let refused = 0
  let token = ''
  const cpu = process.cpuUsage()
  const startedAtMs = performance.now()
  await Promise.all(
    connections.map(async connection => {
      while (next < requests.length && performance.now() - startedAtMs < job.maxMs) {
        const request = requests[next]
        next += 1
        if (request === undefined) break
        const sentAtMs = performance.now()
        const answer = await connection.exchange(request)
        latenciesMs.push(performance.now() - sentAtMs)
        const [, found] = /<WebIdentityToken>([^<]+)</.exec(answer) ?? []
        if (found === undefined) refused += 1
        else token = found
      }
    }),
  )
  const elapsedMs = performance.now() - startedAtMs
  const { user, system } = process.cpuUsage(cpu)
  for (const connection of connections) connection.close()
  const sorted = latenciesMs.toSorted((a, b) => a - b)
  const result: LoadResult = {
    answered: sorted.length,
    refused,
    elapsedMs,
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    loadCpuMs: (user + system) / 1000,
    token,
  }
  console.log(JSON.stringify(result))
  process.exit()
}

if (import.meta.main) await main()
