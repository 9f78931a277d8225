import type { Condition, Policy } from './policy-document.ts'
import {
  findRequiredKeys,
  isPositive,
  listTrustedProviders,
  type TrustedProvider,
} from './provider-controls.ts'

/**
 * Claims by which an issuer tells one caller, or one organization, from another (AWS IAM User
 * Guide: available keys for AWS OIDC federation). Audience, branch and environment are not among
 * them: anybody may have the same.
 */
const CALLER_CLAIMS: ReadonlySet<string> = new Set([
  'sub',
  'email',
  'actor',
  'actor_id',
  'enterprise_id',
  'google/organization_number',
  'job_workflow_ref',
  'oidc.circleci.com/project-id',
  'repository',
  'repository_id',
  'repository_owner_id',
  'rpst_id',
])

/** A pattern that every text matches, or every text of some length. */
const ANYTHING = /^\?*\*[*?]*$/

/**
 * The OIDC providers of a trust policy that trusts everybody who has a token of theirs: its statement
 * does not compare `sub` or another claim that tells callers apart. A condition that is negated, or
 * holds without the claim, or matches every value, tells nobody apart.
 */
export function listOpenProviders(policy: Policy): readonly TrustedProvider[] {
  return listTrustedProviders(policy).filter(
    ({ statement, principal, issuer }) =>
      !principal.includes(':saml-provider/') &&
      !statement.conditions.some(condition => tellsCallersApart(condition, issuer)),
  )
}

function tellsCallersApart(condition: Condition, issuer: string): boolean {
  return (
    isPositive(condition) &&
    condition.quantifier !== 'all' &&
    isCallerKey(condition.contextKey, issuer.toLowerCase()) &&
    !condition.values.some(value => ANYTHING.test(value))
  )
}

function isCallerKey(contextKey: string, issuer: string): boolean {
  const required = findRequiredKeys(issuer) ?? []
  return (
    required.some(key => key.toLowerCase() === contextKey) ||
    // Both come from the token, where it has them.
    contextKey === 'sts:sourceidentity' ||
    contextKey.startsWith('aws:requesttag/') ||
    (contextKey.startsWith(`${issuer}:`) && CALLER_CLAIMS.has(contextKey.slice(issuer.length + 1)))
  )
}
