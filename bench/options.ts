import { parseArgs } from 'node:util'
import type { Part } from './measure/contest.ts'

/** All parts, in the order of the results. */
export const PARTS: readonly Part[] = ['limits', 'issue', 'starts', 'growth', 'peers']

/** What a run measures, and for how long. */
export interface Options {
  readonly parts: readonly Part[]
  readonly rounds: number
  /** Of one measurement; there is one for each row in each round. */
  readonly seconds: number
  /**
   * Load on each server and algorithm before anything counts: caches are filled, and V8 has compiled
   * what is called often. It does so in the background for some 20,000 calls, which cost a fifth more.
   */
  readonly warmUpSeconds: number
  /** Sizes of the stores of users. */
  readonly users: readonly number[]
  /** Numbers of accounts that have keys of their own. */
  readonly accounts: readonly number[]
  /** How long the making of their keys may take; what is missing then is made by the next run. */
  readonly keySeconds: number
  /** How often each kind of start is measured. */
  readonly starts: number
  /** How long the installation of one peer may take. */
  readonly installSeconds: number
  /** After this long, nothing more is measured. */
  readonly maxSeconds: number
  readonly isQuick: boolean
}

const FULL = {
  rounds: 5,
  seconds: 4,
  warmUpSeconds: 25,
  users: [10, 10_000, 1_000_000],
  accounts: [1, 100, 1_000],
  keySeconds: 300,
  starts: 6,
  installSeconds: 600,
  maxSeconds: 3600,
}

const QUICK = {
  rounds: 1,
  seconds: 1,
  warmUpSeconds: 1,
  users: [10, 10_000, 100_000],
  accounts: [1, 10, 50],
  keySeconds: 20,
  starts: 2,
  installSeconds: 30,
  maxSeconds: 240,
}

/** Reads the command line. @throws Error that says what is wrong with it */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
    },
  })
  const preset = values.quick ? QUICK : FULL
  return {
    ...preset,
    isQuick: values.quick,
    parts: parseParts(values.only),
    rounds: parseNumber('rounds', values.rounds, preset.rounds, { min: 1, max: 50, isWhole: true }),
    seconds: parseNumber('seconds', values.seconds, preset.seconds, { min: 0.2, max: 60 }),
  }
}

function parseParts(only: readonly string[] | undefined): readonly Part[] {
  if (only === undefined) return PARTS
  const named = only.flatMap(text => text.split(','))
  const unknown = named.find(name => !PARTS.some(part => part === name))
  if (unknown !== undefined) throw new Error(`--only takes ${PARTS.join(', ')}; not ${unknown}`)
  return PARTS.filter(part => named.includes(part))
}

function parseNumber(
  name: string,
  text: string | undefined,
  fallback: number,
  { min, max, isWhole = false }: { readonly min: number; readonly max: number; isWhole?: boolean },
): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (text.trim() !== '' && value >= min && value <= max && (!isWhole || Number.isInteger(value))) {
    return value
  }
  throw new Error(`--${name} takes a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`)
}
