/**
 * The load of one measurement, in a process of its own so that its work is not the server's: takes a
 * job as JSON on standard input, makes all requests beforehand, says `ready`, waits for a line, sends
 * them over so many connections as fast as they are answered, and prints what came of it as JSON.
 */
import { createInterface } from 'node:readline'
import { percentile } from '../measure/statistics.ts'
import { connectKeepAlive } from './keep-alive-connection.ts'
import type { LoadJob, LoadResult } from './load-job.ts'
import { createRequests, findAnswerPattern } from './requests.ts'

async function main(): Promise<void> {
  const lines = createInterface(process.stdin)[Symbol.asyncIterator]()
  const job: LoadJob = JSON.parse((await lines.next()).value ?? '')
  const requests = createRequests(job)
  const pattern = findAnswerPattern(job.question)
  const { hostname, port } = new URL(job.endpoint)
  const connections = await Promise.all(
    Array.from({ length: job.connections }, () => connectKeepAlive(hostname, Number(port))),
  )
  console.log('ready')
  await lines.next()

  const latenciesMs: number[] = []
  let next = 0
  let refused = 0
  let firstRefusal: string | null = null
  let token = ''
  const cpu = process.cpuUsage()
  const startedAtMs = performance.now()
  await Promise.all(
    connections.map(async connection => {
      while (performance.now() - startedAtMs < job.maxMs) {
        const request = requests[job.isRepeated ? next % requests.length : next]
        next += 1
        if (request === undefined) break
        const sentAtMs = performance.now()
        const answer = await connection.exchange(request)
        latenciesMs.push(performance.now() - sentAtMs)
        const found = pattern.exec(answer)
        if (found === null) {
          refused += 1
          firstRefusal ??= answer
        } else token = found[1] ?? ''
      }
    }),
  )
  const elapsedMs = performance.now() - startedAtMs
  const { user, system } = process.cpuUsage(cpu)
  for (const connection of connections) connection.close()
  const result: LoadResult = {
    answered: latenciesMs.length - refused,
    refused,
    firstRefusal,
    elapsedMs,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    loadCpuMs: (user + system) / 1000,
    token,
  }
  console.log(JSON.stringify(result))
  process.exit()
}

if (import.meta.main) await main()
