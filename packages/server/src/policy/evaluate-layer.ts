import type { AppliedPolicy } from './applicable-policies.ts'
import type { DecidingStatement, PolicyLayer } from './decision.ts'
import { findMismatch, type Mismatch, type StatementRequest } from './match-statement.ts'
import type { Statement } from './policy-document.ts'

/** What one statement had to say. */
export interface StatementTrace {
  readonly statementId: string
  readonly effect: Statement['effect']
  /** The first part that does not match; null when the statement applies. */
  readonly mismatch: Mismatch | null
}

/** What one policy had to say, statement by statement. */
export interface PolicyTrace {
  readonly policyId: string
  readonly statements: readonly StatementTrace[]
}

/** A statement that applies to the request. */
export interface MatchedStatement {
  readonly policyId: string
  readonly statement: Statement
}

/** What one layer, or one level of an organization's layer, had to say. */
export interface LayerOutcome {
  readonly layer: PolicyLayer
  /** The level of the organization, counted from the root as 0; null for other layers. */
  readonly level: number | null
  readonly allows: readonly MatchedStatement[]
  readonly denies: readonly MatchedStatement[]
  /** Empty unless a trace was asked for. */
  readonly policies: readonly PolicyTrace[]
}

/** Which layer to evaluate, and whether to write down what every statement had to say. */
export interface LayerQuestion {
  readonly layer: PolicyLayer
  readonly level: number | null
  readonly policies: readonly AppliedPolicy[]
  readonly isTraced: boolean
}

/** Asks every statement of a layer. */
export function evaluateLayer(
  { layer, level, policies, isTraced }: LayerQuestion,
  request: StatementRequest,
): LayerOutcome {
  const allows: MatchedStatement[] = []
  const denies: MatchedStatement[] = []
  const traces: PolicyTrace[] = []
  for (const { policyId, policy } of policies) {
    const statements: StatementTrace[] = []
    for (const statement of policy.statements) {
      const mismatch = findMismatch(statement, request)
      if (mismatch === null) {
        const matches = statement.effect === 'Deny' ? denies : allows
        matches.push({ policyId, statement })
      }
      if (isTraced) {
        statements.push({ statementId: statement.id, effect: statement.effect, mismatch })
      }
    }
    if (isTraced) traces.push({ policyId, statements })
  }
  return { layer, level, allows, denies, policies: traces }
}

/** The statements as the decision names them. */
export function listDecidingStatements(
  layer: PolicyLayer,
  matches: readonly MatchedStatement[],
): readonly DecidingStatement[] {
  return matches.map(({ policyId, statement }) => ({
    layer,
    policyId,
    statementId: statement.id,
  }))
}
