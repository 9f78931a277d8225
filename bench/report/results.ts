import type { Absence, Contestant, Part, Row } from '../measure/contest.ts'
import type { Machine } from '../measure/machine.ts'

/** A server that was measured, before its first request. */
export interface ServerStart {
  readonly name: string
  /** From the start of its process until it listens. */
  readonly startMs: number
  readonly rssAfterStartMib: number
}

/** What one token moves, in bytes. */
export interface WireBytes {
  readonly request: number
  readonly answer: number
  readonly token: number
  /** Written to the audit. */
  readonly audit: number
  readonly jwks: number
  readonly discovery: number
}

/** One start, to the first token. */
export interface Start {
  /** By the clock, from the creation of the process. */
  readonly ms: number
  /** User and system time of all its threads until then. */
  readonly cpuMs: number
  /** Resident memory then. */
  readonly rssMib: number
}

/** Starts of one kind, in the order in which they were made. */
export interface Starts {
  readonly name: string
  readonly starts: readonly Start[]
}

/** What parts find out beside their rows. */
export interface Extras {
  /** Of the part `starts`. */
  readonly starts: readonly Starts[]
  /** Of the part `issue`, by algorithm. */
  readonly bytes: Readonly<Record<string, WireBytes>>
}

/** A part that is ready to be measured. */
export interface PreparedPart {
  readonly part: Part
  readonly contestants: readonly Contestant[]
  /** The servers that were started for it. */
  readonly servers: readonly ServerStart[]
  /** What could not be made ready, and why. */
  readonly absences: readonly Absence[]
  readonly extras: Partial<Extras>
}

/** One part of a run: a later run of that part takes its place. */
export interface PartResults extends Partial<Extras> {
  /** ISO 8601, in UTC. */
  readonly startedAt: string
  readonly machine: Machine
  readonly rounds: number
  readonly seconds: number
  readonly isQuick: boolean
  readonly rows: readonly Row[]
  readonly absences: readonly Absence[]
  readonly servers: readonly ServerStart[]
}

/** The newest results of every part. */
export type Results = Readonly<Partial<Record<Part, PartResults>>>
