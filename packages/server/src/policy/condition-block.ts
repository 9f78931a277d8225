import { isNullAsAsked } from './conditions/null.ts'
import type { ContextValue, RequestContext } from './decision.ts'
import type { Condition, Statement, ValueCondition } from './policy-document.ts'

/**
 * The first condition of the statement that does not hold; null when all do. Conditions are joined by
 * AND: operators, and the keys under each (aws-wire §5.3).
 */
export function findUnmetCondition(
  { conditions, effect }: Statement,
  context: RequestContext,
): Condition | null {
  for (const condition of conditions) {
    if (!isMet(condition, effect, context)) return condition
  }
  return null
}

function isMet(
  condition: Condition,
  effect: Statement['effect'],
  context: RequestContext,
): boolean {
  const value = context.get(condition.contextKey)
  if (condition.kind === 'null') return isNullAsAsked(value, condition.asked)
  return condition.quantifier === 'none'
    ? isScalarMet(condition, value, effect, context)
    : isSetMet(condition, value, effect, context)
}

/** A multivalued key never matches here, negated or not: it needs a set operator (aws-wire §5.3). */
function isScalarMet(
  condition: ValueCondition,
  value: ContextValue | undefined,
  effect: Statement['effect'],
  context: RequestContext,
): boolean {
  if (value === undefined && condition.ifExists) return true
  if (condition.values.length === 0) return false
  if (value === undefined) return condition.negated
  return typeof value === 'string' && isValueMet(condition, value, effect, context)
}

/**
 * `ForAllValues` is true for a missing or empty set, `ForAnyValue` false (aws-wire §5.3). `IfExists`
 * changes neither: an Allow of `ForAnyValue` that a missing key satisfied would open to everybody.
 */
function isSetMet(
  condition: ValueCondition,
  value: ContextValue = [],
  effect: Statement['effect'],
  context: RequestContext,
): boolean {
  const values = typeof value === 'string' ? [value] : value
  const isOneMet = (one: string): boolean =>
    condition.values.length > 0 && isValueMet(condition, one, effect, context)
  return condition.quantifier === 'all' ? values.every(isOneMet) : values.some(isOneMet)
}

/** The values of a policy are alternatives; under a negated operator none of them may compare true. */
function isValueMet(
  condition: ValueCondition,
  value: string,
  effect: Statement['effect'],
  context: RequestContext,
): boolean {
  switch (condition.compare(value, context)) {
    case 'equal':
      return !condition.negated
    case 'unequal':
      return condition.negated
    case 'unreadable':
      return false
    case 'malformed':
      return effect === 'Deny'
  }
}
