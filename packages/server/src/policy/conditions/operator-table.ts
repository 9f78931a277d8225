import { ARN_OPERATORS } from './arn.ts'
import { BINARY_OPERATORS } from './binary.ts'
import { BOOL_OPERATORS } from './bool.ts'
import { DATE_OPERATORS } from './date.ts'
import { IP_OPERATORS } from './ip.ts'
import { NUMERIC_OPERATORS } from './numeric.ts'
import type { ConditionOperator } from './operator.ts'
import { STRING_OPERATORS } from './string.ts'

/**
 * Every condition operator that compares values, by its name without `ForAllValues:`, `ForAnyValue:`
 * and `IfExists`. `Null` is not here: it compares no value (AWS IAM User Guide: condition operators).
 */
export const OPERATOR_TABLE: ReadonlyMap<string, ConditionOperator> = new Map(
  Object.entries({
    ...STRING_OPERATORS,
    ...NUMERIC_OPERATORS,
    ...DATE_OPERATORS,
    ...BOOL_OPERATORS,
    ...BINARY_OPERATORS,
    ...IP_OPERATORS,
    ...ARN_OPERATORS,
  }),
)
