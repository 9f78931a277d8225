import type { OidcProvider } from '../principals/entities.ts'
import type { IdentityContext } from '../principals/identity-context.ts'
import type { Tag } from '../principals/tags.ts'
import type { CacheStatisticsByName } from '../runtime/cache-statistics.ts'
import type { JsonObject } from './strict-json.ts'

/** What a verified token of another issuer says. */
export interface WebIdentity {
  /** The provider of the account that the token's issuer is registered as. */
  readonly provider: OidcProvider
  /** `iss`, exactly the provider's URL. */
  readonly issuer: string
  /** `sub`: 1 to 255 characters. */
  readonly subject: string
  /**
   * Whom the token is for, one of the provider's client ids: `azp` where the token has it, its only
   * `aud` otherwise. The condition key `ISSUER:aud`.
   */
  readonly audience: string
  /** `aud` as it stands in the token. The condition key `ISSUER:oaud`. */
  readonly originalAudiences: readonly string[]
  /** `azp`; null when the token has none. */
  readonly authorizedParty: string | null
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** `https://aws.amazon.com/source_identity`; null when the token has none. */
  readonly sourceIdentity: string | null
  /** `principal_tags` of `https://aws.amazon.com/tags`. */
  readonly sessionTags: readonly Tag[]
  /** `transitive_tag_keys` of `https://aws.amazon.com/tags`: keys of {@link sessionTags}. */
  readonly transitiveTagKeys: readonly string[]
  /**
   * `https://aws.amazon.com/roles`: the only roles that the token is for; null when the token does
   * not say. Whoever exchanges the token must refuse any other role.
   */
  readonly authorizedRoleArns: readonly string[] | null
  /** `amr`: how the subject was authenticated; null when the token does not say. The condition key `ISSUER:amr`. */
  readonly authenticationMethods: readonly string[] | null
  /** `email`; null when the token has none. The condition key `ISSUER:email`. */
  readonly email: string | null
  /** Claims of this issuer alone, by what stands behind `ISSUER:` in their condition keys. */
  readonly providerClaims: ReadonlyMap<string, string>
  /** On whose behalf a session made with the token acts; null without a context provider. */
  readonly identityContext: IdentityContext | null
  /** Every claim, verified; those that were null are left out. */
  readonly claims: JsonObject
}

/** The provider that an account has registered for an issuer; null when there is none. */
export type FindProvider = (issuerUrl: string) => Promise<OidcProvider | null>

/** Verifies tokens of other issuers for `AssumeRoleWithWebIdentity` (aws-wire §8). */
export interface WebIdentityVerifier {
  /**
   * Verifies a token against the providers of one account. While it waits for a provider's server
   * it keeps the text of the token, and nothing that was read of it.
   * @throws ServiceError `InvalidIdentityToken`, `ExpiredTokenException`, `IDPRejectedClaim`,
   *   `IDPCommunicationError`, `Throttling` when too many wait
   */
  verify(token: string, findProvider: FindProvider): Promise<WebIdentity>
  /** Verifications that wait for a provider's server now. */
  countWaiting(): number
  /** Verifications that were refused because too many wait. */
  countRefused(): number
  cacheStatistics(): CacheStatisticsByName
}
