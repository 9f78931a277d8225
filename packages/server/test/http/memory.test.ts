import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildRequest, send } from '../support/calls.ts'
import { startDevServer } from '../support/dev-server.ts'

const MIB = 1024 * 1024
const CLIENTS = 64
/** 16 bodies of 10 MB are let in at a time, and each is there twice while it is joined. */
const MAX_MEMORY_BYTES = 1024 * MIB

/** The most memory that a process ever had. */
function readPeakBytes(pid: string): number {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) * 1024
}

describe.runIf(process.platform === 'linux')('many clients with 10 MB each', () => {
  it('are refused within bounded memory', async () => {
    await using server = await startDevServer()
    const pid = readFileSync(join(server.directory, '.credence', 'server.pid'), 'utf8').trim()
    const port = Number(new URL(server.environment['AWS_ENDPOINT_URL_STS'] ?? '').port)
    const body = Buffer.alloc(10_000_000, '&Tags.member.1.Key=a%41')
    body.write('Action=GetWebIdentityToken&Version=2011-06-15&')
    const request = buildRequest(port, { body })

    const answers = await Promise.all(Array.from({ length: CLIENTS }, () => send(port, request)))
    const statuses = Map.groupBy(answers, ({ status }) => status)
    // 408 on a machine too busy to send a body within its time.
    expect([...statuses.keys()].filter(status => status !== 408).toSorted()).toEqual([403, 503])
    expect(statuses.get(503)?.every(({ headers }) => headers['retry-after'] === '1')).toBe(true)
    expect(readPeakBytes(pid)).toBeGreaterThan(100 * MIB)
    expect(readPeakBytes(pid)).toBeLessThan(MAX_MEMORY_BYTES)
  })
})
