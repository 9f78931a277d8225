import { list, optional, required, structure } from '../../shapes/shape.ts'
import { listAttachedPolicies } from './attachments.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { attachedPolicy, groupName, pageInput, pageOutput, policyPath } from './iam-shapes.ts'
import { answer } from './outcome.ts'

/** Lists the managed policies on a group (AWS IAM API Reference: ListAttachedGroupPolicies). */
export const listAttachedGroupPolicies = defineIamOperation({
  name: 'ListAttachedGroupPolicies',
  input: structure('ListAttachedGroupPoliciesRequest', {
    groupName: required(groupName),
    pathPrefix: optional(policyPath),
    ...pageInput,
  }),
  output: structure('ListAttachedGroupPoliciesResponse', {
    attachedPolicies: required(list(attachedPolicy)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:ListAttachedGroupPolicies', 'group', input.groupName),
  run: async (input, call) => {
    const group = await loadPrincipal(call, 'group', input.groupName)
    return answer(await listAttachedPolicies(call, group, input))
  },
})
