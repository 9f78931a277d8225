import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** Linux counts in ticks of 10 ms (`getconf CLK_TCK`), the same on every machine that matters here. */
const TICK_MS = 10

/** User and system time of a process with all its threads, in milliseconds (proc_pid_stat(5)). */
export function readCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may contain anything; fields 14 and 15 of the whole are utime and stime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** Resident memory of a process now and at its peak, in MiB (proc_pid_status(5)). */
export function readMemoryMib(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const read = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024)
  return { now: read('VmRSS'), peak: read('VmHWM') }
}

/** Time that all cores have spent working, and that the host took away, in milliseconds. */
export function readMachineMs(): { readonly busy: number; readonly stolen: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const [user, nice, system, , , irq, softirq, steal] = line.split(/\s+/).slice(1).map(Number)
  const sum = (...values: readonly (number | undefined)[]): number =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0)
  return { busy: sum(user, nice, system, irq, softirq) * TICK_MS, stolen: (steal ?? 0) * TICK_MS }
}

/** The machine in words. */
export function describeMachine(): string {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, Node.js ${process.versions.node}, OpenSSL ${process.versions.openssl}`
}
