import type { Contestant, Sample } from '../measure/contest.ts'
import { computeNoise, type Machine, readMachineTime } from '../measure/machine.ts'
import type { PreparedPart } from '../report/results.ts'
import {
  ALGORITHMS,
  type Algorithm,
  type BareCost,
  measureBareSign,
  measureBareSignAsync,
  SIGNING_INPUT,
} from './bare-sign.ts'
import { createMultiBufferContestants } from './multi-buffer.ts'
import { measureOpensslSpeed } from './openssl-speed.ts'

/** As many as a server at 16 connections has. */
const IN_FLIGHT = 16

/** How long the bare signature that stands beside a figure is measured. */
const BARE_MS = 250

/** What the machine can do at best: nothing but signatures. */
export async function createLimits(machine: Machine, seconds: number): Promise<PreparedPart> {
  const durationMs = seconds * 1000
  const perAlgorithm = ALGORITHMS.flatMap((algorithm): readonly Contestant[] => [
    ...(machine.openssl === null ? [] : [createOpenssl(machine.openssl, algorithm, seconds)]),
    createLimit('crypto.sign', algorithm, machine, async () =>
      measureBareSign(algorithm, SIGNING_INPUT, durationMs),
    ),
    createLimit(`crypto.sign, ${IN_FLIGHT} on the thread pool`, algorithm, machine, () =>
      measureBareSignAsync(algorithm, SIGNING_INPUT, durationMs, IN_FLIGHT),
    ),
  ])
  const multiBuffer = await createMultiBufferContestants(machine, durationMs)
  const absences =
    machine.openssl === null
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

/** A contestant that signs in this process and does nothing else. */
function createLimit(
  name: string,
  algorithm: Algorithm,
  { cores }: Machine,
  sign: () => Promise<BareCost>,
): Contestant {
  return {
    part: 'limits',
    name,
    algorithm,
    connections: null,
    async measure(): Promise<Sample> {
      const before = readMachineTime()
      const { perSecond, cpuUs, count, elapsedMs } = await sign()
      const after = readMachineTime()
      const ownCpuMs = (cpuUs * count) / 1000
      return {
        perSecond,
        cpuUs,
        count,
        bareUs: measureBareSign(algorithm, SIGNING_INPUT, BARE_MS).cpuUs,
        ...WITHOUT_SERVER,
        noise: computeNoise({ before, after, ownCpuMs, elapsedMs, cores }),
      }
    },
  }
}

const WITHOUT_SERVER = { p50Ms: null, p99Ms: null, rssMib: null, peakRssMib: null } as const

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
        bareUs: measureBareSign(algorithm, SIGNING_INPUT, BARE_MS).cpuUs,
        ...WITHOUT_SERVER,
        noise: { othersPercent: 0, stolenPercent: 0 },
      }
    },
  }
}
