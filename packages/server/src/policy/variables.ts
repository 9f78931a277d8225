import type { RequestContext } from './decision.ts'
import type { Piece } from './match-wildcard.ts'

/** A text with policy variables: pieces to keep, and keys to look up in each request. */
export type TemplatePart =
  | Piece
  | {
      /** The condition key in lower case. */
      readonly key: string
      /** What stands in when the request lacks the key; null to match nothing then. */
      readonly fallback: string | null
    }

/** A text that holds at least one policy variable, or an escape such as `${*}`. */
export interface Template {
  readonly parts: readonly TemplatePart[]
}

/** How one variable is written: a key, and perhaps a default in single quotes. */
const VARIABLE = /^\s*([^\s:,'{}$*?]+:[^,'{}$*?]*[^\s,'{}$*?])\s*(?:,\s*'([^'{}$]*)'\s*)?$/

/** Whether the text has anything for {@link parseTemplate} to read. */
export function hasVariables(text: string): boolean {
  return text.includes('${')
}

/**
 * Reads `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}` (aws-wire §5.3). Only a
 * policy of version 2012-10-17 has variables; in an older one the text means itself.
 * `refuse` gets the reason when a variable is not well formed, and throws.
 */
export function parseTemplate(text: string, refuse: (reason: string) => never): Template {
  const parts: TemplatePart[] = []
  let position = 0
  while (position < text.length) {
    const start = text.indexOf('${', position)
    if (start !== position) {
      const end = start === -1 ? text.length : start
      parts.push({ text: text.slice(position, end), literal: false })
      position = end
      continue
    }
    const end = text.indexOf('}', start)
    if (end === -1) refuse('A policy variable is not closed')
    parts.push(parseVariable(text.slice(start + 2, end), refuse))
    position = end + 1
  }
  return { parts }
}

function parseVariable(body: string, refuse: (reason: string) => never): TemplatePart {
  if (body === '*' || body === '?' || body === '$') return { text: body, literal: true }
  const [, key, fallback = null] = VARIABLE.exec(body) ?? []
  if (key === undefined) return refuse('A policy variable is not well formed')
  return { key: key.toLowerCase(), fallback }
}

/** The pieces of a template that needs no request: one with escapes only. Null when it has variables. */
export function findConstantPieces(template: Template): readonly Piece[] | null {
  const pieces: Piece[] = []
  for (const part of template.parts) {
    if ('key' in part) return null
    pieces.push(part)
  }
  return pieces
}

/**
 * Puts the request's values in. Null when a variable cannot be resolved: its key is absent and it has
 * no default, or its key is multivalued, default or not. What comes from the request is literal: its
 * `*` and `?` are never wildcards, and it is not searched for variables again (aws-wire §5.3).
 */
export function expandTemplate(
  template: Template,
  context: RequestContext,
): readonly Piece[] | null {
  const pieces: Piece[] = []
  for (const part of template.parts) {
    if (!('key' in part)) {
      pieces.push(part)
      continue
    }
    const text = context.get(part.key) ?? part.fallback
    if (typeof text !== 'string') return null
    pieces.push({ text, literal: true })
  }
  return pieces
}

/** The text that the pieces make, for comparisons that know no wildcards. */
export function joinPieces(pieces: readonly Piece[]): string {
  return pieces.map(piece => piece.text).join('')
}
