import type { Policy } from '../policy-document.ts'
import { lintAbsentKeys } from './absent-keys.ts'
import { lintActions } from './actions.ts'
import { createFinding, type LintFinding } from './finding.ts'
import { lintSecondPermissions } from './second-permissions.ts'
import { lintSetOperators } from './set-operators.ts'
import { lintStatement } from './statements.ts'
import { lintTrust } from './trust.ts'
import { lintValues } from './values.ts'
import { lintVersion } from './variables.ts'

/**
 * Finds where a policy does not do what it seems to do: `FINDING_KINDS` says what that can be.
 * @param nowMs tells times that have passed
 */
export function lintPolicy(policy: Policy, nowMs: number): readonly LintFinding[] {
  const findings = [
    ...policy.statements.flatMap(statement => [
      ...lintActions(statement),
      ...lintStatement(statement),
      ...lintSetOperators(statement),
      ...lintVersion(policy, statement),
      ...lintValues(policy, statement, nowMs),
      ...lintSecondPermissions(policy, statement),
    ]),
    ...lintAbsentKeys(policy),
    ...lintTrust(policy),
  ]
  return [...findings, ...lintSession(policy, findings)]
}

/** A session without an Allow that can apply may do nothing at all. */
function lintSession(
  { kind, statements }: Policy,
  findings: readonly LintFinding[],
): readonly LintFinding[] {
  if (kind !== 'session') return []
  const idle = new Set(
    findings.filter(each => each.isStatementIdle).map(({ statementId }) => statementId),
  )
  if (statements.some(({ id, effect }) => effect === 'Allow' && !idle.has(id))) return []
  const [first] = statements
  const hasAllow = statements.some(({ effect }) => effect === 'Allow')
  return [
    createFinding({
      id: 'session-allows-nothing',
      statementId: first?.id ?? '0',
      operator: 'Effect',
      key: 'Allow',
      explanation: `The session can do nothing: ${hasAllow ? 'no Allow of the policy ever applies' : 'the policy has no Allow'}.`,
    }),
  ]
}
