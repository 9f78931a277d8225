import { optional, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { changeRole } from '../iam-role.ts'
import { roleDescription, roleMaxSessionDuration, roleName } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Changes description and longest session of a role; what is left out stays as it is, as IAM was seen
 * to do (AWS IAM API Reference: UpdateRole).
 */
export const updateRole = defineIamOperation({
  name: 'UpdateRole',
  input: structure('UpdateRoleRequest', {
    roleName: required(roleName),
    description: optional(roleDescription),
    maxSessionDuration: optional(roleMaxSessionDuration),
  }),
  output: structure('UpdateRoleResponse', {}),
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:UpdateRole', 'role', input.roleName),
  run: async (input, call) => {
    const { description, maxSessionDuration: maxSessionSeconds } = input
    await changeRole(call, input.roleName, () => ({ description, maxSessionSeconds }))
    return answer({})
  },
})
