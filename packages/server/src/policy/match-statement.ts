import { findUnmetCondition } from './condition-block.ts'
import type { AuthorizationRequest, RequestContext } from './decision.ts'
import { compileResource, matchResource } from './match-arn.ts'
import { matchPrincipals, type RequestPrincipal } from './match-principal.ts'
import { matchWildcard } from './match-wildcard.ts'
import type { ActionSet, ResourceSet, Statement } from './policy-document.ts'
import { expandTemplate } from './variables.ts'

/** The first part of a statement that does not match the request. */
export type Mismatch =
  | { readonly part: 'action' | 'resource' | 'principal' }
  | {
      readonly part: 'condition'
      /** The operator and the key as they are written in the policy. */
      readonly operator: string
      readonly key: string
      /** Whether the request has the key at all. */
      readonly isKeyPresent: boolean
      /** The values of the policy, as they are written. */
      readonly wanted: readonly string[]
    }

/** A request, and who makes it where policies name principals. */
export interface StatementRequest extends AuthorizationRequest {
  /** In lower case: actions are compared without regard to case. */
  readonly action: string
  /** Null where the principal is whom the policy is attached to. */
  readonly principal: RequestPrincipal | null
  /** The principal has a permissions boundary. */
  readonly isBounded: boolean
}

const ACTION_MISMATCH: Mismatch = { part: 'action' }
const RESOURCE_MISMATCH: Mismatch = { part: 'resource' }
const PRINCIPAL_MISMATCH: Mismatch = { part: 'principal' }

/** Why the statement does not apply to the request; null when it does. */
export function findMismatch(statement: Statement, request: StatementRequest): Mismatch | null {
  if (!matchActions(statement.actions, request.action)) return ACTION_MISMATCH
  if (!matchResources(statement.resources, request)) return RESOURCE_MISMATCH
  if (!matchPrincipal(statement, request)) return PRINCIPAL_MISMATCH
  const condition = findUnmetCondition(statement, request.context)
  if (condition === null) return null
  const { operator, key, contextKey } = condition
  const wanted = condition.kind === 'null' ? condition.asked.map(String) : condition.values
  const isKeyPresent = request.context.has(contextKey)
  return { part: 'condition', operator, key, isKeyPresent, wanted }
}

function matchActions({ patterns, negated }: ActionSet, action: string): boolean {
  return patterns.some(pattern => matchWildcard(pattern, action)) !== negated
}

function matchResources(
  resources: ResourceSet | null,
  { resource, context }: AuthorizationRequest,
): boolean {
  if (resources === null) return true
  const isNamed = resources.patterns.some(pattern =>
    'parts' in pattern
      ? matchTemplate(pattern, resource, context)
      : matchResource(pattern, resource),
  )
  return isNamed !== resources.negated
}

function matchTemplate(
  template: Parameters<typeof expandTemplate>[0],
  resource: string,
  context: RequestContext,
): boolean {
  const pieces = expandTemplate(template, context)
  return pieces !== null && matchResource(compileResource(pieces), resource)
}

function matchPrincipal(
  { principals, effect }: Statement,
  { principal, isBounded }: StatementRequest,
): boolean {
  if (principals === null || principal === null) return true
  return matchPrincipals(principals, principal, effect, isBounded) !== 'none'
}
