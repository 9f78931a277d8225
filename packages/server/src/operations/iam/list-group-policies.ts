import { list, required, string, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { groupName, pageInput, pageOutput } from './iam-shapes.ts'
import { listInlinePolicyNames } from './inline-policies.ts'
import { answer } from './outcome.ts'

/** Lists the names of the inline policies of a group (AWS IAM API Reference: ListGroupPolicies). */
export const listGroupPolicies = defineIamOperation({
  name: 'ListGroupPolicies',
  input: structure('ListGroupPoliciesRequest', { groupName: required(groupName), ...pageInput }),
  output: structure('ListGroupPoliciesResponse', {
    policyNames: required(list(string())),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:ListGroupPolicies', 'group', input.groupName),
  run: async (input, call) => {
    const group = await loadPrincipal(call, 'group', input.groupName)
    return answer(await listInlinePolicyNames(call, group, input))
  },
})
