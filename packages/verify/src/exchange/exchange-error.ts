/** Error codes of a token endpoint (RFC 6749 §5.2, RFC 8693 §2.2.2). */
export type ExchangeErrorCode =
  | 'invalid_request'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unsupported_grant_type'

/**
 * A request that the endpoint refuses. `mint` throws it to refuse a scope (`invalid_scope`) or an
 * audience or resource (`invalid_target`). Code and message both go to the caller.
 */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError'
  readonly code: ExchangeErrorCode
  readonly status: 400 | 405 | 413

  constructor(code: ExchangeErrorCode, message: string, status: 400 | 405 | 413 = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}
