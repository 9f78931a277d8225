/** How `credence` ends. Listed by `credence --help` and in docs/cli.md. */
export const EXIT_CODES = {
  success: { code: 0, meaning: 'done' },
  failure: { code: 1, meaning: 'an unexpected failure' },
  usage: { code: 2, meaning: 'the command line is wrong' },
  config: { code: 3, meaning: 'the configuration is refused' },
  data: { code: 4, meaning: 'the data cannot be opened: store, master key, directory or lock' },
  record: { code: 5, meaning: 'a record is missing, exists already or is refused' },
  refused: { code: 6, meaning: 'the server refused the call' },
  unreachable: { code: 7, meaning: 'the server cannot be reached' },
  unverified: { code: 8, meaning: 'a token did not verify, or `doctor` found a problem' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly meaning: string }>>

/** Name of a way to end. */
export type ExitReason = keyof typeof EXIT_CODES

/** A failure that the person at the terminal can act on; its message is all that they see. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly reason: ExitReason

  constructor(reason: ExitReason, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.reason = reason
  }
}
