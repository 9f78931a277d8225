import type { ExitReason } from './exit-codes.ts'

/**
 * What programs can read about a failure besides its reason and message, e.g. the error code of the
 * wire.
 */
export type FailureDetails = Readonly<Record<string, unknown>>

/** A failure that the person at the terminal can act on. They see its message and nothing else. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly reason: ExitReason
  readonly details: FailureDetails

  constructor(
    reason: ExitReason,
    message: string,
    options: { readonly cause?: unknown; readonly details?: FailureDetails } = {},
  ) {
    const { details = {}, ...errorOptions } = options
    super(message, errorOptions)
    this.reason = reason
    this.details = details
  }
}
