import { required, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { describeBoundary, permitOnPrincipal } from './iam-principal.ts'
import { existingUserName, policyName } from './iam-shapes.ts'
import { deleteInlinePolicy } from './inline-policies.ts'
import { DONE } from './outcome.ts'

/** Deletes an inline policy of a user (AWS IAM API Reference: DeleteUserPolicy). */
export const deleteUserPolicy = defineIamOperation({
  name: 'DeleteUserPolicy',
  input: structure('DeleteUserPolicyRequest', {
    userName: required(existingUserName),
    policyName: required(policyName),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:DeleteUserPolicy', 'user', input.userName, describeBoundary),
  run: async (input, call) => {
    await deleteInlinePolicy(call, 'user', input.userName, input.policyName)
    return DONE
  },
})
