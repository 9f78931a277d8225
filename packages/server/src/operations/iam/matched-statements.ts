import type { PolicyLayer } from '../../policy/decision.ts'
import type { PolicyTrace } from '../../policy/evaluate-layer.ts'
import type { Explanation, LayerExplanation } from '../../policy/explain.ts'
import type { Statement } from '../../policy/policy-document.ts'
import type { Infer } from '../../shapes/shape.ts'
import type { SimulatedPolicies, SimulatedPolicy } from './simulated-policies.ts'
import type { evaluationResult } from './simulation-shapes.ts'

/** A statement as a simulation names it. */
export type MatchedStatement = Infer<typeof evaluationResult>['matchedStatements'][number]

/**
 * The statements that decided a request: those of the identity policies that allowed it, or all that
 * denied it. An implicit denial has none.
 */
export function listMatchedStatements(
  { identity, boundary }: SimulatedPolicies,
  { decision, layers }: Explanation,
): readonly MatchedStatement[] {
  const listOf = (name: PolicyLayer, policies: readonly SimulatedPolicy[], type: string) =>
    layers
      .filter(({ layer }) => layer === name)
      .flatMap(layer => listOfLayer(layer, policies, type, decision.effect))
  if (decision.effect === 'deny' && decision.kind === 'implicit') return []
  const ofIdentity = listOf('identity-based policy', identity, 'IAM Policy')
  if (decision.effect === 'allow') return ofIdentity
  const bounds = boundary === null ? [] : [boundary]
  return [...ofIdentity, ...listOf('permissions boundary', bounds, 'Permissions Boundary Policy')]
}

/** Statements, each of them once. */
export function listDistinct(statements: readonly MatchedStatement[]): readonly MatchedStatement[] {
  const byPlace = statements.map(statement => [JSON.stringify(statement), statement] as const)
  return [...new Map(byPlace).values()]
}

function listOfLayer(
  { policies: traces }: LayerExplanation,
  policies: readonly SimulatedPolicy[],
  sourcePolicyType: string,
  effect: 'allow' | 'deny',
): readonly MatchedStatement[] {
  const wanted = effect === 'allow' ? 'Allow' : 'Deny'
  // The traces are in the order of the policies, and in them the statements.
  return policies.flatMap(({ policyId, spans }, index) =>
    spans.flatMap(({ start, end }, position) =>
      isMatch(traces[index], position, wanted)
        ? [{ sourcePolicyId: policyId, sourcePolicyType, startPosition: start, endPosition: end }]
        : [],
    ),
  )
}

function isMatch(
  trace: PolicyTrace | undefined,
  position: number,
  wanted: Statement['effect'],
): boolean {
  const statement = trace?.statements[position]
  return statement?.mismatch === null && statement.effect === wanted
}
