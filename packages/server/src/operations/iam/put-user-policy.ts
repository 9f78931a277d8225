import { required, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { describeBoundary, permitOnPrincipal } from './iam-principal.ts'
import { existingUserName, policyDocument, policyName } from './iam-shapes.ts'
import { putInlinePolicy } from './inline-policies.ts'
import { DONE } from './outcome.ts'

/** Creates or replaces an inline policy of a user (AWS IAM API Reference: PutUserPolicy). */
export const putUserPolicy = defineIamOperation({
  name: 'PutUserPolicy',
  input: structure('PutUserPolicyRequest', {
    userName: required(existingUserName),
    policyName: required(policyName),
    policyDocument: required(policyDocument),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:PutUserPolicy', 'user', input.userName, describeBoundary),
  run: async (input, call) => {
    await putInlinePolicy(call, 'user', input.userName, input)
    return DONE
  },
})
