import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { changeRole } from '../iam-role.ts'
import { arn, roleName } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Bounds a role by a managed policy (AWS IAM API Reference: PutRolePermissionsBoundary). */
export const putRolePermissionsBoundary = defineIamOperation({
  name: 'PutRolePermissionsBoundary',
  input: structure('PutRolePermissionsBoundaryRequest', {
    roleName: required(roleName),
    permissionsBoundary: required(arn),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ roleName: name, permissionsBoundary }, call) =>
    permissionsOnPrincipal(call, 'iam:PutRolePermissionsBoundary', 'role', name, () => [
      ['iam:PermissionsBoundary', permissionsBoundary],
    ]),
  run: async ({ roleName: name, permissionsBoundary: permissionsBoundaryArn }, call) => {
    await changeRole(call, name, () => ({ permissionsBoundaryArn }))
    return DONE
  },
})
