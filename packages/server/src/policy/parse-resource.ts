import { type Choice, listValues, readText } from './element-reader.ts'
import { type Place, quote, refuse } from './malformed-policy.ts'
import { compileResource, type ResourcePattern } from './match-arn.ts'
import type { Piece } from './match-wildcard.ts'
import type { ResourceSet } from './policy-document.ts'
import {
  findConstantPieces,
  hasVariables,
  joinPieces,
  parseTemplate,
  type Template,
} from './variables.ts'

const ARN_COLONS = 5
const ARN_START = /^arn:[^:]+:[^:*?]+(?::|$)/

/**
 * Reads `Resource` or `NotResource`: `*`, or ARNs with wildcards. An ARN with fewer than six parts is
 * completed with `*` (AWS IAM User Guide: grammar of the policy language); one with policy variables is
 * taken as it is.
 * @throws ServiceError `MalformedPolicyDocument`
 */
export function parseResources({ name, negated, member }: Choice, variables: boolean): ResourceSet {
  const nodes = listValues(member.value)
  if (nodes.length === 0) refuse(member.value.place, 'Policy statement must contain resources.')
  const patterns = nodes.map(node => {
    const text = readText(node, `A value of ${name}`)
    return parseResource(text, variables, node.place)
  })
  return { negated, patterns }
}

function parseResource(text: string, variables: boolean, place: Place): ResourcePattern | Template {
  if (!variables || !hasVariables(text)) return compileConstant([{ text, literal: false }], place)
  const template = parseTemplate(text, reason => refuse(place, `${reason} in ${quote(text)}`))
  const pieces = findConstantPieces(template)
  return pieces === null ? template : compileConstant(pieces, place)
}

function compileConstant(pieces: readonly Piece[], place: Place): ResourcePattern {
  const text = joinPieces(pieces)
  if (text !== '*' && !ARN_START.test(text)) {
    refuse(place, `Resource ${quote(text)} must be in ARN format or "*".`)
  }
  const missing = text === '*' ? 0 : Math.max(ARN_COLONS - (text.split(':').length - 1), 0)
  return compileResource([...pieces, { text: ':*'.repeat(missing), literal: false }])
}
