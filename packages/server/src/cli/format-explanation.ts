import type { DecidingStatement, Decision, RequestContext } from '../policy/decision.ts'
import type { StatementTrace } from '../policy/evaluate-layer.ts'
import type { Explanation, LayerExplanation } from '../policy/explain.ts'
import { formatUnmetCondition } from './unmet-condition.ts'

/**
 * An evaluation for a person: the decision, then every layer with every statement. `context` are the
 * condition keys of the request, in lower case.
 */
export function formatExplanation(
  { decision, layers }: Explanation,
  context: RequestContext,
): readonly string[] {
  return [formatDecision(decision), ...layers.flatMap(layer => formatLayer(layer, context))]
}

/** Statements by policy and layer, one a line. */
export function formatStatements(statements: readonly DecidingStatement[]): readonly string[] {
  return statements.map(
    ({ layer, policyId, statementId }) => `  ${layer} ${policyId}, statement ${statementId}`,
  )
}

function formatDecision(decision: Decision): string {
  if (decision.effect === 'allow') return 'Allowed.'
  return decision.kind === 'explicit'
    ? `Denied: a statement of the ${decision.layer} denies it.`
    : `Denied: the ${decision.layer} does not allow it.`
}

function formatLayer(layer: LayerExplanation, context: RequestContext): readonly string[] {
  const { level, outcome, isRequired, policies } = layer
  const where = level === null ? layer.layer : `${layer.layer}, level ${level}`
  const need = isRequired ? 'must allow' : 'need not allow'
  const lines = policies.flatMap(({ policyId, statements }) => [
    `    ${policyId}`,
    ...statements.map(statement => `      ${formatStatement(statement, context)}`),
  ])
  return [`  ${where} (${need}): ${outcome}`, ...(lines.length === 0 ? ['    no policy'] : lines)]
}

function formatStatement(
  { statementId, effect, mismatch }: StatementTrace,
  context: RequestContext,
): string {
  const name = `${statementId} ${effect}`
  if (mismatch === null) return `${name}: applies`
  if (mismatch.part !== 'condition') return `${name}: another ${mismatch.part}`
  return `${name}: ${formatUnmetCondition(mismatch, context)}`
}
