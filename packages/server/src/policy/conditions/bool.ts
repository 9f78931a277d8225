import { joinPieces } from '../variables.ts'
import { createOperator, type OperatorFamily } from './operator.ts'

/** `true` in any case is true; everything else, also `1` and `yes`, is false (aws-wire §5.3). */
export function parseBool(text: string): boolean {
  return text.toLowerCase() === 'true'
}

const bool: OperatorFamily<boolean, boolean> = {
  acceptsVariables: false,
  sessionKeepsMalformed: true,
  expects: 'a text',
  parseValue: parseBool,
  unreadableValue: 'unequal',
  parseOperand: pieces => parseBool(joinPieces(pieces)),
  malformedOperand: 'unequal',
}

/** The Boolean operator. */
export const BOOL_OPERATORS = {
  Bool: createOperator(bool, (value, operand) => value === operand),
} as const
