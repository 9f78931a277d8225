import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCredence } from '../../packages/server/test/system/credence-process.ts'
import { askAdministrator } from '../load/ask-administrator.ts'
import { connectKeepAlive } from '../load/keep-alive-connection.ts'
import type { Credentials } from '../load/load-job.ts'
import { createRequests } from '../load/requests.ts'
import { readTreeFigures } from '../measure/process-tree.ts'
import type { Start } from '../report/results.ts'

/** A build that is started. */
export interface Build {
  readonly launcher: string
  /** Where its compiled modules are kept (`XDG_CACHE_HOME`). */
  readonly cacheDirectory: string
}

/** From the start of `credence serve` to the last byte of its first token. */
export async function measureStart(
  build: Build,
  installation: {
    readonly configFile: string
    readonly endpoint: string
    readonly credentials: Credentials
  },
): Promise<Start> {
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
  await using server = startCredence(['serve', '--config', configFile], optionsOf(build))
  await server.firstLine
  const { hostname, port } = new URL(endpoint)
  const connection = await connectKeepAlive(hostname, Number(port))
  const answer = await connection.exchange(request)
  const ms = performance.now() - startedAtMs
  const { cpuMs, rssMib } = readTreeFigures(server.child.pid ?? 0)
  connection.close()
  if (!answer.includes('<WebIdentityToken>')) throw new Error(`no token: ${answer}`)
  // Compiled modules are written when the process ends by itself.
  await server.stop('SIGTERM')
  return { ms, cpuMs, rssMib }
}

/** From `credence dev` in an empty directory to its own token, verified: keys are made on the way. */
export async function measureDevStart(build: Build): Promise<Start> {
  const directory = mkdtempSync(join(tmpdir(), 'credence-bench-'))
  try {
    const startedAtMs = performance.now()
    const options = { ...optionsOf(build), cwd: directory }
    await using dev = startCredence(['dev', '--port', '0', '--json'], options)
    await dev.firstLine
    const ms = performance.now() - startedAtMs
    const { cpuMs, rssMib } = readTreeFigures(dev.child.pid ?? 0)
    await dev.stop('SIGTERM')
    return { ms, cpuMs, rssMib }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function optionsOf({ launcher, cacheDirectory }: Build) {
  return { launcher, env: { XDG_CACHE_HOME: cacheDirectory } }
}
