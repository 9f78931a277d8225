import { availableParallelism } from 'node:os'
import { ALGORITHMS } from '../limits/bare-sign.ts'
import { askAdministrator } from '../load/ask-administrator.ts'
import type { Contestant } from '../measure/contest.ts'
import type { Options } from '../options.ts'
import type { PreparedPart } from '../report/results.ts'
import { type MainServer, startMainServer } from '../servers/main-server.ts'
import { createServerContestant } from '../servers/measured-server.ts'
import { listVariants } from '../servers/variants.ts'
import { measureBytes } from './measure-bytes.ts'

const CONNECTIONS = [1, 16, 64, 256]

/** Tokens over HTTP by algorithm and connections, from the plainest server and from its variants. */
export async function createIssue(
  options: Options,
  main: MainServer,
  stack: AsyncDisposableStack,
  tell: (line: string) => void,
): Promise<PreparedPart> {
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
    extras: { bytes: await measureBytes(main.installation) },
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
