import type { z } from 'zod'
import type { Clock } from '../../runtime/clock.ts'
import type { RandomSource } from '../../runtime/random.ts'
import type { Target } from './target.ts'

/** What every target is given, whatever its kind. */
export interface TargetDeps {
  readonly clock: Clock
  readonly random: RandomSource
  /** Environment variables, for credentials whose settings name a variable. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads a file as UTF-8 text, for credentials and certificates in files. Throws when it can't. */
  readonly readFile: (path: string) => string
  /** How long one call of a target may take. */
  readonly timeoutMs: number
  /** Ends every call that is under way. */
  readonly stopping: AbortSignal
}

/** One kind of target: a row of the table. */
export interface TargetKind {
  /** How `kind` of a target in the configuration names it, and the heading of its documentation. */
  readonly kind: string
  /** What it is and whom it suits, in one sentence for the table in docs/publishing.md. */
  readonly summary: string
  /** The settings of its own, with their checks. Settings that all targets have are not among them. */
  readonly settings: z.ZodObject
  /** What of its own settings can't be together, in words that follow the target's name. Null: nothing. */
  findFault(settings: object): string | null
  /**
   * Makes the target from checked settings. It contacts nobody yet. Credentials are read for each call,
   * or when they have changed, so that new ones are taken without a restart.
   */
  open(name: string, settings: object, deps: TargetDeps): Target
}

/** A kind as its file declares it, with the type of its settings. */
interface TargetKindParts<Shape extends z.core.$ZodShape> {
  readonly kind: string
  readonly summary: string
  readonly settings: z.ZodObject<Shape, z.core.$strict>
  readonly findFault?: (settings: Settings<Shape>) => string | null
  readonly open: (name: string, settings: Settings<Shape>, deps: TargetDeps) => Target
}

type Settings<Shape extends z.core.$ZodShape> = z.output<z.ZodObject<Shape, z.core.$strict>>

/** Declares a kind. Settings that come from the configuration get their type back by being read again. */
export function defineTargetKind<Shape extends z.core.$ZodShape>(
  parts: TargetKindParts<Shape>,
): TargetKind {
  const read = (given: object) => parts.settings.parse(pickOwn(parts.settings.shape, given))
  return {
    kind: parts.kind,
    summary: parts.summary,
    settings: parts.settings,
    findFault: given => parts.findFault?.(read(given)) ?? null,
    open: (name, given, deps) => parts.open(name, read(given), deps),
  }
}

/** The settings of a kind among all that a target has. */
function pickOwn(shape: object, given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(shape, name)))
}
