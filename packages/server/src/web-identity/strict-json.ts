import { JsonScanner } from '../runtime/json-scanner.ts'

/** A JSON value without ambiguity. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** An object: a name such as `__proto__` or `constructor` is a name like any other. */
export interface JsonObject extends ReadonlyMap<string, JsonValue> {}

/** A text that is not strict JSON. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

/** Levels of arrays and objects: recursion is bounded, and no token or key set needs more. */
export const MAX_JSON_DEPTH = 16

/**
 * Reads JSON (RFC 8259) and refuses what readers may understand differently: a member name that
 * occurs twice in one object (RFC 7515 §4, RFC 7519 §4), however it is escaped, a lone surrogate, a
 * number beyond the range of doubles, deep nesting. Time is linear in the length of the text.
 * @throws JsonError
 */
export function parseStrictJson(text: string): JsonValue {
  const scanner = new JsonScanner(text)

  const readString = (): string => {
    const value = scanner.takeString()
    if (value?.isWellFormed() !== true) throw new JsonError('a text is expected')
    return value
  }

  const readArray = (depth: number): readonly JsonValue[] => {
    const items: JsonValue[] = []
    if (scanner.takeCharacter(']')) return items
    do items.push(readValue(depth))
    while (scanner.takeCharacter(','))
    if (!scanner.takeCharacter(']')) throw new JsonError('an array does not end')
    return items
  }

  const readObject = (depth: number): JsonObject => {
    const members = new Map<string, JsonValue>()
    if (scanner.takeCharacter('}')) return members
    do {
      const name = readString()
      if (members.has(name)) throw new JsonError('a member occurs twice')
      if (!scanner.takeCharacter(':')) throw new JsonError('a member has no value')
      members.set(name, readValue(depth))
    } while (scanner.takeCharacter(','))
    if (!scanner.takeCharacter('}')) throw new JsonError('an object does not end')
    return members
  }

  const readValue = (depth: number): JsonValue => {
    const isArray = scanner.takeCharacter('[')
    if (isArray || scanner.takeCharacter('{')) {
      if (depth === MAX_JSON_DEPTH) throw new JsonError('the nesting is too deep')
      return isArray ? readArray(depth + 1) : readObject(depth + 1)
    }
    return scanner.isNext('"') ? readString() : readLiteral()
  }

  const readLiteral = (): number | boolean | null => {
    const taken = scanner.takeLiteral()
    if (taken === null) throw new JsonError('a value is expected')
    if (taken === 'null') return null
    if (taken === 'true' || taken === 'false') return taken === 'true'
    const value = Number(taken)
    if (!Number.isFinite(value)) throw new JsonError('a number is too large')
    return value
  }

  const value = readValue(0)
  if (!scanner.isNext('')) throw new JsonError('something follows the value')
  return value
}

/** Whether the value is an object. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map
}

/** Whether the value is an array of texts. */
export function isTextArray(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
