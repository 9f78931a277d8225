import type { ConditionKey } from '../condition-keys/condition-key.ts'
import { findConditionKey } from '../condition-keys/find-key.ts'
import type { Condition, Statement, ValueCondition } from '../policy-document.ts'
import { createFinding, type LintFinding } from './finding.ts'
import type { FindingId } from './finding-kinds.ts'

/**
 * Finds the known traps of sets such as `sts:IdentityTokenAudience` (aws-wire §5.1, §5.3), and set
 * operators on keys that have a single value.
 */
export function lintSetOperators(statement: Statement): readonly LintFinding[] {
  return statement.conditions.flatMap(condition =>
    condition.kind === 'null'
      ? []
      : findTraps(statement, condition).map(([id, explanation]) =>
          createFinding({
            id,
            statementId: statement.id,
            operator: condition.operator,
            key: condition.key,
            isStatementIdle: id === 'multivalued-key-never-matches' && neverMatches(condition),
            explanation,
          }),
        ),
  )
}

type Trap = readonly [id: FindingId, explanation: string]

function findTraps(statement: Statement, condition: ValueCondition): readonly Trap[] {
  // Null for keys of other services and of tokens: what they hold is not known here.
  const key = findConditionKey(condition.contextKey)
  if (condition.quantifier === 'none') {
    return key?.isMultivalued === true ? [createSetTrap(statement, condition, key)] : []
  }
  if (key?.isMultivalued === false && !key.name.endsWith(':oaud'))
    return [createSingleTrap(condition)]
  return condition.quantifier === 'any'
    ? findTrapsOfAny(statement, condition, key)
    : findTrapsOfAll(statement, condition, key)
}

/** The operator without its prefix and suffix. */
function baseOf({ operator }: ValueCondition): string {
  return operator.replace(/^For(?:All|Any)Values?:/, '').replace(/IfExists$/, '')
}

/**
 * Whether an operator without a set prefix never matches a set. A negated one, or one with
 * `IfExists`, matches when the set is absent.
 */
function neverMatches({ negated, ifExists }: ValueCondition): boolean {
  return !negated && !ifExists
}

function createSetTrap(
  { effect }: Statement,
  condition: ValueCondition,
  { isSendersChoice }: ConditionKey,
): Trap {
  const { operator, key, negated } = condition
  const base = baseOf(condition)
  const all = `ForAllValues:${base} with "Null": {"${key}": "false"}`
  const any = `ForAnyValue:${base}`
  const ofSender = effect === 'Deny' ? any : all
  const remedy = isSendersChoice ? ofSender : negated ? `ForAllValues:${base}` : any
  const consequence = neverMatches(condition)
    ? `so ${operator} never matches it`
    : `so ${operator} matches no request that has one, and every request that has none`
  return [
    'multivalued-key-never-matches',
    `${key} holds a set of values, ${consequence}: use ${remedy}.`,
  ]
}

function createSingleTrap(condition: ValueCondition): Trap {
  const { operator, key, quantifier, ifExists } = condition
  const base = baseOf(condition)
  const effect =
    quantifier === 'all'
      ? `${operator} also matches every request without it: use ${base}, or ${base}IfExists where that is meant`
      : `${operator} is the same as ${base}${ifExists ? ', and IfExists does nothing' : ''}: use ${base}`
  return ['set-operator-on-single-value', `${key} holds a single value, and ${effect}.`]
}

function findTrapsOfAny(
  { effect }: Statement,
  { operator, key, ifExists }: ValueCondition,
  known: ConditionKey | null,
): readonly Trap[] {
  const traps: Trap[] = []
  if (effect === 'Allow' && known?.isSendersChoice === true) {
    traps.push([
      'any-value-lets-others-through',
      `${operator} matches as soon as one value of ${key} does, so other values pass along with it: use ForAllValues: with "Null": {"${key}": "false"}.`,
    ])
  }
  if (ifExists) {
    traps.push([
      'if-exists-has-no-effect',
      `IfExists does nothing after ForAnyValue:, so ${operator} does not match a request without ${key}: ${effect.toLowerCase()} such requests in another statement, with "Null": {"${key}": "true"}.`,
    ])
  }
  return traps
}

function findTrapsOfAll(
  statement: Statement,
  { operator, key, contextKey }: ValueCondition,
  known: ConditionKey | null,
): readonly Trap[] {
  if (statement.effect === 'Deny') {
    return known?.isSendersChoice === true
      ? [
          [
            'all-values-denies-too-little',
            `${operator} denies only when every value of ${key} matches, so one more value evades it: use ForAnyValue:.`,
          ],
        ]
      : []
  }
  if (isPresenceAsked(statement.conditions, contextKey) || isAlwaysThere(statement, contextKey)) {
    return []
  }
  return [
    [
      'missing-key-lets-through',
      `${operator} also matches a request without ${key}: add "Null": {"${key}": "false"}.`,
    ],
  ]
}

/** Whether the statement also says `"Null": {"key": "false"}`. */
function isPresenceAsked(conditions: readonly Condition[], contextKey: string): boolean {
  return conditions.some(
    condition =>
      condition.kind === 'null' &&
      condition.contextKey === contextKey &&
      !condition.asked.includes(true),
  )
}

/** A request for a token always has audiences. */
function isAlwaysThere({ actions }: Statement, contextKey: string): boolean {
  return (
    contextKey === 'sts:identitytokenaudience' &&
    !actions.negated &&
    actions.texts.every(text => /^sts:(?:tag)?getwebidentitytoken$/i.test(text))
  )
}
