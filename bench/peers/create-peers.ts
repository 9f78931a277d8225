import { ALGORITHMS } from '../limits/bare-sign.ts'
import { askAdministrator, REGION } from '../load/ask-administrator.ts'
import type { Absence, Contestant } from '../measure/contest.ts'
import type { Options } from '../options.ts'
import type { PreparedPart } from '../report/results.ts'
import type { MainServer } from '../servers/main-server.ts'
import { createServerContestant, type MeasuredServer, warmUp } from '../servers/measured-server.ts'
import { startProcess } from '../servers/start-process.ts'
import { PEERS, preparePeer } from './peers.ts'

/** Where all servers are compared: more connections only add waiting to those that use one core. */
const CONNECTIONS = 16

/** Starts every peer that can be had, and puts Credence beside them; they end with the stack. */
export async function createPeers(
  { seconds, warmUpSeconds, installSeconds }: Options,
  main: MainServer,
  stack: AsyncDisposableStack,
  tell: (line: string) => void,
): Promise<PreparedPart> {
  const contestants = [...createCredenceContestants(main, seconds)]
  const servers: MeasuredServer[] = []
  const absences: Absence[] = []
  for (const peer of PEERS) {
    tell(`starting ${peer.name}, installing it where it is missing`)
    try {
      const server = stack.use(await startProcess(await preparePeer(peer, installSeconds)))
      for (const { question } of peer.questions) await warmUp(server, question, warmUpSeconds)
      servers.push(server)
      contestants.push(
        ...peer.questions.map(({ name, algorithm, question }) =>
          createServerContestant(server, {
            part: 'peers',
            name,
            algorithm,
            connections: CONNECTIONS,
            seconds,
            ask: () => question,
          }),
        ),
      )
    } catch (error) {
      const reason = error instanceof Error ? error.message.slice(0, 500) : String(error)
      absences.push({ part: 'peers', name: peer.name, reason })
    }
  }
  return { part: 'peers', contestants, servers, absences, extras: {} }
}

/** The same measurements of Credence: its tokens, and an STS call that emulators answer too. */
function createCredenceContestants(
  { server, installation: { credentials } }: MainServer,
  seconds: number,
): readonly Contestant[] {
  const common = { part: 'peers', connections: CONNECTIONS, seconds } as const
  return [
    ...ALGORITHMS.map(algorithm =>
      createServerContestant(server, {
        ...common,
        name: 'Credence',
        algorithm,
        ask: () => askAdministrator(credentials, algorithm),
      }),
    ),
    createServerContestant(server, {
      ...common,
      name: 'Credence, GetCallerIdentity',
      algorithm: null,
      ask: () => ({
        kind: 'sts',
        region: REGION,
        callers: { kind: 'one', credentials },
        parameters: { Action: 'GetCallerIdentity' },
      }),
    }),
  ]
}
