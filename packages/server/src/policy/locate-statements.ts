import { listValues } from './element-reader.ts'
import { type JsonNode, parseJson } from './parse-json.ts'

/** A place in a policy document; both numbers count from 1. */
export interface DocumentPosition {
  readonly line: number
  /** UTF-16 units. */
  readonly column: number
}

/** Where a statement begins and ends. */
export interface StatementSpan {
  readonly start: DocumentPosition
  readonly end: DocumentPosition
}

const LINE_END = /\r\n?|\n/g
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}]/g

/**
 * Where the statements of a policy stand, in their order, as IAM's simulator was seen to count. In
 * a list, a statement begins right after the bracket or after the statement before it. Without a
 * list, it begins after its own opening brace. It ends after its closing brace.
 * @param document a policy that `parsePolicy` has read
 */
export function locateStatements(document: string): readonly StatementSpan[] {
  const root = parseJson(document)
  const statements = root.kind === 'object' ? root.members.get('Statement')?.value : undefined
  if (statements === undefined) return []
  const moveTo = createPositionCounter(document)
  let before = moveTo(statements.place.offset + 1)
  return listValues(statements).map(node => {
    const start = before
    before = moveTo(findEnd(document, node))
    return { start, end: before }
  })
}

/** The offset after the brace that closes an object. */
function findEnd(document: string, { place }: JsonNode): number {
  TOKEN.lastIndex = place.offset
  let depth = 0
  for (let token = TOKEN.exec(document); token !== null; token = TOKEN.exec(document)) {
    if (token[0] === '{') depth += 1
    if (token[0] === '}') depth -= 1
    if (depth === 0) return TOKEN.lastIndex
  }
  return document.length
}

/** Tells the positions of offsets that only grow, so that the document is read once. */
function createPositionCounter(document: string): (offset: number) => DocumentPosition {
  let line = 1
  let lineStart = 0
  let reached = 0
  return offset => {
    for (const { index, 0: text } of document.slice(reached, offset).matchAll(LINE_END)) {
      line += 1
      lineStart = reached + index + text.length
    }
    reached = offset
    return { line, column: offset - lineStart + 1 }
  }
}
