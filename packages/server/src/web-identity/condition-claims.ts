import { findProviderClaims } from '../principals/provider-claims.ts'
import { malformedClaim } from './refusals.ts'
import { isJsonObject, isTextArray, type JsonObject, type JsonValue } from './strict-json.ts'
import type { WebIdentity } from './web-identity.ts'

/** Claims that are read for policies alone, as condition keys. */
export type ConditionClaims = Pick<
  WebIdentity,
  'authenticationMethods' | 'email' | 'providerClaims'
>

/**
 * Reads `amr`, `email` and the claims that the issuer has for itself (AWS IAM User Guide:
 * "Available keys for AWS OIDC federation"; RFC 8176). Like AWS, it does not ask whether the
 * provider has verified the address.
 * @throws ServiceError `InvalidIdentityToken`
 */
export function parseConditionClaims(claims: JsonObject, issuer: string): ConditionClaims {
  return {
    authenticationMethods: readMethods(claims),
    email: readEmail(claims),
    providerClaims: readProviderClaims(claims, issuer.replace(/^https?:\/\//, '')),
  }
}

/** A claim that is no text, number or Boolean is left out; what AWS makes of it is UNVERIFIED. */
function readProviderClaims(claims: JsonObject, issuer: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { name, path } of findProviderClaims(issuer)) {
    let claim: JsonValue | undefined = claims
    for (const step of path) claim = isJsonObject(claim) ? claim.get(step) : undefined
    if (typeof claim === 'string') found.set(name, claim)
    if (typeof claim === 'number' || typeof claim === 'boolean') found.set(name, String(claim))
  }
  return found
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
