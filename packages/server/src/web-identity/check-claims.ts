import type { OidcProvider } from '../principals/entities.ts'
import {
  ambiguousAudience,
  expired,
  malformedClaim,
  missingClaim,
  notYetValid,
  wrongAudience,
} from './refusals.ts'
import { isTextArray, type JsonObject } from './strict-json.ts'
import type { WebIdentity } from './web-identity.ts'

/** The claims that every token must have and that decide whether it is good here and now. */
export type CheckedClaims = Pick<
  WebIdentity,
  'subject' | 'audience' | 'originalAudiences' | 'authorizedParty' | 'issuedAtMs' | 'expiresAtMs'
>

/** Longest `sub`: `SubjectFromWebIdentityToken` of the service model. */
const MAX_SUBJECT_CHARACTERS = 255
/** 9999-12-31T23:59:59Z: times beyond are not dates. */
const MAX_TIME_SECONDS = 253_402_300_799

/**
 * Checks `sub`, `aud`, `azp`, `exp`, `iat` and `nbf` (RFC 7519 §4.1, OpenID Connect Core 1.0 §3.1.3.7).
 * The issuer's clock may be off by `clockSkewSeconds`: a token is good until that long after `exp`,
 * and from that long before `iat` and `nbf`.
 * @throws ServiceError `InvalidIdentityToken`, `ExpiredTokenException`
 */
export function checkClaims(
  claims: JsonObject,
  provider: Pick<OidcProvider, 'clientIds'>,
  nowMs: number,
  clockSkewSeconds: number,
): CheckedClaims {
  const subject = readSubject(claims)
  const originalAudiences = readAudiences(claims)
  const authorizedParty = readAuthorizedParty(claims)
  const issuedAt = readTime(claims, 'iat') ?? refuseMissing('iat')
  const expiry = readTime(claims, 'exp') ?? refuseMissing('exp')
  const notBefore = readTime(claims, 'nbf')

  const audience = chooseAudience(originalAudiences, authorizedParty)
  if (!provider.clientIds.includes(audience)) throw wrongAudience()

  const now = Math.floor(nowMs / 1000)
  const skewMs = clockSkewSeconds * 1000
  if (nowMs >= expiry * 1000 + skewMs) throw expired(now, expiry)
  if (nowMs < issuedAt * 1000 - skewMs) throw notYetValid('iat', now, issuedAt)
  if (notBefore !== null && nowMs < notBefore * 1000 - skewMs) {
    throw notYetValid('nbf', now, notBefore)
  }
  return {
    subject,
    audience,
    originalAudiences,
    authorizedParty,
    issuedAtMs: issuedAt * 1000,
    expiresAtMs: expiry * 1000,
  }
}

/**
 * AWS takes `azp` for the audience wherever a token has it, and does not ask for `aud` then: for
 * Google's and Entra's tokens the two differ. Without `azp` there may be one audience only.
 */
function chooseAudience(audiences: readonly string[], authorizedParty: string | null): string {
  if (authorizedParty !== null) return authorizedParty
  const [audience, ...others] = audiences
  if (audience === undefined || others.length > 0) throw ambiguousAudience()
  return audience
}

function readSubject(claims: JsonObject): string {
  const subject = claims.get('sub')
  if (subject === undefined) return refuseMissing('sub')
  if (typeof subject !== 'string' || subject === '' || subject.length > MAX_SUBJECT_CHARACTERS) {
    throw malformedClaim('sub', `a text of 1 to ${MAX_SUBJECT_CHARACTERS} characters`)
  }
  return subject
}

function readAudiences(claims: JsonObject): readonly string[] {
  const audience = claims.get('aud')
  if (audience === undefined) return refuseMissing('aud')
  const audiences = typeof audience === 'string' ? [audience] : audience
  if (!isTextArray(audiences) || audiences.length === 0) {
    throw malformedClaim('aud', 'a text or an array of texts')
  }
  return audiences
}

function readAuthorizedParty(claims: JsonObject): string | null {
  const party = claims.get('azp')
  if (party === undefined) return null
  if (typeof party !== 'string') throw malformedClaim('azp', 'a text')
  return party
}

function readTime(claims: JsonObject, name: string): number | null {
  const time = claims.get(name)
  if (time === undefined) return null
  if (typeof time !== 'number' || time < 0 || time > MAX_TIME_SECONDS) {
    throw malformedClaim(name, 'a number of seconds since 1970')
  }
  return time
}

function refuseMissing(name: string): never {
  throw missingClaim(name)
}
