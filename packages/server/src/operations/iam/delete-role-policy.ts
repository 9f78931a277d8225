import { required, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { describeBoundary, permitOnPrincipal } from './iam-principal.ts'
import { policyName, roleName } from './iam-shapes.ts'
import { deleteInlinePolicy } from './inline-policies.ts'
import { DONE } from './outcome.ts'

/** Deletes a policy inside a role (AWS IAM API Reference: DeleteRolePolicy). */
export const deleteRolePolicy = defineIamOperation({
  name: 'DeleteRolePolicy',
  input: structure('DeleteRolePolicyRequest', {
    roleName: required(roleName),
    policyName: required(policyName),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: ({ roleName: name }, call) =>
    permitOnPrincipal(call, 'iam:DeleteRolePolicy', 'role', name, describeBoundary),
  run: async (input, call) => {
    await deleteInlinePolicy(call, 'role', input.roleName, input.policyName)
    return DONE
  },
})
