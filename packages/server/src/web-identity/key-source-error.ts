/**
 * Keys of an issuer that cannot be had. `unreachable`: nothing answers at present; `unusable`: what
 * answers, or where it is, will not do. The text is for the log, not for the caller.
 */
export class KeySourceError extends Error {
  override readonly name = 'KeySourceError'
  readonly reason: 'unreachable' | 'unusable'

  constructor(
    reason: 'unreachable' | 'unusable',
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options)
    this.reason = reason
  }
}
