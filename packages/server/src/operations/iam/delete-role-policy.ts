import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { describeBoundary, permitOnPrincipal } from './iam-principal.ts'
import { policyName, roleName } from './iam-shapes.ts'
import { deleteInlinePolicy } from './inline-policies.ts'
import { DONE } from './outcome.ts'

/** Deletes a policy inside a role (AWS IAM API Reference: DeleteRolePolicy). */
export const deleteRolePolicy = defineOperation({
  api: IAM,
  name: 'DeleteRolePolicy',
  input: structure('DeleteRolePolicyRequest', {
    roleName: required(roleName),
    policyName: required(policyName),
  }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: ({ roleName: name }, call) =>
    permitOnPrincipal(call, 'iam:DeleteRolePolicy', 'role', name, describeBoundary),
  run: async (input, call) => {
    await deleteInlinePolicy(call, 'role', input.roleName, input.policyName)
    return DONE
  },
})
