import { ServiceError } from '../../errors.ts'
import {
  findBrokenIntegerRules,
  findBrokenListRules,
  findBrokenStringRules,
  listRules,
  memberRule,
  NOT_NULL_RULE,
} from '../../shapes/constraints.ts'
import type { Infer, ListShape, Shape, StructureShape } from '../../shapes/shape.ts'
import { formatValue, formatViolations, type Violation } from './format-violations.ts'
import { groupItems, groupMembers, malformedInput, NOTHING, type Sent } from './group-parameters.ts'
import type { QueryParameters } from './parse-parameters.ts'
import { parseBoolean, parseInteger } from './parse-scalar.ts'

/**
 * Reads the typed input of an operation. Parameters that the shape does not know are ignored; a list
 * sent as its bare name with an empty value (`Tags=`) is empty. A value that cannot be read as its type
 * is refused at once. The rules of the shape are checked for all members, and then one error names all
 * violations. They come in the order of the shape, those of a list before those of its members
 * (aws-wire §1.3; the order across members is UNVERIFIED). The members of an item come last to first,
 * as was seen of a tag (aws-wire-news §6).
 *
 * @throws ServiceError `MalformedInput`, `ValidationError`
 */
export function readInput<S extends StructureShape>(
  shape: S,
  parameters: QueryParameters,
  quotesValues: boolean,
): Infer<S> {
  const violations: Violation[] = []
  const input = readStructure(shape, parameters, '', violations)
  if (violations.length > 0) {
    throw new ServiceError('ValidationError', formatViolations(violations, quotesValues))
  }
  // The walk has followed the shape member by member; only the compiler cannot see that.
  return input as Infer<S>
}

function readStructure(
  shape: StructureShape,
  parameters: QueryParameters,
  prefix: string,
  violations: Violation[],
): Readonly<Record<string, unknown>> {
  const groups = groupMembers(parameters)
  const structure: Record<string, unknown> = {}
  const fields = prefix === '' ? shape.fields : shape.fields.toReversed()
  for (const { name, wireName, printedName, member } of fields) {
    const sent = { value: parameters.get(wireName), below: groups.get(wireName) ?? NOTHING }
    const path = prefix + printedName
    if (isAbsent(sent) || (member.presence === 'required' && isEmptyList(member.shape, sent))) {
      if (member.presence === 'required') {
        violations.push({ value: null, path, rule: NOT_NULL_RULE })
      } else if (member.presence === 'defaulted') {
        structure[name] = member.defaultValue
      }
    } else {
      structure[name] = readValue(member.shape, sent, path, violations)
    }
  }
  return structure
}

function isAbsent({ value, below }: Sent): boolean {
  return value === undefined && below.size === 0
}

function isEmptyList(shape: Shape, { value, below }: Sent): boolean {
  return shape.kind === 'list' && value === '' && below.size === 0
}

function readValue(shape: Shape, sent: Sent, path: string, violations: Violation[]): unknown {
  if (shape.kind === 'list') return readList(shape, sent, path, violations)
  if (shape.kind === 'structure') {
    if (sent.value) throw malformedInput('Unexpected complex element termination')
    return readStructure(shape, sent.below, `${path}.`, violations)
  }
  const { value, brokenRules } = readScalar(shape, sent)
  report(violations, shape, value, path, brokenRules)
  return value
}

function readList(
  shape: ListShape,
  sent: Sent,
  path: string,
  violations: Violation[],
): readonly unknown[] {
  if (sent.value) throw malformedInput('Unexpected list element termination')
  const items = groupItems(sent.below)
  const brokenRules = findBrokenListRules(shape, items.length)
  const { member } = shape
  if (member.kind !== 'list' && member.kind !== 'structure') {
    const scalars = items.map(item => (item === null ? null : readScalar(member, item)))
    const list = scalars.map(scalar => scalar?.value ?? null)
    report(violations, shape, list, path, brokenRules)
    if (scalars.some(scalar => scalar !== null && scalar.brokenRules.length > 0)) {
      report(violations, shape, list, path, [memberRule(listRules(member))])
    }
    for (const [index, scalar] of scalars.entries()) {
      if (scalar === null) violations.push(missingItem(path, index))
    }
    return list
  }
  const itemViolations: Violation[] = []
  const list = items.map((item, index) => {
    // A gap is read as an item without members. If the shape would accept such an item, the error names
    // the gap itself (UNVERIFIED).
    if (item === null && !hasRequiredMember(member)) itemViolations.push(missingItem(path, index))
    return readValue(member, item ?? ABSENT, `${path}.${index + 1}.member`, itemViolations)
  })
  report(violations, shape, list, path, brokenRules)
  for (const violation of itemViolations) violations.push(violation)
  return list
}

const ABSENT: Sent = { value: undefined, below: NOTHING }

function hasRequiredMember(shape: ListShape | StructureShape): boolean {
  if (shape.kind === 'list') return false
  return shape.fields.some(({ member }) => member.presence === 'required')
}

function missingItem(path: string, index: number): Violation {
  return { value: null, path: `${path}.${index + 1}.member`, rule: NOT_NULL_RULE }
}

interface Scalar {
  readonly value: string | number | boolean
  readonly brokenRules: readonly string[]
}

function readScalar(shape: Exclude<Shape, ListShape | StructureShape>, sent: Sent): Scalar {
  const { value: text, below } = sent
  if (text === undefined || below.size > 0) {
    throw malformedInput('Start of structure or map found where not expected.')
  }
  switch (shape.kind) {
    case 'string':
      return { value: text, brokenRules: findBrokenStringRules(shape, text) }
    case 'integer': {
      const value = parseInteger(text)
      return { value, brokenRules: findBrokenIntegerRules(shape, value) }
    }
    case 'boolean':
      return { value: parseBoolean(text), brokenRules: [] }
    case 'timestamp':
    case 'map':
      throw new TypeError(`a ${shape.kind} cannot be part of an input`)
  }
}

function report(
  violations: Violation[],
  shape: Shape,
  value: unknown,
  path: string,
  brokenRules: readonly string[],
): void {
  for (const rule of brokenRules) {
    violations.push({ value: formatValue(shape, value), path, rule })
  }
}
