/** A JSON object (RFC 8259 §4) whose members have not been looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Deeper nesting than this is refused: no document of this field needs it, and recursion is bounded. */
export const MAX_JSON_DEPTH = 16

const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Reads a JSON object strictly: no duplicate member names at any depth (RFC 7515 §4, RFC 7519 §4:
 * readers that pick different duplicates can be played against each other), no names that can only be
 * written with an escape (quotes, backslashes, control characters: no claim and no tag has them), no
 * lone surrogates, no numbers beyond the range of doubles and at most {@link MAX_JSON_DEPTH} levels.
 * Time is linear in the length of the text.
 *
 * @returns the object, or null when the text is anything else
 */
export function parseJsonObject(text: string): JsonObject | null {
  const value = parseJson(text)
  if (!isJsonObject(value)) return null
  // Issuers write compact JSON. If writing the object gives the same text again, no member is repeated.
  // This costs less than to read the text a second time.
  const isPlain = !text.includes('\\') && !hasManyContainers(text)
  if (isPlain && JSON.stringify(value) === text) return value
  const plainText = writeNamesPlainly(text)
  if (plainText === null) return null
  const plainValue = plainText === text ? value : parseJson(plainText)
  return isJsonObject(plainValue) && isUnambiguous(plainValue) ? plainValue : null
}

/** Whether the value is an object: not null, and not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the value is an array of strings. */
export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether the text opens more containers than may be nested; brackets inside strings count too. */
function hasManyContainers(text: string): boolean {
  let count = 0
  for (const bracket of ['{', '[']) {
    let position = text.indexOf(bracket)
    while (position !== -1) {
      count += 1
      if (count > MAX_JSON_DEPTH) return true
      position = text.indexOf(bracket, position + 1)
    }
  }
  return false
}

/**
 * Takes text that `JSON.parse` accepts, and returns it without escapes in member names. Null when a
 * name is repeated or needs an escape, or when the nesting is deeper than allowed. V8's `JSON.parse`
 * can take an escaped name for another one that it has read before (nodejs/node#63785), so it never
 * gets one.
 */
function writeNamesPlainly(text: string): string | null {
  let plainText = ''
  let copiedTo = 0
  // One entry per open container: the names seen in an object, null for an array.
  const open: (Set<string> | null)[] = []
  let isNameNext = false
  for (let position = 0; position < text.length; position += 1) {
    const character = text[position]
    if (character === '"') {
      const end = findStringEnd(text, position)
      const names = open.at(-1)
      if (isNameNext && names) {
        const quoted = text.slice(position, end + 1)
        const name: string = JSON.parse(quoted)
        if (names.has(name)) return null
        names.add(name)
        const plain = JSON.stringify(name)
        if (plain.includes('\\')) return null
        plainText += text.slice(copiedTo, position) + plain
        copiedTo = end + 1
        isNameNext = false
      }
      position = end
    } else if (character === '{' || character === '[') {
      if (open.length === MAX_JSON_DEPTH) return null
      isNameNext = character === '{'
      open.push(isNameNext ? new Set() : null)
    } else if (character === '}' || character === ']') {
      open.pop()
    } else if (character === ',') {
      isNameNext = true
    }
  }
  return plainText + text.slice(copiedTo)
}

/** Whether readers in other languages read the same value from it. */
function isUnambiguous(value: unknown): boolean {
  if (typeof value === 'string') return !LONE_SURROGATE.test(value)
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isUnambiguous)
}

function findStringEnd(text: string, start: number): number {
  let position = start + 1
  while (text[position] !== '"') position += text[position] === '\\' ? 2 : 1
  return position
}
