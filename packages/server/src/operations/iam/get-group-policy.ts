import { required, string, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { groupName, policyName } from './iam-shapes.ts'
import { getInlinePolicy } from './inline-policies.ts'
import { answer } from './outcome.ts'

/** Shows an inline policy of a group (AWS IAM API Reference: GetGroupPolicy). */
export const getGroupPolicy = defineIamOperation({
  name: 'GetGroupPolicy',
  input: structure('GetGroupPolicyRequest', {
    groupName: required(groupName),
    policyName: required(policyName),
  }),
  output: structure('GetGroupPolicyResponse', {
    groupName: required(string()),
    policyName: required(string()),
    policyDocument: required(string()),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:GetGroupPolicy', 'group', input.groupName),
  run: async (input, call) => {
    const group = await loadPrincipal(call, 'group', input.groupName)
    const policy = await getInlinePolicy(call, group, input.policyName)
    return answer({ groupName: group.name, ...policy })
  },
})
