import { isJsonObject, isStringArray, type JsonObject } from '../json.ts'
import { formatUnknownName } from '../nearest-name.ts'
import { type Condition, compileList, invalidRule, type Polarity } from './compile-list.ts'
import { compileOrigin, requireSubjectMode } from './compile-origin.ts'
import {
  COMPUTE_CONDITIONS,
  LIST_CONDITIONS,
  type ListCondition,
  TAG_CONDITIONS,
} from './condition-values.ts'

/** A rule must have one of these conditions. The others do not say whose principal it is. */
const IDENTITY_CONDITIONS = ['accounts', 'organizations', 'organizationPaths', 'subjects']
const LIST_NAMES = Object.keys(LIST_CONDITIONS)
const CHOSEN_NAMES: readonly string[] = ['requestTags', 'scopes']
const EXCLUDABLE_NAMES = [
  ...LIST_NAMES.filter(name => !CHOSEN_NAMES.includes(name)),
  ...['principalTags', 'compute', 'origin'],
]
const CONDITION_NAMES = [...EXCLUDABLE_NAMES, ...CHOSEN_NAMES, 'not']

/**
 * Checks the conditions of a rule and makes them executable.
 *
 * @param label what messages call the rule
 * @throws VerifyError `rules_invalid`
 */
export function compileConditions(when: unknown, label: string): readonly Condition[] {
  if (!isJsonObject(when)) throw invalidRule(label, 'when is not an object')
  requireIdentity(when, label)
  const { not, ...required } = when
  const hasOrigin = Object.hasOwn(when, 'origin')
  return [
    requireSubjectMode(hasOrigin),
    ...compileMembers(required, '', CONDITION_NAMES, 'required', label),
    ...(Object.hasOwn(when, 'not') ? compileExcluded(not, hasOrigin, label) : []),
  ]
}

/**
 * Refuses a rule that would trust anybody. A condition that only excludes does not say whom the rule
 * trusts.
 */
function requireIdentity(when: JsonObject, label: string): void {
  const names = Object.keys(when).filter(name => IDENTITY_CONDITIONS.includes(name))
  if (names.length === 0) {
    throw invalidRule(
      label,
      `none of ${IDENTITY_CONDITIONS.join(', ')} is there: it would trust anybody`,
    )
  }
  if (names.every(name => name === 'subjects') && hasAnyAccount(when['subjects'])) {
    throw invalidRule(label, 'subjects of any account need accounts or organizations as well')
  }
}

function compileExcluded(not: unknown, hasOrigin: boolean, label: string): readonly Condition[] {
  const excluded = Object.fromEntries(listMembers('not', not, label))
  const chosen = CHOSEN_NAMES.find(name => Object.hasOwn(excluded, name))
  if (chosen !== undefined) {
    throw invalidRule(
      label,
      `not.${chosen} excludes nobody: the caller chooses them and would leave them out`,
    )
  }
  if (Object.hasOwn(excluded, 'origin') && !hasOrigin) {
    throw invalidRule(label, 'not.origin needs origin beside not')
  }
  return compileMembers(excluded, 'not.', EXCLUDABLE_NAMES, 'excluded', label)
}

function compileMembers(
  conditions: JsonObject,
  prefix: string,
  known: readonly string[],
  polarity: Polarity,
  label: string,
): readonly Condition[] {
  return Object.entries(conditions).flatMap(([name, value]) => {
    if (!known.includes(name)) {
      const names = known.map(each => `${prefix}${each}`)
      throw invalidRule(label, formatUnknownName('condition', `${prefix}${name}`, names))
    }
    return compileCondition(name, value, prefix, polarity, label)
  })
}

function compileCondition(
  name: string,
  value: unknown,
  prefix: string,
  polarity: Polarity,
  label: string,
): readonly Condition[] {
  const fullName = `${prefix}${name}`
  const compile = (member: string, patterns: unknown, condition: ListCondition) =>
    compileList(member, patterns, condition, polarity, label)
  if (isKeyOf(LIST_CONDITIONS, name)) return [compile(fullName, value, LIST_CONDITIONS[name])]
  const members = listMembers(fullName, value, label)
  if (isKeyOf(TAG_CONDITIONS, name)) {
    const conditionOf = TAG_CONDITIONS[name]
    return members.map(([key, patterns]) => {
      const list = typeof patterns === 'string' ? [patterns] : patterns
      return compile(`${fullName}.${key}`, list, conditionOf(key))
    })
  }
  if (name === 'origin') return compileOrigin(fullName, members, polarity, label)
  return members.map(([key, patterns]) => {
    if (isKeyOf(COMPUTE_CONDITIONS, key)) {
      return compile(`${fullName}.${key}`, patterns, COMPUTE_CONDITIONS[key])
    }
    const names = Object.keys(COMPUTE_CONDITIONS).map(each => `${fullName}.${each}`)
    throw invalidRule(label, formatUnknownName('condition', `${fullName}.${key}`, names))
  })
}

function listMembers(
  name: string,
  value: unknown,
  label: string,
): readonly (readonly [string, unknown])[] {
  const members = isJsonObject(value) ? Object.entries(value) : []
  if (members.length === 0) {
    throw invalidRule(label, `${name} is not an object with at least one member`)
  }
  return members
}

function hasAnyAccount(subjects: unknown): boolean {
  return isStringArray(subjects) && subjects.some(pattern => pattern.includes(':iam::*:'))
}

function isKeyOf<T extends object>(table: T, name: PropertyKey): name is keyof T {
  return Object.hasOwn(table, name)
}
