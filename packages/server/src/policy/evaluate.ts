import type { ApplicablePolicies, AppliedPolicy, TrustedResource } from './applicable-policies.ts'
import type { AuthorizationRequest, Decision, PolicyLayer } from './decision.ts'
import { evaluateLayer, type LayerOutcome, listDecidingStatements } from './evaluate-layer.ts'
import { matchPrincipals, type PrincipalMatch } from './match-principal.ts'
import type { StatementRequest } from './match-statement.ts'

/** A layer's outcome, and whether the request needs an Allow of this layer. */
export interface JudgedLayer extends LayerOutcome {
  readonly isRequired: boolean
}

/** An evaluation: the decision, and every layer in the order in which a denial is looked for. */
export interface Evaluation {
  readonly decision: Decision
  readonly layers: readonly JudgedLayer[]
}

/**
 * Decides whether the policies allow the request (aws-wire §5.2). A Deny in any layer wins.
 * Otherwise every restricting layer that is there must allow (each level of the organization, the
 * boundary, the session policies, every policy that narrowed the session later), and so must an
 * identity policy, unless the caller is an account's root.
 */
export function evaluateRequest(
  request: AuthorizationRequest,
  policies: ApplicablePolicies,
): Decision {
  return judgeRequest(request, policies, false).decision
}

/**
 * Decides whether a principal may do `request.action` on a role (`sts:AssumeRole`, `sts:TagSession`, …).
 * Its trust policy must allow that in any case. What else must allow depends on whom it names (AWS IAM
 * User Guide: policy evaluation logic, within one account and across accounts):
 *
 * - the principal itself, in the role's own account: nothing else;
 * - the role behind the session, in the same account: boundary and session policies;
 * - only the account, or a principal of another account: identity policies, boundary, session policies;
 * - an OIDC or SAML provider or a service: nothing else, for they have no policies of their own.
 *
 * A Deny in any layer, the organization's levels, and what narrowed the session later bind all of them.
 */
export function evaluateTrust(
  request: AuthorizationRequest,
  policies: ApplicablePolicies,
  trusted: TrustedResource,
): Decision {
  return judgeTrust(request, policies, trusted, false).decision
}

/** {@link evaluateRequest} with everything it looked at; traced, every statement says why. */
export function judgeRequest(
  request: AuthorizationRequest,
  policies: ApplicablePolicies,
  isTraced: boolean,
): Evaluation {
  const question = prepare(request, policies, null)
  const layers = [
    ...judgeOrganization(policies, question, isTraced),
    ...judgePrincipalLayers(policies, question, isTraced, 'account'),
  ]
  return { decision: decide(layers), layers }
}

/** {@link evaluateTrust} with everything it looked at; traced, every statement says why. */
export function judgeTrust(
  request: AuthorizationRequest,
  policies: ApplicablePolicies,
  trusted: TrustedResource,
  isTraced: boolean,
): Evaluation {
  const question = prepare(request, policies, trusted.principal)
  const trust = evaluateLayer(
    { layer: 'resource-based policy', level: null, policies: [trusted], isTraced },
    question,
  )
  const layers = [
    ...judgeOrganization(policies, question, isTraced),
    { ...trust, isRequired: true },
    ...judgePrincipalLayers(policies, question, isTraced, findGrant(trust, question, trusted)),
  ]
  return { decision: decide(layers), layers }
}

function prepare(
  request: AuthorizationRequest,
  policies: ApplicablePolicies,
  principal: StatementRequest['principal'],
): StatementRequest {
  const { action, resource, context } = request
  const isBounded = policies.boundary !== null
  return { action: action.toLowerCase(), resource, context, principal, isBounded }
}

/**
 * The levels of the organization. Its policies apply to everybody, even to somebody who only has a
 * token of another issuer, so the principals that they name are not compared.
 */
function judgeOrganization(
  policies: ApplicablePolicies,
  asked: StatementRequest,
  isTraced: boolean,
): readonly JudgedLayer[] {
  const question: StatementRequest = { ...asked, principal: null }
  const judgeLevels = (layer: PolicyLayer, levels: readonly (readonly AppliedPolicy[])[]) =>
    levels.map((applied, level) => ({
      ...evaluateLayer({ layer, level, policies: applied, isTraced }, question),
      isRequired: true,
    }))
  return [
    ...judgeLevels('service control policy', policies.serviceControl),
    ...judgeLevels('resource control policy', policies.resourceControl),
  ]
}

/**
 * The layers of the principal itself. `grant` says how closely a trust policy names the principal:
 * the closer, the fewer of these layers must allow.
 */
function judgePrincipalLayers(
  { identity, boundary, session, scopeDown, isAccountRoot }: ApplicablePolicies,
  question: StatementRequest,
  isTraced: boolean,
  grant: PrincipalMatch,
): readonly JudgedLayer[] {
  const judge = (
    layer: PolicyLayer,
    policies: readonly AppliedPolicy[],
    isRequired: boolean,
  ): JudgedLayer => ({
    ...evaluateLayer({ layer, level: null, policies, isTraced }, question),
    isRequired,
  })
  const needsIdentity = grant === 'account' && !isAccountRoot
  const needsRestrictions = grant !== 'self'
  const layers = [judge('identity-based policy', identity, needsIdentity)]
  if (boundary !== null) layers.push(judge('permissions boundary', [boundary], needsRestrictions))
  if (session !== null) layers.push(judge('session policy', session, needsRestrictions))
  // They limit everything that the session may do, even what a trust policy allows that names the
  // session.
  for (const policy of scopeDown) layers.push(judge('session policy', [policy], true))
  return layers
}

/** How closely the matching Allow statements of a trust policy name the principal. */
function findGrant(
  trust: LayerOutcome,
  { isBounded }: StatementRequest,
  { principal, accountId }: TrustedResource,
): PrincipalMatch {
  if (principal.kind !== 'aws') return 'self'
  if (principal.accountId !== accountId) return 'account'
  const matches = trust.allows.map(({ statement: { principals, effect } }) =>
    principals === null ? 'account' : matchPrincipals(principals, principal, effect, isBounded),
  )
  if (matches.includes('self')) return 'self'
  return matches.includes('issuer') ? 'issuer' : 'account'
}

/** A Deny anywhere; else the first layer that must allow and does not; else the request is allowed. */
function decide(layers: readonly JudgedLayer[]): Decision {
  const denying = layers.find(({ denies }) => denies.length > 0)
  if (denying !== undefined) {
    const { layer } = denying
    // The levels of an organization are one layer: name the statements of all of them.
    const statements = layers
      .filter(candidate => candidate.layer === layer)
      .flatMap(({ denies }) => listDecidingStatements(layer, denies))
    return { effect: 'deny', kind: 'explicit', layer, statements }
  }
  const silent = layers.find(({ isRequired, allows }) => isRequired && allows.length === 0)
  if (silent !== undefined) {
    return { effect: 'deny', kind: 'implicit', layer: silent.layer, statements: [] }
  }
  const statements = layers.flatMap(({ layer, allows }) => listDecidingStatements(layer, allows))
  return { effect: 'allow', statements }
}
