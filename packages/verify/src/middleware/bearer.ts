import { VerifyError } from '../errors.ts'

/** The credentials syntax of RFC 6750 §2.1; the name of the scheme has no case (RFC 9110 §11.1). */
const BEARER = /^bearer +([\w.~+/-]+=*)$/i
const BEARER_SCHEME = /^bearer(?: |$)/i

/**
 * The bearer token among the `Authorization` values of a request. A token is read nowhere else: in a
 * URL or a form it ends in logs (RFC 6750 §5.3).
 *
 * @throws VerifyError `credentials_missing`, `credentials_malformed`
 */
export function findBearerToken(authorizations: readonly string[]): string {
  const [first, second] = authorizations
  if (first === undefined) {
    throw new VerifyError('credentials_missing', 'there is no Authorization')
  }
  // It is not defined which of two values counts, and a proxy may choose another one than this server.
  if (second !== undefined) {
    throw new VerifyError('credentials_malformed', 'there is more than one Authorization')
  }
  if (!BEARER_SCHEME.test(first)) {
    throw new VerifyError('credentials_missing', 'the Authorization is not of the scheme Bearer')
  }
  const token = BEARER.exec(first)?.[1]
  if (token === undefined) {
    throw new VerifyError('credentials_malformed', 'the Authorization is not "Bearer <token>"')
  }
  return token
}

/** A request of Node's, or of a framework that looks like one. */
export interface NodeRequest {
  /** Names and values in turn, as they came. */
  readonly rawHeaders?: readonly string[]
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/**
 * All `Authorization` values of a request, as `rawHeaders` has them: Node's `headers` silently drops
 * the second. Where an emulation of Node has no raw headers, the others have to do.
 */
export function readAuthorizations({ rawHeaders = [], headers }: NodeRequest): readonly string[] {
  const raw = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  )
  return raw.length > 0 ? raw : [headers['authorization'] ?? []].flat()
}
