import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal, toBoundaryContext } from '../iam-principal.ts'
import { changeRole } from '../iam-role.ts'
import { roleName } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { requireBoundary } from '../permissions-boundary.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Takes the boundary off a role, which may then do all that its policies allow (AWS IAM API Reference:
 * DeleteRolePermissionsBoundary).
 */
export const deleteRolePermissionsBoundary = defineIamOperation({
  name: 'DeleteRolePermissionsBoundary',
  input: structure('DeleteRolePermissionsBoundaryRequest', { roleName: required(roleName) }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ roleName: name }, call) =>
    permissionsOnPrincipal(
      call,
      'iam:DeleteRolePermissionsBoundary',
      'role',
      name,
      toBoundaryContext,
    ),
  run: async (input, call) => {
    await changeRole(call, input.roleName, role => {
      requireBoundary({ ...role, kind: 'role' })
      return { permissionsBoundaryArn: null }
    })
    return DONE
  },
})
