import type { StructureShape } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation, type Operation } from '../operation.ts'

/** Fields that are the same for every operation of IAM. */
type Shared = 'api' | 'authentication' | 'checkCaller'

/** Fields that an operation may leave out. */
type Defaulted = 'readOnly' | 'checkInput'

/**
 * Declares an operation of IAM: signed, for every caller that may use IAM at all, without rules on
 * its input beyond the shape where `checkInput` is left out. `readOnly` is left out where CloudTrail
 * says what the effect says. What could do harm by being forgotten is never supplied: permissions,
 * effect, rate, and what the audit keeps of the input, which may have a secret in it.
 */
export function defineIamOperation<I extends StructureShape, O extends StructureShape | null>(
  declaration: Omit<Operation<I, O>, Shared | Defaulted | 'inputRules'> &
    Partial<Pick<Operation<I, O>, Defaulted>>,
): Operation {
  return defineOperation({
    readOnly: declaration.effect === 'reads',
    checkInput: null,
    ...declaration,
    api: IAM,
    authentication: 'signature',
    checkCaller: null,
  })
}
