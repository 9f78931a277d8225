import { type ArnPattern, compileArnPattern, matchArn, splitArn } from '../match-arn.ts'
import { createOperator, type OperatorFamily } from './operator.ts'

const arn: OperatorFamily<readonly string[], ArnPattern> = {
  acceptsVariables: true,
  sessionKeepsMalformed: true,
  expects: 'an ARN of six parts',
  parseValue: splitArn,
  unreadableValue: 'unreadable',
  parseOperand: compileArnPattern,
  malformedOperand: 'malformed',
}

const isMatch = (value: readonly string[], pattern: ArnPattern): boolean => matchArn(pattern, value)

/** ARN operators: `Equals` and `Like` mean the same, part-wise with wildcards (aws-wire §5.3). */
export const ARN_OPERATORS = {
  ArnEquals: createOperator(arn, isMatch),
  ArnNotEquals: createOperator(arn, isMatch, true),
  ArnLike: createOperator(arn, isMatch),
  ArnNotLike: createOperator(arn, isMatch, true),
} as const
