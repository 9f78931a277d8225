import { checkResourceArn } from './check-resource-arn.ts'
import { type Choice, listValues, readText } from './element-reader.ts'
import { type Place, quote, throwMalformed } from './malformed-policy.ts'
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

/** How the resources of a statement are to be read. */
export interface ResourceRules {
  /** The policy's version has policy variables. */
  readonly variables: boolean
  /** The policy is stored already: ARNs that can match nothing are accepted. */
  readonly isStored: boolean
}

/**
 * Reads `Resource` or `NotResource`: `*`, or ARNs with wildcards. An ARN with fewer than six parts is
 * completed with `*` (AWS IAM User Guide: grammar of the policy language); one with policy variables is
 * taken as it is.
 * @throws ServiceError `MalformedPolicyDocument`
 */
export function parseResources(
  { name, negated, member }: Choice,
  { variables, isStored }: ResourceRules,
): ResourceSet {
  const nodes = listValues(member.value)
  if (nodes.length === 0)
    throwMalformed(member.value.place, 'Policy statement must contain resources.')
  const texts = nodes.map(node => readText(node, `A value of ${name}`))
  const patterns = nodes.map((node, index) => {
    const text = texts[index] ?? ''
    const pattern = parseResource(text, variables, node.place)
    if (!isStored) checkResourceArn(text, variables, node.place)
    return pattern
  })
  return { negated, patterns, texts }
}

function parseResource(text: string, variables: boolean, place: Place): ResourcePattern | Template {
  if (text === '*') return compileResource([{ text, literal: false }])
  const pieces = readPieces(text, variables, place)
  if ('parts' in pieces) return pieces
  const arn = joinPieces(pieces)
  if (!ARN_START.test(arn))
    throwMalformed(place, `Resource ${quote(text)} must be in ARN format or "*".`)
  const missing = Math.max(ARN_COLONS - (arn.split(':').length - 1), 0)
  return compileResource([...pieces, { text: ':*'.repeat(missing), literal: false }])
}

function readPieces(text: string, variables: boolean, place: Place): readonly Piece[] | Template {
  if (!variables || !hasVariables(text)) return [{ text, literal: false }]
  const template = parseTemplate(text, reason =>
    throwMalformed(place, `${reason} in ${quote(text)}`),
  )
  return findConstantPieces(template) ?? template
}
