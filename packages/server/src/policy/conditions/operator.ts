import type { RequestContext } from '../decision.ts'
import type { Piece } from '../match-wildcard.ts'
import { expandTemplate, type Template } from '../variables.ts'

/**
 * What comparing one request value with the values of a policy gives. A negated operator turns
 * `equal` and `unequal` round, never the other two (aws-wire §5.3).
 */
export type Comparison =
  /** At least one policy value compares true. */
  | 'equal'
  /** None does, or the request value cannot be read and counts as different. */
  | 'unequal'
  /** The request value cannot be read, and a negated operator must not match either. */
  | 'unreadable'
  /** A malformed policy value came before any that compares true: it cannot allow, but it denies. */
  | 'malformed'

/** A value of a policy: pieces known at parse time, or a template that needs each request. */
export type OperandSource = { readonly pieces: readonly Piece[] } | { readonly template: Template }

/** Compares one value of a request with all values of a policy. */
export type CompareValue = (value: string, context: RequestContext) => Comparison

/** One condition operator without its prefix and suffix: an entry of the operator table. */
export interface ConditionOperator {
  /** `StringNotLike`: matches when no policy value compares true. */
  readonly negated: boolean
  /** Whether `${…}` in its values is a variable: the String and ARN families only. */
  readonly acceptsVariables: boolean
  /** A session policy may hold malformed values: every family but the binary one. */
  readonly sessionKeepsMalformed: boolean
  /** What a well-formed value is, for the refusal of another. */
  readonly expects: string
  /** Whether the value is well formed. */
  readonly isOperand: (pieces: readonly Piece[]) => boolean
  /** Compiles the values of a policy once, in their order. */
  readonly compile: (operands: readonly OperandSource[]) => CompareValue
}

/** What the operators of one family share: how values are read, and what an unreadable one means. */
export interface OperatorFamily<Value, Operand> {
  readonly acceptsVariables: boolean
  readonly sessionKeepsMalformed: boolean
  readonly expects: string
  /** Reads a value of the request; null when it is malformed. */
  readonly parseValue: (text: string) => Value | null
  readonly unreadableValue: 'unequal' | 'unreadable'
  /** Reads a value of the policy; null when it is malformed. */
  readonly parseOperand: (pieces: readonly Piece[]) => Operand | null
  readonly malformedOperand: 'unequal' | 'malformed'
}

/** Makes an operator of a family: `compare` says whether one request value and one policy value agree. */
export function createOperator<Value, Operand>(
  family: OperatorFamily<Value, Operand>,
  compare: (value: Value, operand: Operand) => boolean,
  negated = false,
): ConditionOperator {
  const { acceptsVariables, sessionKeepsMalformed, expects } = family
  return {
    negated,
    acceptsVariables,
    sessionKeepsMalformed,
    expects,
    isOperand: pieces => family.parseOperand(pieces) !== null,
    compile: operands => compileComparison(family, compare, operands),
  }
}

function compileComparison<Value, Operand>(
  family: OperatorFamily<Value, Operand>,
  compare: (value: Value, operand: Operand) => boolean,
  sources: readonly OperandSource[],
): CompareValue {
  const operands = sources.map(source =>
    'pieces' in source ? { operand: family.parseOperand(source.pieces) } : source,
  )
  return (text, context) => {
    const value = family.parseValue(text)
    if (value === null) return family.unreadableValue
    for (const source of operands) {
      let operand: Operand | null
      if ('template' in source) {
        const pieces = expandTemplate(source.template, context)
        // A variable that cannot be resolved makes its value equal to nothing.
        if (pieces === null) continue
        operand = family.parseOperand(pieces)
      } else {
        operand = source.operand
      }
      if (operand === null) {
        if (family.malformedOperand === 'malformed') return 'malformed'
      } else if (compare(value, operand)) {
        return 'equal'
      }
    }
    return 'unequal'
  }
}
