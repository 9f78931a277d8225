import { joinPieces } from '../variables.ts'
import { createOperator, type OperatorFamily } from './operator.ts'

const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/

/**
 * Canonical base64 (RFC 4648 §4, with padding and zero pad bits), or null. Every byte string has one
 * such text, so equal texts are equal bytes and nothing needs decoding.
 */
function parseBase64(text: string): string | null {
  return BASE64.test(text) ? text : null
}

const binary: OperatorFamily<string, string> = {
  acceptsVariables: false,
  sessionKeepsMalformed: false,
  expects: 'base64 with padding',
  parseValue: parseBase64,
  unreadableValue: 'unequal',
  parseOperand: pieces => parseBase64(joinPieces(pieces)),
  malformedOperand: 'unequal',
}

/** The binary operator; it has no negated form. */
export const BINARY_OPERATORS = {
  BinaryEquals: createOperator(binary, (value, operand) => value === operand),
} as const
