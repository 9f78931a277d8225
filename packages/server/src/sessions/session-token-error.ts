/**
 * Why a session token was not opened or made. `invalid`: it does not open, or not for this access key
 * (aws-wire §7.3 row 14b); `expired`: the session is over (row 14c); `too-large`: the session has more
 * content than a token may hold. The text never holds content of the token.
 */
export class SessionTokenError extends Error {
  override readonly name = 'SessionTokenError'
  readonly reason: 'invalid' | 'expired' | 'too-large'

  constructor(
    reason: 'invalid' | 'expired' | 'too-large',
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options)
    this.reason = reason
  }
}
