import { required, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { describeBoundary, permitOnPrincipal } from './iam-principal.ts'
import { groupName, policyDocument, policyName } from './iam-shapes.ts'
import { putInlinePolicy } from './inline-policies.ts'
import { DONE } from './outcome.ts'

/** Creates or replaces an inline policy of a group (AWS IAM API Reference: PutGroupPolicy). */
export const putGroupPolicy = defineIamOperation({
  name: 'PutGroupPolicy',
  input: structure('PutGroupPolicyRequest', {
    groupName: required(groupName),
    policyName: required(policyName),
    policyDocument: required(policyDocument),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:PutGroupPolicy', 'group', input.groupName, describeBoundary),
  run: async (input, call) => {
    await putInlinePolicy(call, 'group', input.groupName, input)
    return DONE
  },
})
