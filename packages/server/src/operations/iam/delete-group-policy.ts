import { required, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { describeBoundary, permitOnPrincipal } from './iam-principal.ts'
import { groupName, policyName } from './iam-shapes.ts'
import { deleteInlinePolicy } from './inline-policies.ts'
import { DONE } from './outcome.ts'

/** Deletes an inline policy of a group (AWS IAM API Reference: DeleteGroupPolicy). */
export const deleteGroupPolicy = defineIamOperation({
  name: 'DeleteGroupPolicy',
  input: structure('DeleteGroupPolicyRequest', {
    groupName: required(groupName),
    policyName: required(policyName),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:DeleteGroupPolicy', 'group', input.groupName, describeBoundary),
  run: async (input, call) => {
    await deleteInlinePolicy(call, 'group', input.groupName, input.policyName)
    return DONE
  },
})
