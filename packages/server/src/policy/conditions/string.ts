import { compileWildcard, matchWildcard, type Piece } from '../match-wildcard.ts'
import { joinPieces } from '../variables.ts'
import { createOperator, type OperatorFamily } from './operator.ts'

interface StringFamily<Operand> extends OperatorFamily<string, Operand> {
  readonly acceptsVariables: true
}

function createFamily<Operand>(
  parseValue: (text: string) => string,
  parseOperand: (pieces: readonly Piece[]) => Operand,
): StringFamily<Operand> {
  return {
    acceptsVariables: true,
    sessionKeepsMalformed: true,
    expects: 'a text',
    parseValue,
    unreadableValue: 'unequal',
    parseOperand,
    malformedOperand: 'unequal',
  }
}

const exact = createFamily(text => text, joinPieces)
const ignoringCase = createFamily(lowerCase, pieces => lowerCase(joinPieces(pieces)))
const like = createFamily(text => text, compileWildcard)

const isSame = (value: string, operand: string): boolean => value === operand

/** String operators: texts compared unit by unit (aws-wire §5.3). */
export const STRING_OPERATORS = {
  StringEquals: createOperator(exact, isSame),
  StringNotEquals: createOperator(exact, isSame, true),
  StringEqualsIgnoreCase: createOperator(ignoringCase, isSame),
  StringNotEqualsIgnoreCase: createOperator(ignoringCase, isSame, true),
  StringLike: createOperator(like, (value, pattern) => matchWildcard(pattern, value)),
  StringNotLike: createOperator(like, (value, pattern) => matchWildcard(pattern, value), true),
} as const

const SUPPLEMENTARY = /[\u{10000}-\u{10ffff}]/u

/**
 * Lower case as AWS compares it: by Unicode's rules with their context (a sigma at the end of a word),
 * but letters beyond the Basic Multilingual Plane stay as they are (aws-wire §5.3). Lower case, not
 * case folding: `ſ` is not `s`.
 */
export function lowerCase(text: string): string {
  const lowered = text.toLowerCase()
  if (!SUPPLEMENTARY.test(text)) return lowered
  let restored = ''
  let position = 0
  for (const character of text) {
    // Only `İ` changes its length: it becomes `i` and a combining dot.
    const length = character === '\u0130' ? 2 : character.length
    restored += character.length === 2 ? character : lowered.slice(position, position + length)
    position += length
  }
  return restored
}
