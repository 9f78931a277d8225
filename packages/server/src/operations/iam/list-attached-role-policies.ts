import { list, optional, required, structure } from '../../shapes/shape.ts'
import { listAttachedPolicies } from './attachments.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { attachedPolicy, pageInput, pageOutput, policyPath, roleName } from './iam-shapes.ts'
import { answer } from './outcome.ts'

/** Lists the managed policies on a role (AWS IAM API Reference: ListAttachedRolePolicies). */
export const listAttachedRolePolicies = defineIamOperation({
  name: 'ListAttachedRolePolicies',
  input: structure('ListAttachedRolePoliciesRequest', {
    roleName: required(roleName),
    pathPrefix: optional(policyPath),
    ...pageInput,
  }),
  output: structure('ListAttachedRolePoliciesResponse', {
    attachedPolicies: required(list(attachedPolicy)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:ListAttachedRolePolicies', 'role', input.roleName),
  run: async (input, call) => {
    const role = await loadPrincipal(call, 'role', input.roleName)
    return answer(await listAttachedPolicies(call, role, input))
  },
})
