import type { Contestant, Sample } from '../measure/contest.ts'
import { computeNoise, readMachineTime } from '../measure/machine.ts'
import type { Cost } from '../measure/repeat.ts'
import { type Algorithm, measureBareSign, SIGNING_INPUT } from './bare-sign.ts'

/** How long the bare signature is measured that stands beside a figure. */
const BARE_MS = 250

/** What a row of the part `limits` has no figures of. */
export const WITHOUT_SERVER = {
  p50Ms: null,
  p99Ms: null,
  rssMib: null,
  peakRssMib: null,
} as const

/** CPU time of a bare `crypto.sign`, taken right after a limit, in µs. */
export function measureBareUs(algorithm: Algorithm): number {
  return measureBareSign(algorithm, SIGNING_INPUT, BARE_MS).cpuUs
}

/** A contestant that signs in this process and does nothing else. */
export function createLimit({
  name,
  algorithm,
  cores,
  sign,
}: {
  readonly name: string
  readonly algorithm: Algorithm
  readonly cores: number
  readonly sign: () => Promise<Cost>
}): Contestant {
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
        bareUs: measureBareUs(algorithm),
        ...WITHOUT_SERVER,
        noise: computeNoise({ before, after, ownCpuMs, elapsedMs, cores }),
      }
    },
  }
}
