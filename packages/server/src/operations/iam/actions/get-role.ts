import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { findRole } from '../find-entity.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { findRoleLastUsed, roleShape, toRoleOutput } from '../iam-role.ts'
import { roleName } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Shows a role with everything (AWS IAM API Reference: GetRole). */
export const getRole = defineIamOperation({
  name: 'GetRole',
  input: structure('GetRoleRequest', { roleName: required(roleName) }),
  output: structure('GetRoleResponse', { role: required(roleShape) }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, call) => permissionsOnPrincipal(call, 'iam:GetRole', 'role', input.roleName),
  run: async (input, call) => {
    const role = await findRole(call, input.roleName)
    const roleLastUsed = await findRoleLastUsed(call, role)
    return answer({ role: { ...(await toRoleOutput(call, role)), roleLastUsed } })
  },
})
