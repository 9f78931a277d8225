import { copyText } from '../copy-text.ts'
import { ExchangeError } from './exchange-error.ts'

/** `grant_type` of RFC 8693 §2.1. */
const TOKEN_EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
/** The type of the token that is given out (RFC 8693 §3). */
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

/**
 * A well-formed request, about which nothing has been decided yet. Its lists share no memory with the
 * token.
 */
export interface ExchangeParameters {
  readonly subjectToken: string
  readonly scopes: readonly string[]
  readonly audiences: readonly string[]
  readonly resources: readonly string[]
}

/** The types that a token of AWS may be given in a request. Both are true of it. */
const SUBJECT_TOKEN_TYPES: readonly string[] = [
  'urn:ietf:params:oauth:token-type:jwt',
  'urn:ietf:params:oauth:token-type:id_token',
]
const SCOPE = /^[!#-[\]-~]+$/

/** Whether the text is the name of one scope (RFC 6749 §3.3). */
export function isScope(text: unknown): boolean {
  return typeof text === 'string' && SCOPE.test(text)
}

/**
 * Reads the parameters of RFC 8693 §2.1. Parameters that it doesn't know are ignored, and those
 * without a value count as absent (RFC 6749 §3.2).
 *
 * @throws ExchangeError
 */
export function parseExchangeParameters(form: URLSearchParams): ExchangeParameters {
  const grantType = requireOne(form, 'grant_type')
  if (grantType !== TOKEN_EXCHANGE_GRANT) {
    throw new ExchangeError('unsupported_grant_type', `grant_type must be ${TOKEN_EXCHANGE_GRANT}`)
  }
  const subjectToken = requireOne(form, 'subject_token')
  if (!SUBJECT_TOKEN_TYPES.includes(requireOne(form, 'subject_token_type'))) {
    throw invalid(`subject_token_type must be ${SUBJECT_TOKEN_TYPES.join(' or ')}`)
  }
  if ((findOne(form, 'requested_token_type') ?? ACCESS_TOKEN_TYPE) !== ACCESS_TOKEN_TYPE) {
    throw invalid(`requested_token_type must be ${ACCESS_TOKEN_TYPE}`)
  }
  // If it were ignored, the caller would get a token for the subject alone although it asked for less.
  if (findOne(form, 'actor_token') !== null || findOne(form, 'actor_token_type') !== null) {
    throw invalid('actor_token is not supported')
  }
  const audiences = findAll(form, 'audience')
  const resources = findAll(form, 'resource')
  if (!resources.every(isResource)) {
    throw new ExchangeError('invalid_target', 'resource must be an absolute URI without fragment')
  }
  return { subjectToken, scopes: parseScopes(findOne(form, 'scope')), audiences, resources }
}

function findAll(form: URLSearchParams, name: string): readonly string[] {
  return form
    .getAll(name)
    .filter(value => value !== '')
    .map(copyText)
}

function findOne(form: URLSearchParams, name: string): string | null {
  const [value, second] = form.getAll(name)
  if (second !== undefined) throw invalid(`${name} must not be repeated`)
  return value || null
}

function requireOne(form: URLSearchParams, name: string): string {
  const value = findOne(form, name)
  if (value === null) throw invalid(`${name} is missing`)
  return value
}

function parseScopes(scope: string | null): readonly string[] {
  const scopes = scope === null ? [] : scope.split(' ').map(copyText)
  if (!scopes.every(isScope)) {
    throw new ExchangeError('invalid_scope', 'scope must be names separated by single spaces')
  }
  return scopes
}

/** RFC 8707 §2. */
function isResource(resource: string): boolean {
  return URL.canParse(resource) && !resource.includes('#')
}

function invalid(message: string): ExchangeError {
  return new ExchangeError('invalid_request', message)
}
