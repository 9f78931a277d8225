import type { Environment } from '../composition.ts'

/** Everything outside the program that a command uses. Tests pass their own. */
export interface Terminal extends Environment {
  /** Whether a person sits at it, so that losing the terminal means that they have left. */
  readonly isInteractive: boolean
  /** Writes to standard output. */
  readonly print: (text: string) => void
  /** Writes to standard error. */
  readonly printError: (text: string) => void
  /** Reads a file as UTF-8 text; throws an error whose message says why it can't. */
  readonly readFile: (path: string) => string
  /** Reads standard input to its end as UTF-8 text. */
  readonly readInput: () => Promise<string>
  /** Resolves after a time, or as soon as the signal is aborted; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Calls back at a signal. Returns a function that stops this. */
  readonly onSignal: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void) => () => void
}
