import { list, required, string, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { existingUserName, pageInput, pageOutput } from './iam-shapes.ts'
import { listInlinePolicyNames } from './inline-policies.ts'
import { answer } from './outcome.ts'

/** Lists the names of the inline policies of a user (AWS IAM API Reference: ListUserPolicies). */
export const listUserPolicies = defineIamOperation({
  name: 'ListUserPolicies',
  input: structure('ListUserPoliciesRequest', {
    userName: required(existingUserName),
    ...pageInput,
  }),
  output: structure('ListUserPoliciesResponse', {
    policyNames: required(list(string())),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:ListUserPolicies', 'user', input.userName),
  run: async (input, call) => {
    const user = await loadPrincipal(call, 'user', input.userName)
    return answer(await listInlinePolicyNames(call, user, input))
  },
})
