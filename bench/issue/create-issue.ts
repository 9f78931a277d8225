import { availableParallelism } from 'node:os'
import { createInstallation } from '../../packages/server/test/system/installation.ts'
import { ALGORITHMS } from '../limits/bare-sign.ts'
import { askAdministrator } from '../load/ask-administrator.ts'
import type { Contestant } from '../measure/contest.ts'
import type { Options } from '../options.ts'
import type { PreparedPart } from '../report/results.ts'
import { type MainServer, startMainServer } from '../servers/main-server.ts'
import { createServerContestant } from '../servers/measured-server.ts'
import { createWorkerSettings } from '../servers/worker-settings.ts'
import { measureBytes } from './measure-bytes.ts'
import { measureFirstStart, measureStart } from './measure-starts.ts'

const CONNECTIONS = [1, 16, 64, 256]

/** Tokens over HTTP by algorithm and connections, from one process and from one for each core. */
export async function createIssue(
  options: Options,
  main: MainServer,
  stack: AsyncDisposableStack,
  tell: (line: string) => void,
): Promise<PreparedPart> {
  tell('measuring starts')
  const extras = {
    ...(await measureStarts(options.starts)),
    bytes: await measureBytes(main.installation),
  }
  const workers = availableParallelism()
  const name = `Credence, ${workers} processes`
  const settings = createWorkerSettings(workers)
  if (settings === null) {
    const reason = 'this version has no setting for it'
    const contestants = createTokenContestants(main, options.seconds)
    const absences = [{ part: 'issue', name, reason } as const]
    return { part: 'issue', contestants, servers: [main.server], absences, extras }
  }
  const many = await startMainServer(options, stack, { name, settings })
  return {
    part: 'issue',
    contestants: [main, many].flatMap(each => createTokenContestants(each, options.seconds)),
    servers: [main.server, many.server],
    absences: [],
    extras,
  }
}

function createTokenContestants(
  { server, installation: { credentials } }: MainServer,
  seconds: number,
): readonly Contestant[] {
  return ALGORITHMS.flatMap(algorithm =>
    CONNECTIONS.map(connections =>
      createServerContestant(server, {
        part: 'issue',
        algorithm,
        connections,
        seconds,
        ask: () => askAdministrator(credentials, algorithm),
      }),
    ),
  )
}

async function measureStarts(starts: number) {
  using installation = await createInstallation()
  const startToFirstTokenMs: number[] = []
  for (let start = 0; start < starts; start += 1) {
    startToFirstTokenMs.push(await measureStart(installation))
  }
  const firstStartMs: number[] = []
  for (let start = 0; start < starts / 2; start += 1) firstStartMs.push(await measureFirstStart())
  return { startToFirstTokenMs, firstStartMs }
}
