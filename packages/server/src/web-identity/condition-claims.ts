import { malformedClaim } from './refusals.ts'
import { isTextArray, type JsonObject } from './strict-json.ts'
import type { WebIdentity } from './web-identity.ts'

/** Claims that are there for trust policies alone, as condition keys. */
export type ConditionClaims = Pick<WebIdentity, 'authenticationMethods' | 'email'>

/**
 * Reads `amr` and `email` (AWS IAM User Guide: "Available keys for AWS OIDC federation"; RFC 8176).
 * Whether the provider has verified the address is not looked at, as AWS doesn't.
 * @throws ServiceError `InvalidIdentityToken`
 */
export function parseConditionClaims(claims: JsonObject): ConditionClaims {
  return { authenticationMethods: readMethods(claims), email: readEmail(claims) }
}

function readMethods(claims: JsonObject): readonly string[] | null {
  const claim = claims.get('amr')
  if (claim === undefined) return null
  const methods = typeof claim === 'string' ? [claim] : claim
  if (!isTextArray(methods)) throw malformedClaim('amr', 'a text or an array of texts')
  return methods
}

function readEmail(claims: JsonObject): string | null {
  const email = claims.get('email')
  if (email === undefined) return null
  if (typeof email !== 'string') throw malformedClaim('email', 'a text')
  return email
}
