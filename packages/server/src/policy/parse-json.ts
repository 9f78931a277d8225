import { JsonScanner } from '../runtime/json-scanner.ts'
import { type Place, quote, throwMalformed } from './malformed-policy.ts'

/** A JSON value that remembers where it stands. Numbers stay text, so that no digit is lost. */
export type JsonNode =
  | { readonly kind: 'string'; readonly place: Place; readonly value: string }
  | { readonly kind: 'number' | 'boolean' | 'null'; readonly place: Place; readonly text: string }
  | { readonly kind: 'array'; readonly place: Place; readonly items: readonly JsonNode[] }
  | JsonObject

/** A JSON object: its members by name, in their order. No name occurs twice. */
export interface JsonObject {
  readonly kind: 'object'
  readonly place: Place
  readonly members: ReadonlyMap<string, JsonMember>
}

/** A member of an object; `namePlace` is where its name stands. */
export interface JsonMember {
  readonly namePlace: Place
  readonly value: JsonNode
}

/** Levels of arrays and objects; a policy needs six. */
export const MAX_NESTING_DEPTH = 8

/**
 * Reads a JSON text strictly (RFC 8259) and refuses what `JSON.parse` lets pass in silence: a member
 * name that occurs twice in one object, however it is escaped.
 * @throws ServiceError `MalformedPolicyDocument` with the place
 */
export function parseJson(document: string): JsonNode {
  const scanner = new JsonScanner(document)

  const placeOf = (path: string): Place => ({ document, path, offset: scanner.findNext() })

  const expectCharacter = (character: string, path: string): void => {
    if (!scanner.takeCharacter(character)) refuseSyntax(path, `${quote(character)} is expected`)
  }

  const refuseSyntax = (path: string, reason: string): never =>
    throwMalformed(placeOf(path), `Syntax errors in policy: ${reason}`)

  const readString = (path: string): string =>
    scanner.takeString() ?? refuseSyntax(path, 'a text in double quotes is expected')

  const readArray = (place: Place, depth: number): JsonNode => {
    const items: JsonNode[] = []
    if (scanner.takeCharacter(']')) return { kind: 'array', place, items }
    do {
      items.push(readValue(`${place.path}[${items.length}]`, depth))
    } while (scanner.takeCharacter(','))
    expectCharacter(']', place.path)
    return { kind: 'array', place, items }
  }

  const readObject = (place: Place, depth: number): JsonNode => {
    const members = new Map<string, JsonMember>()
    if (scanner.takeCharacter('}')) return { kind: 'object', place, members }
    do {
      const namePlace = placeOf(place.path)
      const name = readString(place.path)
      if (members.has(name)) throwMalformed(namePlace, `The element ${quote(name)} occurs twice`)
      expectCharacter(':', place.path)
      members.set(name, { namePlace, value: readValue(formatMemberPath(place.path, name), depth) })
    } while (scanner.takeCharacter(','))
    expectCharacter('}', place.path)
    return { kind: 'object', place, members }
  }

  const readValue = (path: string, depth: number): JsonNode => {
    const place = placeOf(path)
    const isArray = scanner.takeCharacter('[')
    if (isArray || scanner.takeCharacter('{')) {
      if (depth === MAX_NESTING_DEPTH) throwMalformed(place, 'The policy is nested too deeply')
      return isArray ? readArray(place, depth + 1) : readObject(place, depth + 1)
    }
    if (scanner.isNext('"')) return { kind: 'string', place, value: readString(path) }
    const text = scanner.takeLiteral()
    if (text === null) return refuseSyntax(path, 'a value is expected')
    if (text === 'null') return { kind: 'null', place, text }
    return { kind: text === 'true' || text === 'false' ? 'boolean' : 'number', place, text }
  }

  const root = readValue('$', 0)
  if (!scanner.isNext('')) refuseSyntax('$', 'nothing may follow the document')
  return root
}

function formatMemberPath(path: string, name: string): string {
  return /^\w{1,64}$/.test(name) ? `${path}.${name}` : `${path}[${quote(name)}]`
}
