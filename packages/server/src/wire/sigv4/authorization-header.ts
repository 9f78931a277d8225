import { ServiceError } from '../../errors.ts'
import { mark } from '../../runtime/redaction.ts'
import { findHeader, type HeaderIndex } from './canonical-headers.ts'
import type { AuthorizationParameters } from './claim.ts'
import { ALGORITHM } from './string-to-sign.ts'

/**
 * Longer than the name of any algorithm. A longer first word may be a credential that was sent without
 * a scheme.
 */
const MAX_QUOTED_ALGORITHM_LENGTH = 32

/**
 * Besides short words, error texts repeat these parts of the header: a scope, and the names of signed
 * headers.
 */
const HARMLESS_PART =
  /^(?:Credential=)?A[A-Z\d]{15,127}(?:\/[a-z\d_-]{1,32}){4}$|^SignedHeaders=[a-z\d;:-]+$/

/**
 * Rows 6a to 6d of aws-wire §7.3: reads the `Authorization` header and those beside it. Unknown
 * parameters are ignored; of equal ones the last counts.
 * @throws ServiceError `IncompleteSignature`
 */
export function parseAuthorizationHeader(
  authorization: string,
  headers: HeaderIndex,
): AuthorizationParameters {
  const space = authorization.indexOf(' ')
  const algorithm = space === -1 ? authorization : authorization.slice(0, space)
  if (algorithm !== ALGORITHM) throw unsupportedAlgorithm(algorithm)
  const { credential, signature, signedHeaders } = parseParameters(authorization)
  const date = findHeader(headers, 'x-amz-date') ?? findHeader(headers, 'date')
  if (credential === null || signature === null || signedHeaders === null || date === null) {
    throw missingParameters({ credential, signature, signedHeaders, date })
  }
  return {
    mechanism: 'header',
    credential,
    signedHeaders,
    signature,
    date,
    sessionToken: findHeader(headers, 'x-amz-security-token'),
  }
}

interface FoundParameters {
  credential: string | null
  signature: string | null
  signedHeaders: string | null
}

function parseParameters(authorization: string): FoundParameters {
  const found: FoundParameters = { credential: null, signature: null, signedHeaders: null }
  for (const piece of authorization.slice(ALGORITHM.length).split(',')) {
    const parameter = piece.trim()
    if (parameter === '') continue
    const equals = parameter.indexOf('=')
    if (equals === -1) throw notKeyAndValue(parameter, authorization)
    const name = parameter.slice(0, equals)
    const value = parameter.slice(equals + 1)
    if (name === 'Credential') found.credential = value
    else if (name === 'Signature') found.signature = value
    else if (name === 'SignedHeaders') found.signedHeaders = value
  }
  return found
}

function unsupportedAlgorithm(algorithm: string): ServiceError {
  const quoted = algorithm.length > MAX_QUOTED_ALGORITHM_LENGTH ? mark(algorithm) : algorithm
  return new ServiceError('IncompleteSignature', `Unsupported AWS 'algorithm': '${quoted}'.`)
}

/** AWS repeats the header whole. What may be a credential is left out here: error texts are audited. */
function notKeyAndValue(parameter: string, authorization: string): ServiceError {
  const text = `'${hideParts(parameter)}' not a valid key=value pair (missing equal-sign) in Authorization header: '${hideParts(authorization)}'`
  return new ServiceError('IncompleteSignature', text)
}

function hideParts(text: string): string {
  return text.replaceAll(/[^\s,]{33,}/g, part => (HARMLESS_PART.test(part) ? part : mark(part)))
}

function missingParameters(
  found: Readonly<FoundParameters> & { readonly date: string | null },
): ServiceError {
  const missing: string[] = []
  if (found.credential === null) {
    missing.push("Authorization header requires 'Credential' parameter.")
  }
  if (found.signature === null) {
    missing.push("Authorization header requires 'Signature' parameter.")
  }
  if (found.signedHeaders === null) {
    missing.push("Authorization header requires 'SignedHeaders' parameter.")
  }
  if (found.date === null) {
    missing.push(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    )
  }
  return new ServiceError('IncompleteSignature', `${missing.join(' ')} Authorization=${ALGORITHM}`)
}
