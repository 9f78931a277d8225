import { ServiceError } from '../../errors.ts'
import { Secret } from '../../secrets/secret.ts'
import type { WireRequest } from '../message.ts'
import { parseAuthorizationHeader } from './authorization-header.ts'
import { ALGORITHM_PARAMETER, parseAuthorizationQuery } from './authorization-query.ts'
import { AUTHORITY, findHeader, type HeaderIndex, indexHeaders } from './canonical-headers.ts'
import {
  type EncodedParameter,
  findQueryValue,
  formatCanonicalQuery,
  parseQuery,
  SIGNATURE_PARAMETER,
} from './canonical-query.ts'
import type { AuthorizationParameters, SignedRequestClaim } from './claim.ts'
import { parseTarget } from './parse-target.ts'
import {
  ambiguousAuthentication,
  missingAuthentication,
  signatureMismatch,
  unsignedHost,
} from './refusals.ts'
import {
  formatTimestamp,
  parseBasicTimestamp,
  parseTimestamp,
  type Timestamp,
} from './timestamp.ts'

/** How far a signature may lie in the past or the future: for STS 15 minutes (aws-wire §7.3). */
const MAX_SKEW_MS = 15 * 60 * 1000

/** Names as RFC 9110 §5.1 has them, or HTTP/2's `:authority`, separated by `;`. */
const HEADER_NAMES = /^(?::authority|[\w!#$%&'*+.^`|~-]+)(?:;(?::authority|[\w!#$%&'*+.^`|~-]+))*$/

/**
 * Reads how a request is signed: aws-wire §7.3, rows 1 and 4 to 12, in that order. Rows 2 and 3
 * (method, content type) decide how a request is routed and are the router's. Parameters of a
 * signature are taken from the headers or the query, never from the body.
 *
 * @throws BareRefusal 400 (row 1); ServiceError `MalformedQueryString` (4),
 * `MissingAuthenticationToken` (5, 7a), `SignatureDoesNotMatch` (5, 8, 10, 11),
 * `IncompleteSignature` (6, 7d, 9, 12)
 */
export function parseAuthorization(request: WireRequest, nowMs: number): SignedRequestClaim {
  const target = parseTarget(request.target)
  const query = parseQuery(target.rawQuery)
  const headers = indexHeaders(request.rawHeaders)
  const parameters = parseParameters(headers, query)
  const signedHeaders = parseSignedHeaders(parameters.signedHeaders, headers)
  const timestamp = parseDate(parameters)
  checkTimeWindow(timestamp, nowMs)
  return {
    request,
    mechanism: parameters.mechanism,
    ...parseCredential(parameters.credential),
    signedHeaders,
    signature: parameters.signature,
    timestamp: timestamp.basic,
    sessionToken: parameters.sessionToken === null ? null : new Secret(parameters.sessionToken),
    canonical: {
      path: target.canonicalPath,
      query: formatCanonicalQuery(
        parameters.mechanism === 'query'
          ? query.filter(parameter => parameter.name !== SIGNATURE_PARAMETER)
          : query,
      ),
      headers,
    },
  }
}

/**
 * Row 5: exactly one mechanism, then its own rows. A second `Authorization` header is a second
 * signature. It must not be left to chance which of them counts, so the request is refused. UNVERIFIED
 * for real AWS.
 */
function parseParameters(
  headers: HeaderIndex,
  query: readonly EncodedParameter[],
): AuthorizationParameters {
  const authorization = findHeader(headers, 'authorization')
  const algorithm = findQueryValue(query, ALGORITHM_PARAMETER)
  if (authorization === null) {
    if (algorithm === null) throw missingAuthentication()
    return parseAuthorizationQuery(algorithm, query)
  }
  if (algorithm !== null || headers.repeated.has('authorization')) {
    throw ambiguousAuthentication()
  }
  return parseAuthorizationHeader(authorization, headers)
}

/**
 * Row 8. With a name that no header can have, text of the name could be taken for text of a value. So
 * such a name can't be part of a signature; AWS's answer to one is UNVERIFIED. A signature over an
 * empty or missing host is refused too, because it would be good for every host.
 */
function parseSignedHeaders(text: string, headers: HeaderIndex): readonly string[] {
  const lowerCase = text.toLowerCase()
  const names = lowerCase.split(';')
  if (!names.includes('host') && !names.includes(AUTHORITY)) throw unsignedHost()
  if (!HEADER_NAMES.test(lowerCase) || !findHeader(headers, 'host')) throw signatureMismatch()
  if (countRepeats(names) > MAX_REPEATED_NAMES) throw signatureMismatch()
  return names
}

/**
 * The largest number of repeated names. Each repeat adds the value of its header once more to the text
 * to be signed, so thousands of repeats in a small request would make gigabytes. No client repeats
 * names; how many repeats AWS accepts is UNVERIFIED.
 */
const MAX_REPEATED_NAMES = 8

function countRepeats(names: readonly string[]): number {
  return names.length <= MAX_REPEATED_NAMES ? 0 : names.length - new Set(names).size
}

/** Row 9. The extended format is tolerated in a header only. */
function parseDate({ mechanism, date }: AuthorizationParameters): Timestamp {
  const timestamp = mechanism === 'header' ? parseTimestamp(date) : parseBasicTimestamp(date)
  if (timestamp !== null) return timestamp
  throw new ServiceError(
    'IncompleteSignature',
    `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  )
}

/** Rows 10 and 11. */
function checkTimeWindow({ basic, epochMs }: Timestamp, nowMs: number): void {
  const earliestMs = nowMs - MAX_SKEW_MS
  const latestMs = nowMs + MAX_SKEW_MS
  if (epochMs < earliestMs) {
    throw new ServiceError(
      'SignatureDoesNotMatch',
      `Signature expired: ${basic} is now earlier than ${formatTimestamp(earliestMs)} (${formatTimestamp(nowMs)} - 15 min.)`,
    )
  }
  if (epochMs > latestMs) {
    throw new ServiceError(
      'SignatureDoesNotMatch',
      `Signature not yet current: ${basic} is still later than ${formatTimestamp(latestMs)} (${formatTimestamp(nowMs)} + 15 min.)`,
    )
  }
}

/** Row 12. */
function parseCredential(
  credential: string,
): Pick<SignedRequestClaim, 'credential' | 'accessKeyId' | 'scope'> {
  const [accessKeyId, date, region, service, terminator, extra] = credential.split('/')
  if (
    accessKeyId === undefined ||
    date === undefined ||
    region === undefined ||
    service === undefined ||
    terminator === undefined ||
    extra !== undefined
  ) {
    throw new ServiceError(
      'IncompleteSignature',
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    )
  }
  return { credential, accessKeyId, scope: { date, region, service, terminator } }
}
