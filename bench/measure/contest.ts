import type { Noise } from './machine.ts'
import { type Figure, summarize } from './statistics.ts'

/** The parts of a run, by the names of `--only`. */
export type Part = 'limits' | 'issue' | 'starts' | 'growth' | 'peers'

/** What one measurement found out. */
export interface Sample {
  /** Signatures or answers by the clock. */
  readonly perSecond: number
  /** User and system time of what was measured, all its threads and processes, for each of them. */
  readonly cpuUs: number
  /** CPU time of a bare `crypto.sign` of the same kind, taken right after; null where nothing is signed. */
  readonly bareUs: number | null
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  /** Resident memory of the server, and its peak since it started. */
  readonly rssMib: number | null
  readonly peakRssMib: number | null
  readonly count: number
  readonly noise: Noise
}

/** Something to be measured once in each round. */
export interface Contestant {
  readonly part: Part
  readonly name: string
  /** Null where nothing is signed. */
  readonly algorithm: string | null
  /** Null where there is no network. */
  readonly connections: number | null
  readonly measure: (round: number) => Promise<Sample>
}

/** A contestant with its figures over all rounds. */
export interface Row {
  readonly part: Part
  readonly name: string
  readonly algorithm: string | null
  readonly connections: number | null
  readonly perSecond: Figure
  readonly cpuUs: Figure
  readonly bareUs: Figure | null
  /** `cpuUs` divided by `bareUs`, round by round. */
  readonly ratio: Figure | null
  readonly p50Ms: Figure | null
  readonly p99Ms: Figure | null
  readonly rssMib: number | null
  readonly peakRssMib: number | null
  readonly count: number
  /** Of all rounds, the worst. */
  readonly noise: Noise
}

/** A contestant that has no figures, and why. */
export interface Absence {
  readonly part: Part
  readonly name: string
  readonly reason: string
}

/** What a contest came to. */
export interface Outcome {
  readonly rows: readonly Row[]
  readonly absences: readonly Absence[]
}

/** For how long a contest goes on, and who hears of it. */
export interface ContestOptions {
  readonly rounds: number
  /** Asked before each measurement; once it says yes, nothing more is measured. */
  readonly isLate: () => boolean
  readonly tell: (line: string) => void
}

/**
 * Measures every contestant once in each round, so that a slow moment of the machine meets all of
 * them. One that fails has no figures, whatever it had before, and its failure is told.
 */
export async function compete(
  contestants: readonly Contestant[],
  { rounds, isLate, tell }: ContestOptions,
): Promise<Outcome> {
  const samples = new Map<Contestant, Sample[]>(contestants.map(each => [each, []]))
  const absences: Absence[] = []
  for (let round = 0; round < rounds; round += 1) {
    for (const [contestant, list] of samples) {
      if (isLate()) break
      const { part, name } = contestant
      try {
        const sample = await contestant.measure(round)
        list.push(sample)
        tell(`round ${round + 1}: ${formatContestant(contestant)}: ${formatSample(sample)}`)
      } catch (error) {
        samples.delete(contestant)
        const reason = error instanceof Error ? error.message : String(error)
        absences.push({ part, name: formatContestant(contestant), reason: reason.slice(0, 500) })
        tell(`round ${round + 1}: ${name} is left out: ${reason}`)
      }
    }
  }
  const rows = [...samples].flatMap(([contestant, list]) => {
    if (list.length > 0) return [createRow(contestant, list)]
    const { part } = contestant
    absences.push({ part, name: formatContestant(contestant), reason: 'the time was up' })
    return []
  })
  return { rows, absences }
}

function formatContestant({ name, algorithm, connections }: Contestant): string {
  const where =
    connections === null ? [] : [`${connections} connection${connections === 1 ? '' : 's'}`]
  return [name, ...(algorithm === null ? [] : [algorithm]), ...where].join(', ')
}

function formatSample({ perSecond, cpuUs, bareUs }: Sample): string {
  const beside = bareUs === null ? '' : `, ${(cpuUs / bareUs).toFixed(2)} bare signatures`
  return `${Math.round(perSecond)}/s, ${cpuUs.toFixed(1)} µs${beside}`
}

function createRow(contestant: Contestant, samples: readonly Sample[]): Row {
  const { part, name, algorithm, connections } = contestant
  const pick = (read: (sample: Sample) => number | null): Figure | null => {
    const values = samples.map(read).filter(value => value !== null)
    return values.length === 0 ? null : summarize(values)
  }
  return {
    part,
    name,
    algorithm,
    connections,
    perSecond: summarize(samples.map(each => each.perSecond)),
    cpuUs: summarize(samples.map(each => each.cpuUs)),
    bareUs: pick(each => each.bareUs),
    ratio: pick(({ cpuUs, bareUs }) => (bareUs === null ? null : cpuUs / bareUs)),
    p50Ms: pick(each => each.p50Ms),
    p99Ms: pick(each => each.p99Ms),
    rssMib: pick(each => each.rssMib)?.median ?? null,
    peakRssMib: pick(each => each.peakRssMib)?.max ?? null,
    count: samples.reduce((sum, { count }) => sum + count, 0),
    noise: {
      othersPercent: Math.max(...samples.map(({ noise }) => noise.othersPercent)),
      stolenPercent: Math.max(...samples.map(({ noise }) => noise.stolenPercent)),
    },
  }
}
