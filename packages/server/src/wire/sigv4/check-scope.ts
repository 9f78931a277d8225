import { ServiceError } from '../../errors.ts'
import type { ScopedClaim, SignedRequestClaim } from './claim.ts'
import { TERMINATOR } from './string-to-sign.ts'

/** The scopes in which a request may be signed. */
export interface AcceptedScope {
  /** The API that the operation belongs to: `sts` or `iam`. */
  readonly service: string
  readonly isRegionAllowed: (region: string) => boolean
}

/**
 * Row 13 of aws-wire §7.3: all that is wrong with the scope, in one text.
 * @throws ServiceError `SignatureDoesNotMatch`
 */
export function checkScope(claim: SignedRequestClaim, accepted: AcceptedScope): ScopedClaim {
  const { scope, timestamp } = claim
  let text = ''
  if (!accepted.isRegionAllowed(scope.region)) {
    text += 'Credential should be scoped to a valid region. '
  }
  if (scope.service !== accepted.service) {
    text += `Credential should be scoped to correct service: '${accepted.service}'. `
  }
  if (scope.terminator !== TERMINATOR) {
    // UNVERIFIED: the full stop and the space, taken from the two texts above.
    text += `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${scope.terminator}'. `
  }
  const day = timestamp.slice(0, 8)
  if (scope.date !== day) {
    text += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${day}', from '${timestamp}'.`
  }
  if (text !== '') throw new ServiceError('SignatureDoesNotMatch', text)
  return claim as ScopedClaim
}
