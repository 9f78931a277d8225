import { parseBool } from './conditions/bool.ts'
import type { ConditionOperator, OperandSource } from './conditions/operator.ts'
import { OPERATOR_TABLE } from './conditions/operator-table.ts'
import { listValues, readObject } from './element-reader.ts'
import { type Place, quote, throwMalformed } from './malformed-policy.ts'
import type { JsonNode } from './parse-json.ts'
import type { Condition, ValueCondition } from './policy-document.ts'
import { findConstantPieces, hasVariables, parseTemplate } from './variables.ts'

/** How the conditions of a policy are to be read. */
export interface ConditionRules {
  /** The policy's version has policy variables. */
  readonly variables: boolean
  /** Malformed values are kept, not refused (aws-wire §5.3: session policies). */
  readonly keepsMalformedValues: boolean
  /** Empty lists of values are kept, not refused (observed of session and trust policies). */
  readonly keepsEmptyLists: boolean
}

const OPERATOR = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/s
const QUANTIFIERS = new Map<string | undefined, ValueCondition['quantifier']>([
  ['ForAllValues:', 'all'],
  ['ForAnyValue:', 'any'],
])
/** Without a colon it is a key that no request has, which AWS takes all the same (aws-wire-news §5). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a key that cannot be printed is a mistake.
const KEY = /^[^\s:\u0000-\u001f]+(?::[^\u0000-\u001f]+)?$/

/** UTF-16 units of a condition key: a prefix and a tag key of 128 fit many times. */
export const MAX_KEY_CHARACTERS = 1_024

/**
 * Reads `Condition`: operators, under each the keys, under each the values. An empty object, which
 * AWS's own console writes, is no condition. Neither is an operator without keys, known or not,
 * which generators write (aws-wire-news §5).
 * @throws ServiceError `MalformedPolicyDocument`
 */
export function parseConditions(node: JsonNode, rules: ConditionRules): readonly Condition[] {
  const { members } = readObject(node, 'Condition')
  return [...members].flatMap(([operator, { namePlace, value }]) => {
    const keys = readObject(value, operator).members
    if (keys.size === 0) return []
    const build =
      findOperator(operator) ??
      throwMalformed(namePlace, `Invalid Condition type : ${quote(operator)}`)
    return [...keys].map(([key, member]) => {
      if (!KEY.test(key) || key.length > MAX_KEY_CHARACTERS) {
        throwMalformed(member.namePlace, `${quote(key)} is not a condition key: "service:name"`)
      }
      if (rules.variables && hasVariables(key)) {
        throwMalformed(member.namePlace, 'A policy variable cannot stand in a condition key')
      }
      const nodes = listValues(member.value)
      if (nodes.length === 0 && !rules.keepsEmptyLists) {
        throwMalformed(member.value.place, 'A condition key must have a value')
      }
      return build({ operator, key, contextKey: key.toLowerCase() }, nodes, rules)
    })
  })
}

type BuildCondition = (
  head: Pick<Condition, 'operator' | 'key' | 'contextKey'>,
  nodes: readonly JsonNode[],
  rules: ConditionRules,
) => Condition

function findOperator(name: string): BuildCondition | null {
  if (name === 'Null') {
    return (head, nodes) => ({
      ...head,
      kind: 'null',
      asked: nodes.map(node => parseBool(readValue(node))),
    })
  }
  const [, prefix, base = '', suffix] = OPERATOR.exec(name) ?? []
  const operator = OPERATOR_TABLE.get(base)
  if (operator === undefined) return null
  return (head, nodes, rules) => ({
    ...head,
    kind: 'value',
    quantifier: QUANTIFIERS.get(prefix) ?? 'none',
    ifExists: suffix !== undefined,
    negated: operator.negated,
    values: nodes.map(readValue),
    compare: operator.compile(nodes.map(node => readOperand(node, operator, rules))),
  })
}

function readOperand(
  node: JsonNode,
  operator: ConditionOperator,
  rules: ConditionRules,
): OperandSource {
  const text = readValue(node)
  const source = readSource(text, node.place, operator, rules)
  const mayBeMalformed = rules.keepsMalformedValues && operator.sessionKeepsMalformed
  if (!('template' in source) && !mayBeMalformed && !operator.isOperand(source.pieces)) {
    throwMalformed(node.place, `${quote(text)} is not ${operator.expects}`)
  }
  return source
}

function readSource(
  text: string,
  place: Place,
  operator: ConditionOperator,
  rules: ConditionRules,
): OperandSource {
  if (!rules.variables || !hasVariables(text)) return { pieces: [{ text, literal: false }] }
  if (!operator.acceptsVariables) {
    throwMalformed(place, `Policy variables need a String or ARN operator, not ${quote(text)}`)
  }
  const template = parseTemplate(text, reason =>
    throwMalformed(place, `${reason} in ${quote(text)}`),
  )
  const pieces = findConstantPieces(template)
  return pieces === null ? { template } : { pieces }
}

/** A value as text: numbers and Booleans may stand without quotes. */
function readValue(node: JsonNode): string {
  if (node.kind === 'string') return node.value
  if (node.kind === 'number' || node.kind === 'boolean') return node.text
  return throwMalformed(node.place, 'A condition value must be a text, a number or a Boolean')
}
