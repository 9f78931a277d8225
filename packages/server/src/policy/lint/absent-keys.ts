import { CONDITION_KEY_GROUPS, findConditionKey } from '../condition-keys/find-key.ts'
import type { Condition, Policy, Statement } from '../policy-document.ts'
import { hasVariables, parseTemplate, type Template } from '../variables.ts'
import { createFinding, type LintFinding } from './finding.ts'
import type { FindingId } from './finding-kinds.ts'
import { findSlippedPrefix, suggestName } from './suggest-name.ts'

/** Whose keys are all known: any other of them is a mistake. */
const KNOWN_PREFIX = /^(?:aws|sts|iam):/

/**
 * Finds conditions and policy variables that ask for a key which no request here has: such a
 * condition never holds, or holds for every request. A Deny that needs the key never applies.
 */
export function lintAbsentKeys({ statements, version }: Policy): readonly LintFinding[] {
  return statements.flatMap(statement => [
    ...statement.conditions.flatMap(condition => [
      ...lintKey(statement, condition),
      ...(version === '2012-10-17' ? lintValues(statement, condition) : []),
    ]),
    ...lintResources(statement),
  ])
}

function lintKey({ id, effect }: Statement, condition: Condition): readonly LintFinding[] {
  const { operator, key, contextKey } = condition
  const absence = findAbsence(contextKey)
  if (absence === null) return []
  const isMet = isMetWithoutKey(condition)
  const consequence = isMet ? `${operator} holds for every request` : formatIdleEffect(effect)
  return [
    createFinding({
      id: nameAbsence(absence, effect === 'Deny' && !isMet),
      statementId: id,
      operator: operator,
      key: key,
      isStatementIdle: !isMet,
      explanation: formatAbsence(key, absence, consequence),
    }),
  ]
}

/** What a condition is worth for a request without its key (aws-wire §5.3). */
function isMetWithoutKey(condition: Condition): boolean {
  if (condition.kind === 'null') return condition.asked.includes(true)
  const { quantifier, ifExists, negated, values } = condition
  if (quantifier !== 'none') return quantifier === 'all'
  return ifExists || (negated && values.length > 0)
}

function lintValues({ id, effect }: Statement, condition: Condition): readonly LintFinding[] {
  if (condition.kind === 'null') return []
  const { operator, values, negated } = condition
  const lost = values.map(findLostVariable)
  const isIdle = !negated && lost.length > 0 && lost.every(variable => variable !== null)
  return lost.flatMap(variable =>
    variable === null ? [] : [createVariableFinding({ id, effect, operator, variable, isIdle })],
  )
}

function lintResources({ id, effect, resources }: Statement): readonly LintFinding[] {
  if (resources === null) return []
  const lost = resources.patterns.map(pattern =>
    'parts' in pattern ? findLostPart(pattern) : null,
  )
  const isIdle = !resources.negated && lost.every(variable => variable !== null)
  const operator = resources.negated ? 'NotResource' : 'Resource'
  return lost.flatMap(variable =>
    variable === null ? [] : [createVariableFinding({ id, effect, operator, variable, isIdle })],
  )
}

interface LostVariable {
  readonly id: string
  readonly effect: Statement['effect']
  /** The operator or the element that it stands under. */
  readonly operator: string
  readonly variable: string
  /** The statement has nothing else that could match. */
  readonly isIdle: boolean
}

function createVariableFinding(lost: LostVariable): LintFinding {
  const { id, effect, operator, variable, isIdle } = lost
  const consequence = isIdle ? formatIdleEffect(effect) : `its value of ${operator} matches nothing`
  const absence = findAbsence(variable) ?? throwUnread('its key is there')
  return createFinding({
    id: nameAbsence(absence, effect === 'Deny' && isIdle),
    statementId: id,
    operator: operator,
    key: variable,
    isStatementIdle: isIdle,
    explanation: formatAbsence(`\${${variable}}`, absence, consequence),
  })
}

/** The first variable of a value that no request resolves. */
function findLostVariable(value: string): string | null {
  if (!hasVariables(value)) return null
  return findLostPart(parseTemplate(value, reason => throwUnread(reason)))
}

function findLostPart({ parts }: Template): string | null {
  for (const part of parts) {
    if ('key' in part && part.fallback === null && findAbsence(part.key) !== null) {
      return part.key
    }
  }
  return null
}

/** A policy is parsed before it is looked at, so its variables can be read. */
function throwUnread(reason: string): never {
  throw new TypeError(`a variable was not read before: ${reason}`)
}

/** Why no request has a key: AWS has it and requests here do not, or nobody has it. */
type Absence =
  | { readonly kind: 'never'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly suggestion: string }

const KNOWN_NAMES = CONDITION_KEY_GROUPS.flatMap(({ keys }) =>
  keys.map(({ name }) => name.replace('…', '')),
)

/** Null when some requests have the key, or may. */
function findAbsence(contextKey: string): Absence | null {
  const known = findConditionKey(contextKey)
  if (known !== null) {
    return known.presence === 'never'
      ? { kind: 'never', reason: known.note.replaceAll('`', '') }
      : null
  }
  if (!KNOWN_PREFIX.test(contextKey) && !isSlip(contextKey)) return null
  return { kind: 'unknown', suggestion: suggestName(contextKey, KNOWN_NAMES) }
}

/** Whether the key lacks a prefix, or is a key of AWS with a slip in its prefix. */
function isSlip(contextKey: string): boolean {
  const [prefix = '', ...rest] = contextKey.split(':')
  if (rest.length === 0) return true
  return findConditionKey(`${findSlippedPrefix(prefix)}:${rest.join(':')}`) !== null
}

function nameAbsence({ kind }: Absence, isDenyIdle: boolean): FindingId {
  if (kind === 'unknown') return 'unknown-key'
  return isDenyIdle ? 'deny-never-applies' : 'key-never-there'
}

function formatAbsence(name: string, absence: Absence, consequence: string): string {
  return absence.kind === 'never'
    ? `${name} is in no request to this server (${absence.reason}), so ${consequence}.`
    : `${name} is in no request to this server (AWS documents no such key), so ${consequence}${absence.suggestion || '.'}`
}

function formatIdleEffect(effect: Statement['effect']): string {
  return effect === 'Deny' ? 'this Deny never applies' : 'this statement never allows anything'
}
