import { list, optional, required, structure } from '../../shapes/shape.ts'
import { listAttachedPolicies } from './attachments.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { attachedPolicy, pageInput, pageOutput, policyPath, userName } from './iam-shapes.ts'
import { answer } from './outcome.ts'

/** Lists the managed policies on a user (AWS IAM API Reference: ListAttachedUserPolicies). */
export const listAttachedUserPolicies = defineIamOperation({
  name: 'ListAttachedUserPolicies',
  input: structure('ListAttachedUserPoliciesRequest', {
    userName: required(userName),
    pathPrefix: optional(policyPath),
    ...pageInput,
  }),
  output: structure('ListAttachedUserPoliciesResponse', {
    attachedPolicies: required(list(attachedPolicy)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:ListAttachedUserPolicies', 'user', input.userName),
  run: async (input, call) => {
    const user = await loadPrincipal(call, 'user', input.userName)
    return answer(await listAttachedPolicies(call, user, input))
  },
})
