import type { AccountId } from '../principals/identifiers.ts'
import type { CompareValue } from './conditions/operator.ts'
import type { ResourcePattern } from './match-arn.ts'
import type { WildcardPattern } from './match-wildcard.ts'
import type { Template } from './variables.ts'

/**
 * What a policy is for. The kind decides which elements it may have. `identity` is a managed or
 * inline policy of a user, group or role; `trust` says who may assume a role.
 */
export const POLICY_KINDS = ['identity', 'boundary', 'session', 'trust', 'scp', 'rcp'] as const

/** What a policy is for. */
export type PolicyKind = (typeof POLICY_KINDS)[number]

/** The versions of the policy language; only the newer has policy variables. */
export const POLICY_VERSIONS = ['2008-10-17', '2012-10-17'] as const

/** The version that managed policies must have (aws-wire-news §5). */
export const NEWEST_VERSION = '2012-10-17'

/** A version of the policy language. */
export type PolicyVersion = (typeof POLICY_VERSIONS)[number]

/** A policy, compiled for evaluation and frozen. `parsePolicy` makes one, and `bindPrincipals` another of it. */
export interface Policy {
  readonly kind: PolicyKind
  /** `2008-10-17` when the document names none, as AWS reads it. */
  readonly version: PolicyVersion
  /** The element `Id`; null without one. */
  readonly id: string | null
  readonly statements: readonly Statement[]
}

/** One statement. It applies when all its parts match. */
export interface Statement {
  /** `Sid`, or the position in the document from 0 as text. */
  readonly id: string
  readonly effect: 'Allow' | 'Deny'
  readonly actions: ActionSet
  /** Null in a trust policy: the resource is the role itself. */
  readonly resources: ResourceSet | null
  /** Null in every kind but `trust` and `rcp`: the principal is whom the policy is attached to. */
  readonly principals: PrincipalSet | null
  readonly conditions: readonly Condition[]
}

/** `Action`, or `NotAction` when negated: everything but these. Patterns are in lower case. */
export interface ActionSet {
  readonly negated: boolean
  readonly patterns: readonly WildcardPattern[]
  /** The same as they are written. */
  readonly texts: readonly string[]
}

/** `Resource`, or `NotResource` when negated. */
export interface ResourceSet {
  readonly negated: boolean
  /** A template is compiled with each request's values. */
  readonly patterns: readonly (ResourcePattern | Template)[]
  /** The same as they are written. */
  readonly texts: readonly string[]
}

/** `Principal`, or `NotPrincipal` when negated. */
export interface PrincipalSet {
  readonly negated: boolean
  readonly entries: readonly PrincipalEntry[]
}

/** One principal that a policy names. */
export type PrincipalEntry =
  /** `*`: everyone. */
  | { readonly kind: 'everyone' }
  /** An account, by number or by the ARN of its root; `partition` is null without an ARN. */
  | { readonly kind: 'account'; readonly accountId: AccountId; readonly partition: string | null }
  /** A user, role, assumed-role session or federated user, by ARN. */
  | { readonly kind: 'arn'; readonly arn: string }
  /** A user or role by its unique id, or a session by `ROLE-ID:SESSION`. */
  | { readonly kind: 'unique-id'; readonly uniqueId: string }
  /** An OIDC or SAML provider. */
  | { readonly kind: 'federated'; readonly provider: string }
  | { readonly kind: 'service'; readonly service: string }

/** One key under one operator of `Condition`. */
export type Condition = ValueCondition | NullCondition

interface ConditionHead {
  /** The operator as it is written, with prefix and suffix. */
  readonly operator: string
  /** The key as it is written. */
  readonly key: string
  /** The key in lower case, as the request context has it. */
  readonly contextKey: string
}

/** A condition that compares values. */
export interface ValueCondition extends ConditionHead {
  readonly kind: 'value'
  /** `all`: `ForAllValues:`, `any`: `ForAnyValue:`. */
  readonly quantifier: 'none' | 'all' | 'any'
  readonly ifExists: boolean
  readonly negated: boolean
  /** The values as they are written; without any, the condition matches nothing (aws-wire §5.3). */
  readonly values: readonly string[]
  readonly compare: CompareValue
}

/** The operator `Null`. */
export interface NullCondition extends ConditionHead {
  readonly kind: 'null'
  readonly asked: readonly boolean[]
}
