import { availableParallelism } from 'node:os'
import { createInstallation } from '../../packages/server/test/system/installation.ts'
import { ALGORITHMS } from '../limits/bare-sign.ts'
import { askAdministrator } from '../load/ask-administrator.ts'
import type { Contestant } from '../measure/contest.ts'
import type { Options } from '../options.ts'
import type { PreparedPart } from '../report/results.ts'
import { type MainServer, startMainServer } from '../servers/main-server.ts'
import { createServerContestant } from '../servers/measured-server.ts'
import { listVariants } from '../servers/variants.ts'
import { measureBytes } from './measure-bytes.ts'
import { measureFirstStart, measureStart } from './measure-starts.ts'

const CONNECTIONS = [1, 16, 64, 256]

/** Tokens over HTTP by algorithm and connections, from the plainest server and from its variants. */
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
  const { variants, absences } = await listVariants(availableParallelism())
  const servers = [main]
  for (const variant of variants) {
    tell(`starting ${variant.name}`)
    servers.push(await startMainServer(options, stack, variant))
  }
  return {
    part: 'issue',
    contestants: servers.flatMap(each => createTokenContestants(each, options.seconds)),
    servers: servers.map(({ server }) => server),
    absences,
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
