import type { IntegerShape, ListShape, Shape, StringShape } from './shape.ts'

/** The rules of its shape that a text breaks, in AWS's words; empty when it keeps them all. */
export function findBrokenStringRules(shape: StringShape, value: string): readonly string[] {
  const { minLength, maxLength, pattern, values, isPatternFirst } = shape
  const rules: string[] = []
  const length = isPatternFirst ? countCodePoints(value) : value.length
  if (maxLength !== null && length > maxLength) rules.push(maxLengthRule(maxLength))
  if (minLength !== null && length < minLength) rules.push(minLengthRule(minLength))
  if (pattern !== null && !pattern.regex.test(value)) {
    const rule = patternRule(pattern.source)
    if (isPatternFirst) rules.unshift(rule)
    else rules.push(rule)
  }
  if (values !== null && !values.includes(value)) rules.push(valuesRule(values))
  return rules
}

function countCodePoints(text: string): number {
  const pairs = text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g) ?? []
  return text.length - pairs.length
}

/** The rules of its shape that an integer breaks, in AWS's words; empty when it keeps them all. */
export function findBrokenIntegerRules(shape: IntegerShape, value: number): readonly string[] {
  const { min, max } = shape
  const rules: string[] = []
  if (max !== null && value > max) rules.push(maxRule(max))
  if (min !== null && value < min) rules.push(minRule(min))
  return rules
}

/** The rules of its shape that a list of `count` members breaks, in AWS's words. */
export function findBrokenListRules(shape: ListShape, count: number): readonly string[] {
  const { minItems, maxItems } = shape
  const rules: string[] = []
  if (maxItems !== null && count > maxItems) rules.push(maxLengthRule(maxItems))
  if (minItems !== null && count < minItems) rules.push(minLengthRule(minItems))
  return rules
}

/**
 * Every rule of a scalar shape, broken or not. AWS prints them all when a scalar member of a list
 * breaks one (aws-wire §1.3): the upper bound, the lower bound, the pattern, the value set.
 */
export function listRules(shape: Shape): readonly string[] {
  if (shape.kind === 'string') {
    const { minLength, maxLength, pattern, values } = shape
    return [
      ...(maxLength === null ? [] : [maxLengthRule(maxLength)]),
      ...(minLength === null ? [] : [minLengthRule(minLength)]),
      ...(pattern === null ? [] : [patternRule(pattern.source)]),
      ...(values === null ? [] : [valuesRule(values)]),
    ]
  }
  if (shape.kind === 'integer') {
    const { min, max } = shape
    return [...(max === null ? [] : [maxRule(max)]), ...(min === null ? [] : [minRule(min)])]
  }
  return []
}

/** The rule that a required member breaks by its absence. */
export const NOT_NULL_RULE = 'Member must not be null'

/** The rule that a list breaks when one of its scalar members breaks any of `memberRules`. */
export function memberRule(memberRules: readonly string[]): string {
  return `Member must satisfy constraint: [${memberRules.join(', ')}]`
}

function minLengthRule(length: number): string {
  return `Member must have length greater than or equal to ${length}`
}

function maxLengthRule(length: number): string {
  return `Member must have length less than or equal to ${length}`
}

function patternRule(source: string): string {
  return `Member must satisfy regular expression pattern: ${source}`
}

function valuesRule(values: readonly string[]): string {
  return `Member must satisfy enum value set: [${values.join(', ')}]`
}

function minRule(value: number): string {
  return `Member must have value greater than or equal to ${value}`
}

function maxRule(value: number): string {
  return `Member must have value less than or equal to ${value}`
}
