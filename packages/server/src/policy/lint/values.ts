import { parseDateMs } from '../conditions/date.ts'
import { OPERATOR_TABLE } from '../conditions/operator-table.ts'
import type { Policy, Statement, ValueCondition } from '../policy-document.ts'
import { hasVariables } from '../variables.ts'
import { createFinding, type LintFinding } from './finding.ts'
import type { FindingId } from './finding-kinds.ts'

/** Finds values of conditions that compare with nothing, or with nothing that was meant. */
export function lintValues(
  { version }: Policy,
  statement: Statement,
  nowMs: number,
): readonly LintFinding[] {
  return statement.conditions.flatMap(condition => {
    if (condition.kind === 'null') return []
    const create = (id: FindingId, isStatementIdle: boolean, explanation: string): LintFinding => {
      const { operator, key } = condition
      return createFinding({
        id,
        statementId: statement.id,
        operator,
        key,
        isStatementIdle,
        explanation,
      })
    }
    return [
      ...findLiteralStars(condition, version === '2012-10-17', create),
      ...findDeadValues(condition, create),
      ...findPastTimes(condition, statement, nowMs, create),
    ]
  })
}

type Create = (id: FindingId, isStatementIdle: boolean, explanation: string) => LintFinding

const STRING_EQUALS = /^(?:For[A-Za-z]+:)?String(Not)?Equals(?:IgnoreCase)?(?:IfExists)?$/

function findLiteralStars(
  condition: ValueCondition,
  knowsVariables: boolean,
  create: Create,
): readonly LintFinding[] {
  const { operator, key, values } = condition
  const match = STRING_EQUALS.exec(operator)
  if (match === null) return []
  // `${*}` says that the star itself is meant.
  const starred = values.find(value =>
    (knowsVariables ? value.replace(/\$\{[^}]*\}/g, '') : value).includes('*'),
  )
  if (starred === undefined) return []
  const like = match[1] === undefined ? 'StringLike' : 'StringNotLike'
  return [
    create(
      'wildcard-compared-literally',
      false,
      `${operator} compares ${key} with the star itself in ${JSON.stringify(starred)}: use ${like}.`,
    ),
  ]
}

/**
 * Finds values that nothing equals. Only session and trust policies may have them (`KindRules`).
 */
function findDeadValues(condition: ValueCondition, create: Create): readonly LintFinding[] {
  const { operator, key, values, ifExists, negated, quantifier } = condition
  const base = operator.replace(/^For.*?:/, '').replace(/IfExists$/, '')
  const table = OPERATOR_TABLE.get(base)
  const isRead = (text: string): boolean =>
    hasVariables(text) || table?.isOperand([{ text, literal: false }]) !== false
  if (negated && values.length > 0) return []
  if (values.some(isRead)) return []
  const isMetWithoutKey = ifExists || quantifier === 'all'
  const what =
    values.length === 0
      ? `${operator} has no value`
      : `${JSON.stringify(values[0])} is not ${table?.expects}`
  const consequence = isMetWithoutKey
    ? 'it is met only without the key'
    : 'nothing meets the condition'
  return [create('value-never-matches', !isMetWithoutKey, `${what} for ${key}, so ${consequence}.`)]
}

const PRESENT: ReadonlySet<string> = new Set(['aws:currenttime', 'aws:epochtime'])
const UNTIL = /^(?:Date|Numeric)(?:LessThan|LessThanEquals|Equals)(?:IfExists)?$/

function findPastTimes(
  { operator, key, contextKey, values }: ValueCondition,
  { effect }: Statement,
  nowMs: number,
  create: Create,
): readonly LintFinding[] {
  if (!PRESENT.has(contextKey) || !UNTIL.test(operator) || values.length === 0) return []
  const times = values.map(parseDateMs)
  if (times.some(time => time === null || time >= nowMs)) return []
  const latest = values[times.indexOf(Math.max(...times.map(Number)))]
  const verb = effect === 'Allow' ? 'allows nothing any more' : 'denies nothing any more'
  return [
    create(
      'time-is-over',
      true,
      `${operator} ${key} ends at ${latest}, which has passed: the statement ${verb}.`,
    ),
  ]
}
