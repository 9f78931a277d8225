/**
 * Why there are no credentials. `missing`: nothing names any. `unusable`: what names them can't be used.
 * `refused`: an STS said no. `unreachable`: it could not be asked.
 */
export type AwsCredentialsReason = 'missing' | 'unusable' | 'refused' | 'unreachable'

/** There are no AWS credentials to be had. */
export class AwsCredentialsError extends Error {
  override readonly name = 'AwsCredentialsError'
  readonly reason: AwsCredentialsReason
  /** The error code of the STS that refused, else null. */
  readonly code: string | null

  constructor(
    reason: AwsCredentialsReason,
    message: string,
    options: { readonly cause?: unknown; readonly code?: string } = {},
  ) {
    const { code = null, ...errorOptions } = options
    super(message, errorOptions)
    this.reason = reason
    this.code = code
  }

  /** What AWS's libraries throw: their own refusals, errors of STS, and failures of the network. */
  static of(description: string, cause: unknown): AwsCredentialsError {
    const text = cause instanceof Error ? cause.message : String(cause)
    const message = `No AWS credentials from ${description}: ${text.replace(/[.\s]*$/, '')}.`
    if (!(cause instanceof Error)) return new AwsCredentialsError('unusable', message, { cause })
    if ('$fault' in cause && cause.$fault === 'client') {
      return new AwsCredentialsError('refused', message, { cause, code: cause.name })
    }
    const reason = isOfNetwork(cause) ? 'unreachable' : 'unusable'
    return new AwsCredentialsError(reason, message, { cause })
  }
}

/** Whether the server failed or could not be reached. */
function isOfNetwork(cause: Error): boolean {
  return '$fault' in cause || ('syscall' in cause && cause.syscall === 'connect')
}
