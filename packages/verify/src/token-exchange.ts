import { VerifyError } from './errors.ts'
import { ExchangeError, type ExchangeErrorCode } from './exchange/exchange-error.ts'
import {
  ACCESS_TOKEN_TYPE,
  type ExchangeParameters,
  isScope,
  parseExchangeParameters,
} from './exchange/parse-exchange-parameters.ts'
import { readForm } from './exchange/read-form.ts'
import type { Guard, Identity } from './middleware/guard.ts'
import { type Names, refuseUnknown } from './refuse-unknown.ts'

export { ExchangeError, type ExchangeErrorCode } from './exchange/exchange-error.ts'

/** An exchange that the guard allows: the caller, and what it asks for. */
export interface TokenExchangeRequest<Grant> {
  readonly identity: Identity<Grant>
  /** What the caller asks for; what it gets is up to `mint`. */
  readonly scopes: readonly string[]
  readonly audiences: readonly string[]
  readonly resources: readonly string[]
}

/** The application's own token. */
export interface MintedToken {
  readonly accessToken: string
  /** Whole seconds from now. */
  readonly expiresInSeconds: number
  /**
   * The scopes that the token has, when they are not all that were asked for (RFC 8693 §2.2.1). When it
   * has none of them, the answer is `invalid_scope`, because an answer can't say that otherwise.
   */
  readonly scopes?: readonly string[]
}

/** What an exchange needs. */
export interface TokenExchangeOptions<Grant> {
  /** Verifies subject tokens, applies the trust rules and logs refusals. */
  readonly guard: Guard<Grant>
  /**
   * Makes the application's own token. Throws {@link ExchangeError} `invalid_scope` or
   * `invalid_target` to refuse what was asked for.
   */
  readonly mint: (request: TokenExchangeRequest<Grant>) => MintedToken | Promise<MintedToken>
  /** Called with what `mint` throws besides, and when what it makes is no token or lives too long. */
  readonly onFailure: (error: unknown) => void
  /** The longest life of a token given out, whatever `mint` says: 3600 by default. */
  readonly maxLifetimeSeconds?: number
}

const OPTION_NAMES: Names<TokenExchangeOptions<unknown>> = {
  guard: true,
  mint: true,
  onFailure: true,
  maxLifetimeSeconds: true,
}
/** RFC 6749 appendix A.12. */
const ACCESS_TOKEN = /^[ -~]+$/
const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' }

/**
 * A token endpoint that exchanges a token of AWS or Credence for the application's own short-lived one
 * (RFC 8693): a fetch-style handler for one path. The subject token is the only authentication; give
 * the guard's verifier a replay store when each token should be worth one exchange. A token is used up as
 * soon as it is verified, whatever the rules and `mint` say then; what is wrong with the request itself is
 * found before.
 *
 * @throws VerifyError `options_invalid`
 */
export function createTokenExchange<Grant>(
  options: TokenExchangeOptions<Grant>,
): (request: Request) => Promise<Response> {
  refuseUnknown(options, OPTION_NAMES)
  const { guard, mint, onFailure, maxLifetimeSeconds = 3600 } = options
  if (!Number.isInteger(maxLifetimeSeconds) || maxLifetimeSeconds < 1) {
    throw new VerifyError(
      'options_invalid',
      'maxLifetimeSeconds is not a whole number of at least 1',
    )
  }
  return async request => {
    try {
      const parameters = await readParameters(request)
      const identity = await identify(guard, parameters.subjectToken, request)
      if (identity instanceof Response) return identity
      const { scopes, audiences, resources } = parameters
      const minted = await mint({ identity, scopes, audiences, resources })
      return createAnswer(minted, scopes, maxLifetimeSeconds)
    } catch (error) {
      if (error instanceof ExchangeError) return createErrorResponse(error)
      onFailure(error)
      return answer(500, { error: 'server_error' })
    }
  }
}

async function readParameters(request: Request): Promise<ExchangeParameters> {
  if (request.method !== 'POST') {
    throw new ExchangeError('invalid_request', 'the method must be POST', 405)
  }
  return parseExchangeParameters(await readForm(request))
}

/**
 * The caller that the subject token names, or the answer that refuses it, which is the same for every
 * reason.
 */
async function identify<Grant>(
  guard: Guard<Grant>,
  subjectToken: string,
  request: Request,
): Promise<Identity<Grant> | Response> {
  const result = await guard.authenticate([`Bearer ${subjectToken}`], request)
  if (result.isAuthenticated) return result.identity
  if (result.refusal.status === 503) return answer(503, { error: 'temporarily_unavailable' })
  // RFC 8693 §2.2.2: invalid or unacceptable subject tokens are an invalid request.
  return answer(400, { error: 'invalid_request', error_description: 'subject_token is refused' })
}

function createAnswer(
  minted: MintedToken,
  askedScopes: readonly string[],
  maxLifetimeSeconds: number,
): Response {
  const { accessToken, expiresInSeconds, scopes } = minted
  // This is checked for callers without types too: an answer without a token must not look like one
  // that has a token.
  if (typeof accessToken !== 'string' || !ACCESS_TOKEN.test(accessToken)) {
    throw new Error('mint made no access token: it is no text of visible ASCII characters')
  }
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every(isScope))) {
    throw new Error('mint made a token whose scopes are no list of names')
  }
  if (
    !Number.isInteger(expiresInSeconds) ||
    expiresInSeconds < 1 ||
    expiresInSeconds > maxLifetimeSeconds
  ) {
    throw new Error(`mint made a token for ${expiresInSeconds} s, not 1 to ${maxLifetimeSeconds}`)
  }
  if (scopes?.length === 0 && askedScopes.length > 0) {
    throw new ExchangeError('invalid_scope', 'none of the scopes is granted')
  }
  return answer(200, {
    access_token: accessToken,
    issued_token_type: ACCESS_TOKEN_TYPE,
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    // An empty list cannot be written (RFC 6749 §3.3).
    ...(scopes && scopes.length > 0 && { scope: scopes.join(' ') }),
  })
}

function createErrorResponse({ code, message, status }: ExchangeError): Response {
  const body: { error: ExchangeErrorCode; error_description: string } = {
    error: code,
    error_description: message,
  }
  return answer(status, body, status === 405 ? { allow: 'POST' } : {})
}

function answer(status: number, body: object, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { ...NO_STORE, ...headers } })
}
