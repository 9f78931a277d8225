import { VERIFY_ERRORS, type VerifyError } from '../errors.ts'
import type { RuleRefusal } from '../trust/trust-rule.ts'

/** What to answer to a request that was not let in, and what to log. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 503
  /** All that the caller learns (RFC 6750 §3); there is no body. */
  readonly headers: Readonly<Record<string, string>>
  /** Why, for the log. It quotes claims: keep it from the caller. */
  readonly error: VerifyError
  /** Why the first ten trust rules did not hold. Empty when none was asked. */
  readonly rules: readonly RuleRefusal[]
}

/** What RFC 6750 §3.1 calls each kind of refusal; null where it asks for no error code. */
const ANSWERS = {
  missing: { status: 401, error: null },
  request: { status: 400, error: 'invalid_request' },
  token: { status: 401, error: 'invalid_token' },
  trust: { status: 403, error: 'insufficient_scope' },
} as const

/**
 * The answer to a refused request.
 *
 * @param realm what is protected, for `WWW-Authenticate`
 */
export function createRefusal(
  error: VerifyError,
  realm: string,
  rules: readonly RuleRefusal[],
): Refusal {
  const { kind } = VERIFY_ERRORS[error.code]
  const headers = { 'cache-control': 'no-store', 'content-length': '0' }
  // It is not the caller's fault, so it may try again with the same token.
  if (kind === 'unavailable' || kind === 'usage') return { status: 503, headers, error, rules }
  const answer = ANSWERS[error.code === 'credentials_missing' ? 'missing' : kind]
  const parameters = answer.error === null ? '' : `, error="${answer.error}"`
  return {
    status: answer.status,
    headers: { ...headers, 'www-authenticate': `Bearer realm="${realm}"${parameters}` },
    error,
    rules,
  }
}
