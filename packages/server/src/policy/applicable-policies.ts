import type { AccountId } from '../principals/identifiers.ts'
import type { RequestPrincipal } from './match-principal.ts'
import type { Policy } from './policy-document.ts'

/** A policy and where it stands. */
export interface AppliedPolicy {
  /** A managed policy's ARN, or `inline:NAME`. */
  readonly policyId: string
  readonly policy: Policy
}

/**
 * Everything that bears on a request, layer by layer (aws-wire §5.2). An absent restriction is null or
 * an empty list of levels; one that is there and allows nothing is an empty list of policies.
 */
export interface ApplicablePolicies {
  /** Of the user and its groups, or of the role. */
  readonly identity: readonly AppliedPolicy[]
  /** Null when the principal has no permissions boundary. */
  readonly boundary: AppliedPolicy | null
  /** Null when the session was made without session policies. What one of them allows is allowed. */
  readonly session: readonly AppliedPolicy[] | null
  /** Policies that narrowed the session later, each a layer of its own: every one must allow. */
  readonly scopeDown: readonly AppliedPolicy[]
  /**
   * Service control policies of the caller's account: one list a level, from the root of the
   * organization to the account. Empty for the management account and outside an organization.
   */
  readonly serviceControl: readonly (readonly AppliedPolicy[])[]
  /** Resource control policies of the account that owns the resource, in the same form. */
  readonly resourceControl: readonly (readonly AppliedPolicy[])[]
  /** The caller is an account's root: it needs no identity policy, but the other layers bind it. */
  readonly isAccountRoot: boolean
}

/** A role that somebody wants to assume: its trust policy, its account, and who asks. */
export interface TrustedResource extends AppliedPolicy {
  /** The account of the role. */
  readonly accountId: AccountId
  readonly principal: RequestPrincipal
}
