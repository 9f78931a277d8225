import type { RequestContext } from '../policy/decision.ts'
import type { Mismatch } from '../policy/match-statement.ts'

/** How many values of one list a line prints. Of the others it says how many there are. */
const MAX_NAMED_VALUES = 5

const NEGATED = /Not(?:Equals|Like|IpAddress)/

/**
 * Why a condition of a statement is not met. It says what the request has for the key and what the
 * policy wants. `context` are the condition keys of the request, in lower case.
 */
export function formatUnmetCondition(
  { operator, key, wanted }: Extract<Mismatch, { part: 'condition' }>,
  context: RequestContext,
): string {
  const seen = context.get(key.toLowerCase())
  const head = `${operator} ${key} is not met`
  if (seen === undefined) return `${head}: the request does not have the key`
  if (operator === 'Null') return `${head}: the request has the key`
  const values = formatValues([seen].flat(), 'and')
  if (typeof seen !== 'string' && !operator.startsWith('For')) {
    return `${head}: the request has the set ${values}, and ${operator} compares a single value; say ForAllValues:${operator} or ForAnyValue:${operator}`
  }
  const wish = NEGATED.test(operator)
    ? `none of ${formatValues(wanted, 'and')}`
    : formatValues(wanted, 'or')
  return `${head}: the request has ${values}, wanted ${wish}`
}

function formatValues(values: readonly string[], word: 'and' | 'or'): string {
  if (values.length === 0) return 'nothing'
  const named = values.slice(0, MAX_NAMED_VALUES).map(value => JSON.stringify(value))
  const others = values.length - named.length
  return others === 0 ? named.join(` ${word} `) : `${named.join(', ')} ${word} ${others} more`
}
