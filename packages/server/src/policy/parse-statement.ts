import { findChoice, readObject, readText, refuseUnknownMembers } from './element-reader.ts'
import { quote, throwMalformed } from './malformed-policy.ts'
import { parseActions } from './parse-action.ts'
import { parseConditions } from './parse-condition.ts'
import type { JsonNode, JsonObject } from './parse-json.ts'
import { parsePrincipals } from './parse-principal.ts'
import { parseResources, type ResourceRules } from './parse-resource.ts'
import type { ActionSet, PrincipalSet, ResourceSet, Statement } from './policy-document.ts'
import type { KindRules } from './policy-kind.ts'
import { checkResourceControl } from './resource-control.ts'

const ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

/** How the statements of a policy are to be read. */
export interface StatementRules {
  readonly kind: KindRules
  /** The policy's version has policy variables. */
  readonly variables: boolean
  /** The policy is stored already: what can do no harm is accepted. */
  readonly isStored: boolean
  /** The statement IDs of the statements before this one; gets this one's. */
  readonly takenSids: Set<string>
}

/** Reads one statement. `position` counts from 0. @throws ServiceError `MalformedPolicyDocument` */
export function parseStatement(
  node: JsonNode,
  position: number,
  { kind, variables, isStored, takenSids }: StatementRules,
): Statement {
  const statement = readObject(node, 'A statement')
  refuseUnknownMembers(statement, ELEMENTS)
  const effect = readEffect(statement)
  if (kind.principal === 'everyone') checkResourceControl(statement, effect, isStored)
  const condition = statement.members.get('Condition')
  return {
    id: readSid(statement, takenSids) || String(position),
    effect,
    principals: readPrincipals(statement, effect, kind),
    actions: readActions(statement, kind),
    resources: readResources(statement, kind, { variables, isStored }),
    conditions:
      condition === undefined
        ? []
        : parseConditions(condition.value, {
            variables,
            keepsMalformedValues: kind.keepsMalformedValues,
            keepsEmptyLists: kind.keepsEmptyLists,
          }),
  }
}

/** `Sid`, or an empty text, which AWS's own console writes and which may repeat. */
function readSid({ members }: JsonObject, takenSids: Set<string>): string {
  const member = members.get('Sid')
  if (member === undefined) return ''
  const sid = readText(member.value, 'Sid')
  if (!/^[0-9A-Za-z]*$/.test(sid)) {
    throwMalformed(
      member.value.place,
      `Statement IDs (SID) must be alpha-numeric, not ${quote(sid)}`,
    )
  }
  if (takenSids.has(sid)) {
    throwMalformed(member.value.place, 'Statement IDs (SID) in a single policy must be unique.')
  }
  if (sid !== '') takenSids.add(sid)
  return sid
}

function readEffect({ members, place }: JsonObject): Statement['effect'] {
  const member = members.get('Effect')
  if (member === undefined) return throwMalformed(place, 'Missing required field Effect')
  const effect = readText(member.value, 'Effect')
  if (effect === 'Allow' || effect === 'Deny') return effect
  return throwMalformed(member.value.place, `Invalid effect: ${quote(effect)}`)
}

function readActions(statement: JsonObject, kind: KindRules): ActionSet {
  const choice = findChoice(statement, 'Action')
  if (choice === null) return throwMalformed(statement.place, 'Missing required field Action')
  return parseActions(choice, kind.service)
}

function readResources(
  statement: JsonObject,
  kind: KindRules,
  rules: ResourceRules,
): ResourceSet | null {
  const choice = findChoice(statement, 'Resource')
  if (kind.resource === 'required') {
    if (choice === null) return throwMalformed(statement.place, 'Missing required field Resource')
    return parseResources(choice, rules)
  }
  if (choice !== null)
    throwMalformed(choice.member.namePlace, `Has prohibited field ${choice.name}`)
  return null
}

function readPrincipals(
  statement: JsonObject,
  effect: Statement['effect'],
  kind: KindRules,
): PrincipalSet | null {
  const choice = findChoice(statement, 'Principal')
  if (kind.principal === 'forbidden') {
    if (choice !== null)
      throwMalformed(choice.member.namePlace, `Has prohibited field ${choice.name}`)
    return null
  }
  if (choice === null) return throwMalformed(statement.place, 'Missing required field Principal')
  if (choice.negated && effect === 'Allow') {
    // AWS IAM User Guide, NotPrincipal: it would allow everyone but those named.
    throwMalformed(choice.member.namePlace, 'NotPrincipal cannot stand with the effect Allow')
  }
  return parsePrincipals(choice, kind.principal)
}
