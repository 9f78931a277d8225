import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in ticks of 10 ms (`getconf CLK_TCK`), the same on every machine that matters here. */
export const TICK_MS = 10

/** What proc_pid_stat(5) says of one process. */
export interface ProcessStat {
  readonly pid: number
  readonly parentPid: number
  /** User and system time of all its threads. */
  readonly cpuMs: number
  /** The same of its children that have ended and were waited for. */
  readonly endedChildrenCpuMs: number
}

/** What a process and all its descendants have used and hold. */
export interface TreeFigures {
  readonly cpuMs: number
  readonly rssMib: number
  /** The sum of each process's own peak, which they need not have had at one time. */
  readonly peakRssMib: number
  readonly processes: number
}

/** Reads one line of `/proc/PID/stat`. */
export function parseProcessStat(stat: string): ProcessStat {
  // The name in parentheses may contain anything, spaces and parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = (index: number): number => Number(fields[index]) * TICK_MS
  return {
    pid: Number.parseInt(stat, 10),
    parentPid: Number(fields[1]),
    cpuMs: ticks(11) + ticks(12),
    endedChildrenCpuMs: ticks(13) + ticks(14),
  }
}

/** Resident memory of a process now and at its peak, in MiB (proc_pid_status(5)). */
export function parseResidentMib(status: string): { readonly now: number; readonly peak: number } {
  const read = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024
  return { now: read('VmRSS'), peak: read('VmHWM') }
}

/** A process and all that descend from it, the process first. */
export function selectTree(root: number, all: readonly ProcessStat[]): readonly ProcessStat[] {
  const selected = all.filter(({ pid }) => pid === root)
  // Grows while it is walked: whoever is added is asked for children too.
  for (const { pid } of selected) selected.push(...all.filter(each => each.parentPid === pid))
  return selected
}

/** What a process and its descendants have used until now. @throws Error when the process is gone */
export function readTreeFigures(root: number): TreeFigures {
  const tree = selectTree(root, readProcesses())
  if (tree.length === 0) throw new Error(`process ${root} is gone`)
  const memory = tree.map(({ pid }) => parseResidentMib(readProcFile(pid, 'status') ?? ''))
  const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)
  return {
    cpuMs: sum(tree.map(each => each.cpuMs + each.endedChildrenCpuMs)),
    rssMib: Math.round(sum(memory.map(({ now }) => now))),
    peakRssMib: Math.round(sum(memory.map(({ peak }) => peak))),
    processes: tree.length,
  }
}

function readProcesses(): readonly ProcessStat[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      const stat = readProcFile(Number(name), 'stat')
      return stat === null ? [] : [parseProcessStat(stat)]
    })
}

/** Null for a process that has ended since it was listed. */
function readProcFile(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return null
  }
}
