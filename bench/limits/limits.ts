import type { Contestant } from '../measure/contest.ts'
import type { Machine } from '../measure/machine.ts'
import type { PreparedPart } from '../report/results.ts'
import {
  ALGORITHMS,
  type Algorithm,
  measureBareSign,
  measureBareSignAsync,
  SIGNING_INPUT,
} from './bare-sign.ts'
import { createLimit, measureBareUs, WITHOUT_SERVER } from './limit.ts'
import { createMultiBufferLimits } from './multi-buffer.ts'
import { measureOpensslSpeed } from './openssl-speed.ts'

/** As many as a server at 16 connections has. */
const IN_FLIGHT = 16

/** What the machine can do at best: nothing but signatures. */
export async function createLimits(
  { openssl, cores }: Machine,
  seconds: number,
): Promise<PreparedPart> {
  const durationMs = seconds * 1000
  const perAlgorithm = ALGORITHMS.flatMap((algorithm): readonly Contestant[] => [
    ...(openssl === null ? [] : [createOpenssl(openssl, algorithm, seconds)]),
    createLimit({
      name: 'crypto.sign',
      algorithm,
      cores,
      sign: async () => measureBareSign(algorithm, SIGNING_INPUT, durationMs),
    }),
    createLimit({
      name: `crypto.sign, ${IN_FLIGHT} on the thread pool`,
      algorithm,
      cores,
      sign: () => measureBareSignAsync(algorithm, SIGNING_INPUT, durationMs, IN_FLIGHT),
    }),
  ])
  const multiBuffer = await createMultiBufferLimits(cores, durationMs)
  const absences =
    openssl === null
      ? [{ part: 'limits', name: 'openssl speed', reason: 'there is no program openssl' } as const]
      : []
  return {
    part: 'limits',
    contestants: [...perAlgorithm, ...multiBuffer.contestants],
    servers: [],
    absences: [...absences, ...multiBuffer.absences],
    extras: {},
  }
}

/** It counts by CPU time of its own, so that its rate is one of a core that has nothing else to do. */
function createOpenssl(version: string, algorithm: Algorithm, seconds: number): Contestant {
  return {
    part: 'limits',
    name: `openssl speed, OpenSSL ${version}`,
    algorithm,
    connections: null,
    async measure() {
      const perSecond = await measureOpensslSpeed(algorithm, seconds)
      return {
        perSecond,
        cpuUs: 1_000_000 / perSecond,
        count: Math.round(perSecond * seconds),
        bareUs: measureBareUs(algorithm),
        ...WITHOUT_SERVER,
        noise: { othersPercent: 0, stolenPercent: 0 },
      }
    },
  }
}
