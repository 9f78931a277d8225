import type { Secret } from '../../secrets/secret.ts'
import type { WireRequest } from '../message.ts'
import { ALGORITHM_PARAMETER } from './authorization-query.ts'
import { indexHeaders } from './canonical-headers.ts'
import { formatCanonicalQuery, parseQuery, SIGNATURE_PARAMETER } from './canonical-query.ts'
import { formatCanonicalRequest, hashCanonicalRequest, hashPayload } from './canonical-request.ts'
import { parseTarget } from './parse-target.ts'
import { deriveSigningKey, sign } from './signing-key.ts'
import {
  ALGORITHM,
  type CredentialScope,
  formatScope,
  formatStringToSign,
  TERMINATOR,
} from './string-to-sign.ts'
import { formatTimestamp } from './timestamp.ts'

/** A request to be signed. All its headers are signed, so it holds only those that must be. */
export type UnsignedRequest = Pick<WireRequest, 'method' | 'target' | 'rawHeaders' | 'body'>

/** What a client signs with. */
export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: Secret
  /** Of temporary credentials; null for long-term ones. */
  readonly sessionToken: Secret | null
}

/** Where and when a signature is good. */
export interface SigningContext {
  readonly region: string
  /** `sts`, `iam`, or `s3` for paths in which nothing is escaped: S3 does not escape them again. */
  readonly service: string
  readonly nowMs: number
}

/**
 * Signs with an `Authorization` header (aws-wire §7.2). Gives the request's headers with
 * `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization` added, names and values alternating.
 *
 * @throws TypeError without a `Host` header; BareRefusal and ServiceError `MalformedQueryString`
 * for a target that the server would refuse
 */
export function signRequest(
  request: UnsignedRequest,
  credentials: SigningCredentials,
  context: SigningContext,
): readonly string[] {
  const timestamp = formatTimestamp(context.nowMs)
  const scope = scopeOf(timestamp, context)
  const token = credentials.sessionToken
  const rawHeaders = [
    ...request.rawHeaders,
    'X-Amz-Date',
    timestamp,
    ...(token === null ? [] : ['X-Amz-Security-Token', token.reveal()]),
  ]
  const signedHeaders = headerNames(rawHeaders)
  const signature = computeSignature(
    { ...request, rawHeaders },
    signedHeaders,
    timestamp,
    scope,
    credentials.secretAccessKey,
  )
  const authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${formatScope(scope)}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`
  return [...rawHeaders, 'Authorization', authorization]
}

/**
 * Signs with parameters of the query, so that the URL alone carries the signature (aws-wire §7.2).
 * Gives the new target; the request must be sent with the headers and the body that were given.
 * STS ignores `expiresSeconds` and accepts the URL for 15 minutes.
 *
 * @throws as {@link signRequest}
 */
export function presignRequest(
  request: UnsignedRequest,
  credentials: SigningCredentials,
  context: SigningContext & { readonly expiresSeconds: number },
): string {
  const timestamp = formatTimestamp(context.nowMs)
  const scope = scopeOf(timestamp, context)
  const signedHeaders = headerNames(request.rawHeaders)
  const parameters: readonly (readonly [name: string, value: string])[] = [
    [ALGORITHM_PARAMETER, ALGORITHM],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${formatScope(scope)}`],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', String(context.expiresSeconds)],
    ['X-Amz-SignedHeaders', signedHeaders.join(';')],
    ...(credentials.sessionToken === null
      ? []
      : [['X-Amz-Security-Token', credentials.sessionToken.reveal()] as const]),
  ]
  const added = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  const target = `${request.target}${request.target.includes('?') ? '&' : '?'}${added}`
  const signature = computeSignature(
    { ...request, target },
    signedHeaders,
    timestamp,
    scope,
    credentials.secretAccessKey,
  )
  return `${target}&${SIGNATURE_PARAMETER}=${signature}`
}

function scopeOf(timestamp: string, { region, service }: SigningContext): CredentialScope {
  return { date: timestamp.slice(0, 8), region, service, terminator: TERMINATOR }
}

function headerNames(rawHeaders: readonly string[]): readonly string[] {
  const names = [...indexHeaders(rawHeaders).values.keys()].toSorted()
  if (!names.includes('host')) throw new TypeError('a request can only be signed for a Host')
  return names
}

function computeSignature(
  { method, target, rawHeaders, body }: UnsignedRequest,
  signedHeaders: readonly string[],
  timestamp: string,
  scope: CredentialScope,
  secret: Secret,
): string {
  const { canonicalPath, rawQuery } = parseTarget(target)
  const canonicalRequest = formatCanonicalRequest({
    method,
    path: canonicalPath,
    query: formatCanonicalQuery(parseQuery(rawQuery)),
    headers: indexHeaders(rawHeaders),
    signedHeaders,
    payloadHash: hashPayload(body),
  })
  const stringToSign = formatStringToSign(timestamp, scope, hashCanonicalRequest(canonicalRequest))
  return sign(deriveSigningKey(secret, scope), stringToSign)
}
