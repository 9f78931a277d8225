import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { TICK_MS } from './process-tree.ts'

/** Where a run was made. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGib: number
  readonly kernel: string
  readonly node: string
  /** What Node.js was built with. */
  readonly nodeOpenssl: string
  /** The program `openssl`; null where there is none. */
  readonly openssl: string | null
  /** AVX-512 IFMA: without it RSA costs twice as much, and the multi-buffer signer is not there. */
  readonly hasAvx512Ifma: boolean
}

/** Time of all cores together since the machine has started, in milliseconds. */
export interface MachineTime {
  readonly busy: number
  /** Taken away by the host of a virtual machine. */
  readonly stolen: number
}

/** Describes this machine. */
export function readMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
    nodeOpenssl: process.versions.openssl,
    openssl: readOpensslVersion(),
    hasAvx512Ifma: /^flags\b.*\bavx512ifma\b/m.test(readFileSync('/proc/cpuinfo', 'utf8')),
  }
}

function readOpensslVersion(): string | null {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' }).split(' ')[1] ?? null
  } catch {
    return null
  }
}

/** Reads the first line of `/proc/stat` (proc_stat(5)). Time as a guest counts as user time already. */
export function parseMachineTime(stat: string): MachineTime {
  const [line = ''] = stat.split('\n')
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return {
    busy: (user + nice + system + irq + softirq) * TICK_MS,
    stolen: steal * TICK_MS,
  }
}

/** Time that all cores have spent working, and that the host took away. */
export function readMachineTime(): MachineTime {
  return parseMachineTime(readFileSync('/proc/stat', 'utf8'))
}

/** What was not ours in a measured span, as shares of all cores. */
export interface Noise {
  readonly othersPercent: number
  readonly stolenPercent: number
}

/** Shares of the machine that others, and the host, took meanwhile. */
export function computeNoise(span: {
  readonly before: MachineTime
  readonly after: MachineTime
  /** CPU time of what is measured and of what measures it. */
  readonly ownCpuMs: number
  readonly elapsedMs: number
  readonly cores: number
}): Noise {
  const { before, after, ownCpuMs, elapsedMs, cores } = span
  const percent = (ms: number): number => (Math.max(0, ms) / (elapsedMs * cores)) * 100
  return {
    othersPercent: percent(after.busy - before.busy - ownCpuMs),
    stolenPercent: percent(after.stolen - before.stolen),
  }
}
