/** The kinds of subjects that a context may name (aws-wire-news §1.2). */
export const SUBJECT_TYPES = ['user', 'workload'] as const

/** A person, or something that is none. */
export type SubjectType = (typeof SUBJECT_TYPES)[number]

/**
 * The subject on whose behalf a session acts, as an identity provider has named it:
 * `aws:OriginIdentity/…`.
 */
export interface OriginIdentity {
  /** It means something only together with the issuer, because two providers may both say `alice`. */
  readonly subject: string
  /** Null when the context provider does not say. */
  readonly subjectType: SubjectType | null
  /** `iss` of the token without `https://`. */
  readonly issuer: string
  /** ARN of the provider that the token came through. */
  readonly federatedProvider: string
}

/**
 * The trusted identity propagation context of a session: what a verified token said through the context
 * provider of its OIDC provider. Nobody can change it while the session lasts.
 */
export interface IdentityContext {
  readonly origin: OriginIdentity
  /** Other claims, by the target key: `aws:TransactionContext/IdentityProvider/…`. */
  readonly claims: ReadonlyMap<string, string>
}

/** The condition keys of a context, with their values. */
export function* listIdentityContextKeys({
  origin,
  claims,
}: IdentityContext): Iterable<readonly [key: string, value: string]> {
  yield ['aws:OriginIdentity/Subject', origin.subject]
  if (origin.subjectType !== null) yield ['aws:OriginIdentity/SubjectType', origin.subjectType]
  yield ['aws:OriginIdentity/Issuer', origin.issuer]
  yield ['aws:OriginIdentity/FederatedProviderArn', origin.federatedProvider]
  for (const [key, value] of claims) {
    yield [`aws:TransactionContext/IdentityProvider/${key}`, value]
  }
}
