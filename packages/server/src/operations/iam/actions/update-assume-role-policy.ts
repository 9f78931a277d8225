import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { changeRole } from '../iam-role.ts'
import { policyDocument, roleName } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Replaces who may assume a role (AWS IAM API Reference: UpdateAssumeRolePolicy). */
export const updateAssumeRolePolicy = defineIamOperation({
  name: 'UpdateAssumeRolePolicy',
  input: structure('UpdateAssumeRolePolicyRequest', {
    roleName: required(roleName),
    policyDocument: required(policyDocument),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:UpdateAssumeRolePolicy', 'role', input.roleName),
  run: async (input, call) => {
    await changeRole(call, input.roleName, () => ({ trustPolicy: input.policyDocument }))
    return DONE
  },
})
