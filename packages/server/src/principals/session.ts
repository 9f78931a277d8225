import type { IdentityContext } from './identity-context.ts'
import type { Tag } from './tags.ts'

/** What later calls of a session know of the token that was exchanged for it. */
export interface SessionWebIdentity {
  /** `ISSUER:sub` */
  readonly subject: string
  /** `ISSUER:aud`: the client id that the token was for. */
  readonly audience: string
  /** `ISSUER:amr`; null when the token had none. */
  readonly authenticationMethods: readonly string[] | null
}

/**
 * What is true of temporary credentials from the moment they are issued. All of it is sealed into
 * the session token; the store has no row for it.
 */
export interface Session {
  readonly kind: 'assumed-role' | 'federated-user' | 'session-token'
  /** `RoleSessionName`, or the name of the federated user; null for `GetSessionToken`. */
  readonly name: string | null
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** Session tags, those inherited from earlier hops of a chain included. */
  readonly tags: readonly Tag[]
  /** Keys of the tags that the next hop inherits and may not override. */
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | null
  /** ARN of the provider whose token was exchanged; not carried through role chaining. */
  readonly federatedProvider: string | null
  /** What the provider's token said; null without a provider, and in sessions of older releases. */
  readonly webIdentity: SessionWebIdentity | null
  /** The credentials that made this session were themselves a role session. */
  readonly isChained: boolean
  /** Inline session policy as JSON text; null when none was passed. */
  readonly inlinePolicy: string | null
  /** ARNs of managed policies passed as session policies. */
  readonly policyArns: readonly string[]
  /**
   * Policies of `GetScopedCredentials` as JSON text, the oldest first, at most three. Each is a layer
   * of its own: a call needs an Allow from each of them and from all other layers (aws-wire-news §1.3).
   */
  readonly scopeDownPolicies: readonly string[]
  /** Where the workload runs, vouched for by a trusted broker: claims of aws-wire §3.3 by name. */
  readonly computeContext: ReadonlyMap<string, string>
  /**
   * The subject on whose behalf the session acts; null when no provider has named one. Not carried
   * through role chaining.
   */
  readonly identityContext: IdentityContext | null
}
