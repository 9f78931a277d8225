import { required, string, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { existingUserName, policyName } from './iam-shapes.ts'
import { getInlinePolicy } from './inline-policies.ts'
import { answer } from './outcome.ts'

/** Shows an inline policy of a user (AWS IAM API Reference: GetUserPolicy). */
export const getUserPolicy = defineIamOperation({
  name: 'GetUserPolicy',
  input: structure('GetUserPolicyRequest', {
    userName: required(existingUserName),
    policyName: required(policyName),
  }),
  output: structure('GetUserPolicyResponse', {
    userName: required(string()),
    policyName: required(string()),
    policyDocument: required(string()),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:GetUserPolicy', 'user', input.userName),
  run: async (input, call) => {
    const user = await loadPrincipal(call, 'user', input.userName)
    const policy = await getInlinePolicy(call, user, input.policyName)
    return answer({ userName: user.name, ...policy })
  },
})
