import { ServiceError } from '../../errors.ts'

/**
 * The refusals of aws-wire §7.3 whose texts are fixed, by row. A refusal whose text quotes the request
 * is beside the check that raises it.
 */

/** Row 4, an escape that is cut off by the end of its name or value. */
export function incompleteEscape(): ServiceError {
  return new ServiceError('MalformedQueryString', 'Incomplete trailing escape % sequence')
}

/** Row 4, an escape with a wrong digit; `digits` are the two characters after the `%`. */
export function illegalEscape(digits: string): ServiceError {
  return new ServiceError(
    'MalformedQueryString',
    `Illegal hex character in escape % pattern: %${digits}`,
  )
}

/** Row 5, no signature at all; row 7a, a presigned URL of another algorithm. */
export function missingAuthentication(): ServiceError {
  return new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token')
}

/** Row 5, more than one signature. AWS answers without a message. */
export function ambiguousAuthentication(): ServiceError {
  return new ServiceError('SignatureDoesNotMatch', '')
}

/** Row 8: a signature that does not cover the host could be replayed against another one. */
export function unsignedHost(): ServiceError {
  return new ServiceError(
    'SignatureDoesNotMatch',
    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
  )
}

/** Row 14b: the session token does not open, or belongs to another access key. No final period. */
export function invalidSessionToken(options?: { readonly cause: unknown }): ServiceError {
  return new ServiceError(
    'InvalidClientTokenId',
    'The security token included in the request is invalid',
    options,
  )
}

/** Row 14c: the session is over. */
export function expiredSessionToken(): ServiceError {
  return new ServiceError('ExpiredToken', 'The security token included in the request is expired')
}

/** Row 15: the access key is unknown or inactive, or a temporary one without its token. */
export function unknownAccessKey(): ServiceError {
  return new ServiceError(
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
  )
}

/** Row 16: the signature is not that of this request under this secret. */
export function signatureMismatch(): ServiceError {
  return new ServiceError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  )
}
