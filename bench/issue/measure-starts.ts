import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCredence } from '../../packages/server/test/system/credence-process.ts'
import { askAdministrator } from '../load/ask-administrator.ts'
import { connectKeepAlive } from '../load/keep-alive-connection.ts'
import type { Credentials } from '../load/load-job.ts'
import { createRequests } from '../load/requests.ts'

/** From the start of `credence serve` to the last byte of its first token, in milliseconds. */
export async function measureStart(installation: {
  readonly configFile: string
  readonly endpoint: string
  readonly credentials: Credentials
}): Promise<number> {
  const { configFile, endpoint, credentials } = installation
  const [request] = createRequests({
    endpoint,
    question: askAdministrator(credentials, 'ES384'),
    requests: 1,
    isRepeated: false,
    connections: 1,
    maxMs: 0,
  })
  if (request === undefined) throw new Error('no request was signed')
  const startedAtMs = performance.now()
  await using server = startCredence(['serve', '--config', configFile])
  await server.firstLine
  const { hostname, port } = new URL(endpoint)
  const connection = await connectKeepAlive(hostname, Number(port))
  const answer = await connection.exchange(request)
  const elapsedMs = performance.now() - startedAtMs
  connection.close()
  if (!answer.includes('<WebIdentityToken>')) throw new Error(`no token: ${answer}`)
  await server.stop('SIGTERM')
  return elapsedMs
}

/** From `credence dev` in an empty directory to its own token, verified: keys are made on the way. */
export async function measureFirstStart(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-bench-'))
  try {
    const startedAtMs = performance.now()
    await using dev = startCredence(['dev', '--port', '0', '--json'], { cwd: directory })
    await dev.firstLine
    const elapsedMs = performance.now() - startedAtMs
    await dev.stop('SIGTERM')
    return elapsedMs
  } finally {
    rmSync(directory, { recursive: true })
  }
}
