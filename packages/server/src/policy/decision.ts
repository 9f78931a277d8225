/** A value of the request context: one text, or the set of a multivalued key (aws-wire §5.3). */
export type ContextValue = string | readonly string[]

/** Condition keys in lower case → value. A key that is absent is not in the map. */
export type RequestContext = ReadonlyMap<string, ContextValue>

/** What is to be decided: may the caller do `action` on `resource` in this context? */
export interface AuthorizationRequest {
  /** `sts:GetWebIdentityToken` */
  readonly action: string
  /** An ARN, or `*`. */
  readonly resource: string
  readonly context: RequestContext
}

/** The kinds of policy, named as §5.5's denial texts name them. */
export type PolicyLayer =
  | 'identity-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'service control policy'
  | 'resource control policy'
  | 'resource-based policy'

/** A statement that took part in a decision, for the audit and for `explain`. */
export interface DecidingStatement {
  readonly layer: PolicyLayer
  /** Where the policy stands: a managed policy's ARN, or `inline:NAME`. */
  readonly policyId: string
  /** `Sid`, or the position in the document from 0 as text. */
  readonly statementId: string
}

/** The request may go on. `statements` are all that allowed it, in every layer. */
export interface Allowance {
  readonly effect: 'allow'
  readonly statements: readonly DecidingStatement[]
}

/** The request is refused, and by which layer. */
export interface Denial {
  readonly effect: 'deny'
  /** `explicit`: a Deny statement matched; `implicit`: nothing in the layer allowed it. */
  readonly kind: 'explicit' | 'implicit'
  readonly layer: PolicyLayer
  /** The Deny statements of that layer that matched; empty when the denial is implicit. */
  readonly statements: readonly DecidingStatement[]
}

/** The outcome of an evaluation. A denial says which layer refused, and how. */
export type Decision = Allowance | Denial
