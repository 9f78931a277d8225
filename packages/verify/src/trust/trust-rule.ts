import type { NonEmpty } from '../options.ts'

/**
 * The conditions on who is let in, as data that can come from JSON. A rule holds when each of its
 * conditions does; a condition of several values holds when one of them fits.
 *
 * In patterns `*` stands for any characters but `/` and `:`, and `**` for any characters.
 */
export interface TrustConditions {
  /** Twelve-digit ids. */
  readonly accounts?: NonEmpty<string>
  /** Ids of organizations, `o-…`. */
  readonly organizations?: NonEmpty<string>
  /** Patterns of paths in an organization, `o-…/r-…/ou-…/**`; AWS ends each path with a slash. */
  readonly organizationPaths?: NonEmpty<string>
  /** Patterns of ARNs of roles and users with their path: `arn:aws:iam::123456789012:role/ci/*`. */
  readonly subjects?: NonEmpty<string>
  /** Exact values of `iss`, where the verifier accepts several issuers. */
  readonly issuers?: NonEmpty<string>
  /** Patterns of values of tags of the principal and its session; every key must be there. */
  readonly principalTags?: TagConditions
  /**
   * Patterns of values of tags of the request. The caller chose them when it asked for the token:
   * they say what it wants, never who it is.
   */
  readonly requestTags?: TagConditions
  /**
   * Patterns of the region of the token. The caller chose it, by the endpoint that it called on AWS or
   * by what it signed for on Credence, unless Credence's operator has named one region for all.
   */
  readonly regions?: NonEmpty<string>
  /** Patterns of the source identity of the session. */
  readonly sourceIdentities?: NonEmpty<string>
  /**
   * Patterns of the identity provider (OIDC, SAML) that the session came from:
   * `arn:aws:iam::123456789012:oidc-provider/idp.example.com`.
   */
  readonly federatedProviders?: NonEmpty<string>
  /**
   * Patterns of scopes, of which the token must have one. The caller chose them when it asked for the
   * token, within what its own policies allow; only tokens of the subject mode `OriginIdentity` have any.
   */
  readonly scopes?: NonEmpty<string>
  /** Where the credentials were delivered to; it stays with them when they are stolen. */
  readonly compute?: ComputeConditions
  /**
   * The person that the principal acts for. A rule with this condition holds only for tokens of the
   * subject mode `OriginIdentity`, and a rule without it only for the others. The reason is that a role
   * may do other things than the people for whom it asks for tokens.
   */
  readonly origin?: OriginConditions
  /** What must not be: none of these conditions may hold. */
  readonly not?: ExcludedConditions
}

/**
 * Conditions under `not`. The token must contradict each of them. A token without the claim is refused,
 * so that a misspelt tag or a missing claim lets nobody in. There are no conditions on request tags and
 * scopes here, because callers would leave out what is excluded.
 */
export interface ExcludedConditions
  extends Omit<TrustConditions, 'requestTags' | 'scopes' | 'origin' | 'not'> {
  readonly origin?: Pick<OriginConditions, 'subjects'>
}

/** Conditions on whom the principal acts for, as its identity provider named it. */
export interface OriginConditions {
  /**
   * Exact ARNs of identity providers. They must be given, because a name means something only with its
   * provider: two providers may both have an `alice`.
   */
  readonly providers: NonEmpty<string>
  /** Patterns of the names that the providers give: `sub` in the subject mode `OriginIdentity`. */
  readonly subjects?: NonEmpty<string>
}

/** Patterns by tag key; keys are compared as they are written. */
export type TagConditions = Readonly<Record<string, string | NonEmpty<string>>>

/** Patterns of the claims of EC2, Lambda and Glue. */
export interface ComputeConditions {
  /** `arn:aws:ec2:us-east-1:123456789012:instance/i-…` */
  readonly ec2Instances?: NonEmpty<string>
  /** `vpc-…` */
  readonly ec2Vpcs?: NonEmpty<string>
  readonly ec2PrivateIpv4s?: NonEmpty<string>
  /** `1.0` or `2.0`. */
  readonly ec2RoleDeliveries?: NonEmpty<string>
  /** `arn:aws:lambda:us-east-1:123456789012:function:…` */
  readonly lambdaFunctions?: NonEmpty<string>
  /** `glue.amazonaws.com` */
  readonly glueServices?: NonEmpty<string>
}

/** One rule. The first that holds decides. */
export interface TrustRule<Grant> {
  /** What the log calls it; unique. */
  readonly name: string
  readonly when: TrustConditions
  /** What the application gets: a role name, a list of permissions, anything. */
  readonly grant: Grant
}

/** Why one rule did not hold. For the log: it quotes claims and says what would have been let in. */
export interface RuleRefusal {
  readonly rule: string
  /** The first condition that did not hold, `principalTags.Team` for instance. */
  readonly condition: string
  readonly reason: string
}

/** What the rules say of a token. */
export type TrustDecision<Grant> =
  | { readonly isTrusted: true; readonly rule: string; readonly grant: Grant }
  | { readonly isTrusted: false; readonly refusals: readonly RuleRefusal[] }
