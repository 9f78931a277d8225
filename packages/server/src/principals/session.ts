import type { Tag } from './tags.ts'

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
  /** The credentials that made this session were themselves a role session. */
  readonly isChained: boolean
  /** Inline session policy as JSON text; null when none was passed. */
  readonly inlinePolicy: string | null
  /** ARNs of managed policies passed as session policies. */
  readonly policyArns: readonly string[]
  /** Where the workload runs, vouched for by a trusted broker: claims of aws-wire §3.3 by name. */
  readonly computeContext: ReadonlyMap<string, string>
}
