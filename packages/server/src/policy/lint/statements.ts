import type { Statement } from '../policy-document.ts'
import { createFinding, type LintFinding } from './finding.ts'

/** Finds statements that say more, or less, than they seem to by their elements alone. */
export function lintStatement(statement: Statement): readonly LintFinding[] {
  return [...lintNegatedAllow(statement), ...lintMfaDeny(statement), ...lintRepeatedKeys(statement)]
}

function lintNegatedAllow({ id, effect, actions, resources }: Statement): readonly LintFinding[] {
  if (effect === 'Deny') return []
  const findings: LintFinding[] = []
  if (actions.negated) {
    findings.push(
      createFinding({
        id: 'allow-with-not-action',
        statementId: id,
        operator: 'NotAction',
        key: actions.texts.join(', '),
        explanation: `NotAction allows every action of every service but ${actions.texts.join(', ')}, also those that come later.`,
      }),
    )
  }
  if (resources?.negated === true) {
    findings.push(
      createFinding({
        id: 'allow-with-not-resource',
        statementId: id,
        operator: 'NotResource',
        key: resources.texts.join(', '),
        explanation: `NotResource allows every resource but ${resources.texts.join(', ')}, also those that come later.`,
      }),
    )
  }
  return findings
}

const MFA_PRESENT = 'aws:multifactorauthpresent'

function lintMfaDeny({ id, effect, conditions }: Statement): readonly LintFinding[] {
  if (effect === 'Allow') return []
  return conditions.flatMap(condition => {
    if (condition.kind === 'null' || condition.contextKey !== MFA_PRESENT) return []
    const { operator, key, values, ifExists } = condition
    if (ifExists || operator !== 'Bool' || !values.every(isFalse)) return []
    return [
      createFinding({
        id: 'mfa-deny-misses-keys',
        statementId: id,
        operator: operator,
        key: key,
        explanation: `A request with an access key of a user does not have ${key}, so this Deny lets it by: use BoolIfExists.`,
      }),
    ]
  })
}

function isFalse(value: string): boolean {
  return value.toLowerCase() === 'false'
}

function lintRepeatedKeys({ id, conditions }: Statement): readonly LintFinding[] {
  return conditions.flatMap(({ operator, key, contextKey }, index) => {
    const first = conditions
      .slice(0, index)
      .find(other => other.operator === operator && other.contextKey === contextKey)
    if (first === undefined) return []
    return [
      createFinding({
        id: 'key-twice',
        statementId: id,
        operator: operator,
        key: key,
        explanation: `${key} and ${first.key} are the same key, and both conditions must hold: put all values under one.`,
      }),
    ]
  })
}
