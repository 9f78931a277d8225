import { listOpenProviders } from './caller-claims.ts'
import { MULTIVALUED_KEYS } from './condition-keys/find-key.ts'
import type { Condition, Policy, Statement, ValueCondition } from './policy-document.ts'
import type { TrustedProvider } from './provider-controls.ts'

/** A place where a policy does not do what it seems to do. It is valid all the same. */
export interface LintFinding {
  readonly code: LintCode
  /** `Sid`, or the position in the document from 0 as text. */
  readonly statementId: string
  /** The operator and the key that the finding is about, or that would mend it. */
  readonly operator: string
  readonly key: string
  /** One sentence that explains the finding. */
  readonly explanation: string
}

/** What can be found. */
export type LintCode =
  | 'multivalued-key-never-matches'
  | 'any-value-lets-others-through'
  | 'missing-key-lets-through'
  | 'all-values-denies-too-little'
  | 'callers-not-told-apart'

/**
 * Finds the known traps of multivalued keys such as `sts:IdentityTokenAudience` (aws-wire §5.1, §5.3):
 * an operator without `ForAllValues:` or `ForAnyValue:` never matches; `ForAnyValue:` in an Allow lets
 * through any other values beside one that matches; `ForAllValues:` in an Allow matches a request without the key, and
 * in a Deny is evaded by adding one more value. And finds trust policies that whoever has a token of
 * an OIDC provider satisfies.
 */
export function lintPolicy(policy: Policy): readonly LintFinding[] {
  return [
    ...policy.statements.flatMap(statement =>
      statement.conditions.flatMap(condition => lintCondition(statement, condition)),
    ),
    ...listOpenProviders(policy).map(createOpenProviderFinding),
  ]
}

function createOpenProviderFinding({ statement, issuer }: TrustedProvider): LintFinding {
  const key = `${issuer}:sub`
  return {
    code: 'callers-not-told-apart',
    statementId: statement.id,
    operator: 'StringEquals',
    key,
    explanation: `Whoever has a token of ${issuer} may assume the role: compare ${key}, or another claim that tells its callers apart.`,
  }
}

function lintCondition(statement: Statement, condition: Condition): readonly LintFinding[] {
  if (condition.kind === 'null') return []
  const code = findTrap(statement, condition)
  if (code === null) return []
  const { operator, key } = condition
  const explanation = EXPLANATIONS[code](condition, statement.effect)
  return [{ code, statementId: statement.id, operator, key, explanation }]
}

function findTrap(statement: Statement, condition: ValueCondition): TrapCode | null {
  const { quantifier, contextKey } = condition
  if (quantifier === 'none') {
    return MULTIVALUED_KEYS.has(contextKey) ? 'multivalued-key-never-matches' : null
  }
  if (statement.effect === 'Deny') {
    return quantifier === 'all' ? 'all-values-denies-too-little' : null
  }
  if (quantifier === 'any') return 'any-value-lets-others-through'
  return isPresenceAsked(statement, contextKey) ? null : 'missing-key-lets-through'
}

/** Whether the statement also says `"Null": {"key": "false"}`. */
function isPresenceAsked({ conditions }: Statement, contextKey: string): boolean {
  return conditions.some(
    condition =>
      condition.kind === 'null' &&
      condition.contextKey === contextKey &&
      !condition.asked.includes(true),
  )
}

type TrapCode = Exclude<LintCode, 'callers-not-told-apart'>

type Explain = (condition: ValueCondition, effect: Statement['effect']) => string

const EXPLANATIONS: Readonly<Record<TrapCode, Explain>> = {
  'multivalued-key-never-matches': ({ operator, key }, effect) => {
    const remedy =
      effect === 'Deny'
        ? `ForAnyValue:${operator}`
        : `ForAllValues:${operator} with "Null": {"${key}": "false"}`
    return `${key} holds a set of values, so ${operator} never matches it: use ${remedy}.`
  },
  'any-value-lets-others-through': ({ operator, key }) =>
    `${operator} matches as soon as one value of ${key} does, so other values pass along with it: use ForAllValues: with "Null": {"${key}": "false"}.`,
  'missing-key-lets-through': ({ operator, key }) =>
    `${operator} also matches a request without ${key}: add "Null": {"${key}": "false"}.`,
  'all-values-denies-too-little': ({ operator, key }) =>
    `${operator} denies only when every value of ${key} matches, so one more value evades it: use ForAnyValue:.`,
}
