import { ServiceError } from '../errors.ts'

/**
 * The refusals of `AssumeRoleWithWebIdentity`. Texts marked "observed" are those that AWS's clients
 * report in public; the others are UNVERIFIED and ours. `cause` goes to the log alone: what an address
 * answered, or failed to answer, is not told to the caller.
 */

const MAX_SHOWN_ISSUER = 255
const PRINTABLE = /^[\u0021-\u007e]+$/

/** Observed, also for algorithms that AWS does not accept. */
export function notAToken(reason: string): ServiceError {
  return invalid(
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    new Error(reason),
  )
}

/** Observed. */
export function unknownProvider(issuer: string): ServiceError {
  const isShowable = issuer.length <= MAX_SHOWN_ISSUER && PRINTABLE.test(issuer)
  const shown = isShowable ? issuer : 'the issuer of the token'
  return invalid(`No OpenIDConnect provider found in your account for ${shown}`)
}

/** A token of our own `GetWebIdentityToken` (aws-wire §8). */
export function ownToken(): ServiceError {
  return invalid('Tokens from GetWebIdentityToken cannot be exchanged for credentials')
}

/** Observed, for `aud` and `sub`. */
export function missingClaim(name: string): ServiceError {
  return invalid(`Missing a required claim: ${name}`)
}

/** A claim of the wrong type, or out of its bounds. */
export function malformedClaim(name: string, rule: string): ServiceError {
  return invalid(`The claim ${name} is not valid: it must be ${rule}`)
}

/** Observed. */
export function wrongAudience(): ServiceError {
  return invalid('Incorrect token audience')
}

/** Several audiences, and `azp` does not say which one the token was issued to. */
export function ambiguousAudience(): ServiceError {
  return invalid(
    'Token audience contains more than one audience while authorized party is not present',
  )
}

/** Observed. Both times in seconds since the epoch. */
export function expired(nowSeconds: number, expirySeconds: number): ServiceError {
  return new ServiceError(
    'ExpiredTokenException',
    `Token expired: current date/time ${nowSeconds} must be before the expiration date/time ${expirySeconds}`,
  )
}

/** `iat` or `nbf` lies in the future. */
export function notYetValid(claim: string, nowSeconds: number, startSeconds: number): ServiceError {
  return invalid(
    `Token not yet valid: current date/time ${nowSeconds} must not be before ${claim} ${startSeconds}`,
  )
}

/** Observed, with both spaces: there is no such key, or its documents are not usable. */
export function keyUnavailable(cause: unknown): ServiceError {
  return invalid(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    cause,
  )
}

/** The keys cannot be had at present. Clients repeat a call that fails with this code. */
export function providerUnreachable(issuer: string, cause: unknown): ServiceError {
  return new ServiceError(
    'IDPCommunicationError',
    `The identity provider ${issuer} could not be reached`,
    { cause },
  )
}

/** The provider itself marks the key as revoked. */
export function revokedKey(): ServiceError {
  return new ServiceError(
    'IDPRejectedClaim',
    'The identity provider has revoked the key that signed the token',
  )
}

/** The signature is not by the provider's key. */
export function wrongSignature(): ServiceError {
  return invalid('The signature of the token is not valid')
}

function invalid(message: string, cause?: unknown): ServiceError {
  return new ServiceError('InvalidIdentityToken', message, { cause })
}
