import { listOpenProviders } from './caller-claims.ts'
import { MULTIVALUED_KEYS } from './condition-keys/find-key.ts'
import { lintAbsentKeys } from './lint-absent-keys.ts'
import type { LintCode, LintFinding } from './lint-finding.ts'
import type { Condition, Policy, Statement, ValueCondition } from './policy-document.ts'
import type { TrustedProvider } from './provider-controls.ts'

/**
 * Finds the known traps of multivalued keys such as `sts:IdentityTokenAudience` (aws-wire §5.1, §5.3):
 * an operator without `ForAllValues:` or `ForAnyValue:` never matches; `ForAnyValue:` in an Allow lets
 * through any other values beside one that matches; `ForAllValues:` in an Allow matches a request without the key, and
 * in a Deny is evaded by adding one more value. And finds keys that no request has, and trust policies
 * that whoever has a token of an OIDC provider satisfies.
 */
export function lintPolicy(policy: Policy): readonly LintFinding[] {
  return [
    ...policy.statements.flatMap(statement =>
      statement.conditions.flatMap(condition => lintCondition(statement, condition)),
    ),
    ...lintAbsentKeys(policy),
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
  const { operator, key } = condition
  return findTraps(statement, condition).map(code => {
    const explanation = EXPLANATIONS[code](condition, statement.effect)
    return { code, statementId: statement.id, operator, key, explanation }
  })
}

function findTraps(statement: Statement, condition: ValueCondition): readonly TrapCode[] {
  const { quantifier, contextKey, ifExists } = condition
  const isDeny = statement.effect === 'Deny'
  switch (quantifier) {
    case 'none':
      return MULTIVALUED_KEYS.has(contextKey) ? ['multivalued-key-never-matches'] : []
    case 'any':
      return [
        ...(isDeny ? [] : ['any-value-lets-others-through' as const]),
        ...(ifExists ? ['if-exists-has-no-effect' as const] : []),
      ]
    case 'all':
      if (isDeny) return ['all-values-denies-too-little']
      return isPresenceAsked(statement, contextKey) ? [] : ['missing-key-lets-through']
  }
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

type TrapCode = Exclude<
  LintCode,
  'callers-not-told-apart' | 'key-never-there' | 'deny-never-applies'
>

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
  'if-exists-has-no-effect': ({ operator, key }, effect) =>
    `IfExists does nothing after ForAnyValue:, so ${operator} does not match a request without ${key}: ${effect === 'Deny' ? 'deny' : 'allow'} such requests in another statement, with "Null": {"${key}": "true"}.`,
}
