import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { arn, userName } from '../iam-shapes.ts'
import { changeUser } from '../iam-user.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Bounds a user by a managed policy (AWS IAM API Reference: PutUserPermissionsBoundary). */
export const putUserPermissionsBoundary = defineIamOperation({
  name: 'PutUserPermissionsBoundary',
  input: structure('PutUserPermissionsBoundaryRequest', {
    userName: required(userName),
    permissionsBoundary: required(arn),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:PutUserPermissionsBoundary', 'user', input.userName, () => [
      ['iam:PermissionsBoundary', input.permissionsBoundary],
    ]),
  run: async ({ userName: name, permissionsBoundary: permissionsBoundaryArn }, call) => {
    await changeUser(call, name, () => ({ permissionsBoundaryArn }))
    return DONE
  },
})
