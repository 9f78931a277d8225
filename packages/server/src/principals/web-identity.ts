import type { OidcProvider } from './entities.ts'
import type { IdentityContext } from './identity-context.ts'
import type { Tag } from './tags.ts'

/** What a verified token of a registered provider says about who holds it. */
export interface VerifiedWebIdentity {
  readonly provider: OidcProvider
  /** `iss`, exactly the provider's URL. */
  readonly issuer: string
  readonly subject: string
  /** The client id of the provider that the token is for. */
  readonly audience: string
  /** `aud` as it stands in the token. */
  readonly originalAudiences: readonly string[]
  readonly sourceIdentity: string | null
  readonly sessionTags: readonly Tag[]
  readonly transitiveTagKeys: readonly string[]
  /** The only roles that the token is for; null when it does not say. */
  readonly authorizedRoleArns: readonly string[] | null
  /** `amr` of the token; null when it has none. */
  readonly authenticationMethods: readonly string[] | null
  /** `email` of the token; null when it has none. */
  readonly email: string | null
  /** Claims that only this issuer has, by the part of their condition keys after `ISSUER:`. */
  readonly providerClaims: ReadonlyMap<string, string>
  /** The subject on whose behalf its holder acts; null when the provider has no context provider. */
  readonly identityContext: IdentityContext | null
}
