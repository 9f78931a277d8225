import { type Algorithm, measureBareSign, takeSigningInput } from '../limits/bare-sign.ts'
import { driveLoad } from '../load/drive-load.ts'
import type { Question } from '../load/load-job.ts'
import type { Contestant, Part } from '../measure/contest.ts'
import { readTreeFigures } from '../measure/process-tree.ts'

/** A server in a process of its own, or in several, that listens. */
export interface MeasuredServer extends AsyncDisposable {
  readonly name: string
  readonly endpoint: string
  /** Of the process that all others of the server descend from. */
  readonly pid: number
  /** From the start of its process until it listens. */
  readonly startMs: number
  /** Resident memory before any request. */
  readonly rssAfterStartMib: number
}

/** How many different requests a load makes beforehand, to be sent again and again. */
const DISTINCT_REQUESTS = 4_000

/** Most requests of a load that sends none twice. */
const SINGLE_REQUESTS = 60_000

/** How long the bare signature is measured that stands beside a figure. */
const BARE_MS = 250

/** A question to a server, to be measured. */
export interface ServerQuestion {
  readonly part: Part
  /** The name of the row; the server's own when left out. */
  readonly name?: string
  readonly algorithm: Algorithm | null
  readonly connections: number
  readonly seconds: number
  readonly ask: (round: number) => Question
  /** Whether no request is sent twice, so that the server meets callers that it does not know. */
  readonly isSingle?: boolean
}

/** Makes a contestant of a question to a server. */
export function createServerContestant(
  server: MeasuredServer,
  question: ServerQuestion,
): Contestant {
  const { part, name = server.name, algorithm, connections, seconds, isSingle = false } = question
  return {
    part,
    name,
    algorithm,
    connections,
    async measure(round) {
      const load = await driveLoad(server.pid, {
        endpoint: server.endpoint,
        question: question.ask(round),
        requests: isSingle ? SINGLE_REQUESTS : DISTINCT_REQUESTS,
        isRepeated: !isSingle,
        connections,
        maxMs: seconds * 1000,
      })
      const { answered, elapsedMs, serverCpuMs, p50Ms, p99Ms, memory, noise, token } = load
      return {
        perSecond: (answered * 1000) / elapsedMs,
        cpuUs: (serverCpuMs * 1000) / answered,
        bareUs:
          algorithm === null
            ? null
            : measureBareSign(algorithm, takeSigningInput(token), BARE_MS).cpuUs,
        p50Ms,
        p99Ms,
        rssMib: memory.rssMib,
        peakRssMib: memory.peakRssMib,
        count: answered,
        noise,
      }
    },
  }
}

/** Loads a server for a while, so that its code is compiled and its caches are filled. */
export async function warmUp(
  { pid, endpoint }: MeasuredServer,
  question: Question,
  seconds: number,
): Promise<void> {
  await driveLoad(pid, {
    endpoint,
    question,
    requests: DISTINCT_REQUESTS,
    isRepeated: true,
    connections: 16,
    maxMs: seconds * 1000,
  })
}

/** Resident memory of a server that has just started, with all its processes. */
export function readRssMib(pid: number): number {
  return readTreeFigures(pid).rssMib
}
