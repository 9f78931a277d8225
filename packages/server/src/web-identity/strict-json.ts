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

const WHITE_SPACE = /[\t\n\r ]*/y
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 excludes them from strings.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y

/**
 * Reads JSON (RFC 8259) and refuses what readers may understand differently: a member name that
 * occurs twice in one object (RFC 7515 §4, RFC 7519 §4), however it is escaped, a lone surrogate, a
 * number beyond the range of doubles, deep nesting. Time is linear in the length of the text.
 * @throws JsonError
 */
export function parseStrictJson(text: string): JsonValue {
  let position = 0

  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = position
    const taken = pattern.exec(text)?.[0] ?? null
    position += taken?.length ?? 0
    return taken
  }

  const takeCharacter = (character: string): boolean => {
    take(WHITE_SPACE)
    const isNext = text.charAt(position) === character
    if (isNext) position += 1
    return isNext
  }

  const readString = (): string => {
    take(WHITE_SPACE)
    const taken = take(STRING)
    const value = taken === null ? null : String(JSON.parse(taken))
    if (value?.isWellFormed() !== true) throw new JsonError('a text is expected')
    return value
  }

  const readArray = (depth: number): readonly JsonValue[] => {
    const items: JsonValue[] = []
    if (takeCharacter(']')) return items
    do items.push(readValue(depth))
    while (takeCharacter(','))
    if (!takeCharacter(']')) throw new JsonError('an array does not end')
    return items
  }

  const readObject = (depth: number): JsonObject => {
    const members = new Map<string, JsonValue>()
    if (takeCharacter('}')) return members
    do {
      const name = readString()
      if (members.has(name)) throw new JsonError('a member occurs twice')
      if (!takeCharacter(':')) throw new JsonError('a member has no value')
      members.set(name, readValue(depth))
    } while (takeCharacter(','))
    if (!takeCharacter('}')) throw new JsonError('an object does not end')
    return members
  }

  const readValue = (depth: number): JsonValue => {
    const isArray = takeCharacter('[')
    if (isArray || takeCharacter('{')) {
      if (depth === MAX_JSON_DEPTH) throw new JsonError('the nesting is too deep')
      return isArray ? readArray(depth + 1) : readObject(depth + 1)
    }
    return text.charAt(position) === '"' ? readString() : readLiteral()
  }

  const readLiteral = (): number | boolean | null => {
    const taken = take(LITERAL)
    if (taken === null) throw new JsonError('a value is expected')
    if (taken === 'null') return null
    if (taken === 'true' || taken === 'false') return taken === 'true'
    const value = Number(taken)
    if (!Number.isFinite(value)) throw new JsonError('a number is too large')
    return value
  }

  const value = readValue(0)
  take(WHITE_SPACE)
  if (position < text.length) throw new JsonError('something follows the value')
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
