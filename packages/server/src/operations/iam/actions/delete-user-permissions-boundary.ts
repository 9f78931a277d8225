import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal, toBoundaryContext } from '../iam-principal.ts'
import { userName } from '../iam-shapes.ts'
import { changeUser } from '../iam-user.ts'
import { DONE } from '../outcome.ts'
import { requireBoundary } from '../permissions-boundary.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Takes the boundary off a user (AWS IAM API Reference: DeleteUserPermissionsBoundary). */
export const deleteUserPermissionsBoundary = defineIamOperation({
  name: 'DeleteUserPermissionsBoundary',
  input: structure('DeleteUserPermissionsBoundaryRequest', { userName: required(userName) }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(
      call,
      'iam:DeleteUserPermissionsBoundary',
      'user',
      input.userName,
      toBoundaryContext,
    ),
  run: async (input, call) => {
    await changeUser(call, input.userName, user => {
      requireBoundary({ ...user, kind: 'user' })
      return { permissionsBoundaryArn: null }
    })
    return DONE
  },
})
