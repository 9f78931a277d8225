import { quote, throwMalformed } from './malformed-policy.ts'
import type { JsonMember, JsonNode, JsonObject } from './parse-json.ts'

/** Values in one list: an action, resource, principal or condition element. */
export const MAX_LIST_VALUES = 5_000

/** Reads an object. @throws ServiceError `MalformedPolicyDocument` */
export function readObject(node: JsonNode, what: string): JsonObject {
  return node.kind === 'object' ? node : throwMalformed(node.place, `${what} must be an object`)
}

/** Refuses the first member that is not known, by its name. @throws ServiceError `MalformedPolicyDocument` */
export function refuseUnknownMembers(object: JsonObject, known: readonly string[]): void {
  for (const [name, { namePlace }] of object.members) {
    if (!known.includes(name)) throwMalformed(namePlace, `Unknown element ${quote(name)}`)
  }
}

/** Reads a text. @throws ServiceError `MalformedPolicyDocument` */
export function readText(node: JsonNode, what: string): string {
  return node.kind === 'string' ? node.value : throwMalformed(node.place, `${what} must be a text`)
}

/** The items of an array, or the value itself as the only one. @throws ServiceError `MalformedPolicyDocument` */
export function listValues(node: JsonNode): readonly JsonNode[] {
  if (node.kind !== 'array') return [node]
  if (node.items.length > MAX_LIST_VALUES) {
    throwMalformed(node.place, `A list may have at most ${MAX_LIST_VALUES} values`)
  }
  return node.items
}

/** Which of an element and its opposite the statement has. */
export interface Choice {
  readonly name: string
  readonly negated: boolean
  readonly member: JsonMember
}

/** Finds `Action` or `NotAction` and their like; null when neither stands there. @throws ServiceError when both do */
export function findChoice(statement: JsonObject, name: string): Choice | null {
  const positive = statement.members.get(name)
  const negative = statement.members.get(`Not${name}`)
  if (negative === undefined) {
    return positive === undefined ? null : { name, negated: false, member: positive }
  }
  if (positive !== undefined) {
    throwMalformed(negative.namePlace, `A statement cannot have both ${name} and Not${name}`)
  }
  return { name: `Not${name}`, negated: true, member: negative }
}
